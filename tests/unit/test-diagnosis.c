/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The diagnosis as its users meet it: matching, order, what is left out, what
 * is quoted and how, and that everyday failures are never taken for failures
 * of the encryption. Which text gives which id is in test-diagnosis-texts.c.
 */

#include "diagnosis.h"
#include "diagnosis-evidence.h"
#include "diagnosis-match.h"
#include "test-data.h"

#define TIME "2026-03-14T09:26:53.589793Z "
#define QEMU TIME "qemu-system-x86_64: "
#define EXITED "internal error: process exited while connecting to monitor: "
#define KVM_INIT "\n" QEMU "failed to initialize kvm: Operation not permitted"

static const SealDiagnosis *
nth(GPtrArray *diagnoses, guint n)
{
    g_assert_cmpuint(diagnoses->len, >, n);
    return g_ptr_array_index(diagnoses, n);
}

static void
test_match(void)
{
    static const struct {
        const char *pattern, *line;
        gboolean found;
    } rows[] = {
        {"abc", "xabcx", TRUE},
        {"abc", "xabx", FALSE},
        {"ab*cd", "ab..cd", TRUE},
        {"ab*cd", "abcd", TRUE},
        {"ab*cd", "cdab", FALSE},
        {"ab*ba", "aba", FALSE},
        {"a*a*a", "aa", FALSE},
        {"*a*", "a", TRUE},
        {"end$", "the end", TRUE},
        {"end$", "the end.", FALSE},
        {"end$", "nd", FALSE},
        {"the*end$", "the end and the end", TRUE},
        {"ret=-1", "ret=-16", FALSE},
        {"ret=-1", "ret=-16 ret=-1", TRUE},
        {"0x3", "0x3f", FALSE},
        {"0x3", "0x3, rc", TRUE},
        {"16 a", "116 a", FALSE},
        {"16 a", "16 a", TRUE},
        {"", "a", FALSE},
        {"*", "a", FALSE},
        {"$", "a", FALSE},
        {"a", "", FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        SealDiagnosisHit hit;
        gboolean found =
            seal_diagnosis_match(rows[i].pattern, rows[i].line, strlen(rows[i].line), &hit);

        if (found != rows[i].found)
            g_error("%s in %s: %d", rows[i].pattern, rows[i].line, found);
    }
}

static void
test_hit(void)
{
    SealDiagnosisHit hit = {77, 77};

    g_assert_false(seal_diagnosis_match("no", "yes", 3, &hit));
    g_assert_cmpuint(hit.at, ==, 77);
    g_assert_true(seal_diagnosis_match("cd*gh", "abcdefgh", 8, &hit));
    g_assert_cmpuint(hit.at, ==, 2);
    g_assert_cmpuint(hit.weight, ==, 4);
    g_assert_false(seal_diagnosis_match("cd*gh", "abcdefgh", 7, &hit));
}

static void
test_message(void)
{
    g_autoptr(GPtrArray) diagnoses = seal_diagnosis_explain(
        EXITED QEMU "sev_kvm_init: failed to initialize ret=-16 fw_error=0 ''" KVM_INIT,
        SEAL_TECHNOLOGY_SEV_ES);
    const SealDiagnosis *best = nth(diagnoses, 0);
    g_autofree char *message = seal_diagnosis_message(diagnoses, "not used");

    g_assert_cmpstr(best->id, ==, "sev.asids-exhausted");
    g_assert_cmpstr(best->confidence, ==, "likely");
    g_assert_cmpstr(best->source, ==, "QEMU");
    g_assert_cmpstr(best->evidence, ==, "sev_kvm_init: failed to initialize ret=-16 fw_error=0 ''");
    g_assert_true(g_str_has_prefix(message, "all key slots (ASIDs) of this technology are taken"));
    g_assert_nonnull(strstr(message, "; stop another encrypted VM"));
    g_assert_true(g_str_has_suffix(message, " (QEMU: sev_kvm_init: failed to initialize ret=-16 "
                                            "fw_error=0 '') [sev.asids-exhausted]"));
    g_assert_null(strchr(message, '\n'));
}

static void
test_message_without_diagnosis(void)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(GPtrArray) unknown = seal_diagnosis_explain("", SEAL_TECHNOLOGY_SEV);
    g_autofree char *plain = seal_diagnosis_message(NULL, "it\nbroke");
    g_autofree char *empty = seal_diagnosis_message(none, NULL);
    g_autofree char *quoted = seal_diagnosis_message(unknown, "it broke");
    g_autofree char *bare = seal_diagnosis_message(unknown, NULL);

    g_assert_cmpstr(plain, ==, "it\\u{a}broke");
    g_assert_cmpstr(empty, ==, "");
    g_assert_true(g_str_has_suffix(quoted, " (it broke) [unknown]"));
    g_assert_true(g_str_has_suffix(bare, "virtqemud [unknown]"));
}

/* What follows from a failure is not told beside it, nor beside one that nobody knows. */
static void
test_consequences(void)
{
    g_autoptr(GPtrArray) known = seal_diagnosis_explain(
        EXITED QEMU "sev_launch_start: LAUNCH_START ret=1 fw_error=11 'Bad measurement'\n" QEMU
                    "sev_kvm_init: failed to create encryption context" KVM_INIT,
        SEAL_TECHNOLOGY_SEV);
    g_autoptr(GPtrArray) unknown = seal_diagnosis_explain(
        EXITED QEMU "sev_flux: cannot load the capacitor" KVM_INIT, SEAL_TECHNOLOGY_SEV);
    g_autoptr(GPtrArray) alone = seal_diagnosis_explain(
        QEMU "failed to initialize kvm: Operation not permitted", SEAL_TECHNOLOGY_SEV);

    g_assert_cmpuint(known->len, ==, 1);
    g_assert_cmpstr(nth(known, 0)->id, ==, "sev.start-session");
    g_assert_cmpstr(nth(unknown, 0)->id, ==, "unknown");
    g_assert_nonnull(strstr(nth(unknown, 0)->evidence, "cannot load the capacitor"));
    g_assert_cmpuint(alone->len, ==, 1);
    g_assert_cmpstr(nth(alone, 0)->id, ==, "qemu.kvm-init");
}

/* A number is told before the step, and a cause alone. */
static void
test_order(void)
{
    g_autoptr(GPtrArray) number = seal_diagnosis_explain(
        QEMU "sev_kvm_init: failed to initialize ret=-5 fw_error=24 'Part-specific'",
        SEAL_TECHNOLOGY_SEV);
    g_autoptr(GPtrArray) cause = seal_diagnosis_explain(
        QEMU "sev_kvm_init: failed to initialize ret=-25 fw_error=24 ''", SEAL_TECHNOLOGY_SEV);

    g_assert_cmpuint(number->len, ==, 2);
    g_assert_cmpstr(nth(number, 0)->id, ==, "psp.secure-data-invalid");
    g_assert_cmpstr(nth(number, 0)->cause, ==,
                    "the AMD secure processor refused: the firmware's stored data failed its "
                    "integrity check (SECURE_DATA_INVALID)");
    g_assert_cmpstr(nth(number, 1)->id, ==, "sev.init-failed");
    g_assert_cmpuint(cause->len, ==, 1);
    g_assert_cmpstr(nth(cause, 0)->id, ==, "sev.init-refused");
}

static void
test_technology(void)
{
    static const char text[] = "kvm_amd: SEV disabled (ASIDs 0 - 0)\n"
                               "virt/tdx: module not loaded\n"
                               "kvm_amd: SEV-SNP disabled (ASIDs 0 - 0)\n";
    g_autoptr(GPtrArray) sev = seal_diagnosis_explain(text, SEAL_TECHNOLOGY_SEV);
    g_autoptr(GPtrArray) tdx = seal_diagnosis_explain(text, SEAL_TECHNOLOGY_TDX);
    g_autoptr(GPtrArray) any = seal_diagnosis_explain(text, SEAL_TECHNOLOGY_AUTO);

    g_assert_cmpuint(sev->len, ==, 1);
    g_assert_cmpstr(nth(sev, 0)->id, ==, "host.sev-disabled");
    g_assert_cmpstr(nth(sev, 0)->source, ==, "kernel");
    g_assert_cmpuint(tdx->len, ==, 1);
    g_assert_cmpstr(nth(tdx, 0)->id, ==, "tdx.module-failed");
    g_assert_cmpuint(any->len, ==, 3);
}

/* One row may be of texts that several programs print. */
static void
test_source(void)
{
    static const struct {
        const char *text, *source;
    } rows[] = {
        {QEMU "unsupported machine type", "QEMU"},
        {"unsupported configuration: Emulator '/usr/bin/qemu-system-x86_64' does not support "
         "machine type 'x'",
         "libvirt"},
        {EXITED QEMU "Could not open '/a': Permission denied", "QEMU"},
        {"Cannot access storage file '/a': Permission denied", "libvirt"},
        {"LAUNCH_FINISH ret=-5 fw_error=25 ''", "QEMU"},
        {"SEV: failed to INIT error 0x19, rc -5", "kernel"},
        {"this text is new here", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) found = seal_diagnosis_explain(rows[i].text, SEAL_TECHNOLOGY_AUTO);

        g_assert_cmpstr(nth(found, 0)->source, ==, rows[i].source);
    }
}

/* Failures of any VM, and messages without failure, that must not be blamed on the encryption. */
static void
test_everyday(void)
{
    static const struct {
        const char *text, *id;
    } rows[] = {
        {"Cannot access storage file '/vm/a.qcow2': No such file or directory", "storage.missing"},
        {"Domain not found: no domain with matching name 'sev'", "unknown"},
        {"Requested operation is not valid: domain is already running", "unknown"},
        {"internal error: client socket is closed", "unknown"},
        {"Unable to open /dev/net/tun, is tun module loaded?: No such file", "unknown"},
        {"Failed to open file '/sys/kernel/debug': Permission denied", "unknown"},
        {"unsupported configuration: CPU mode 'custom' for x86_64 kvm domain", "unknown"},
        {"kvm_amd: SEV enabled (ASIDs 100 - 509)\nkvm_amd: SEV-ES enabled (ASIDs 1 - 99)",
         "unknown"},
        {"ccp 0000:45:00.1: SEV API:1.55 build:24", "unknown"},
        {"SEV-SNP: RMP table physical range [0x35600000 - 0x757fffff]", "unknown"},
        {"virt/tdx: BIOS enabled: private KeyID range [32, 64)\nvirt/tdx: module initialized",
         "unknown"},
        {"sev-es policy 0x5 ret", "unknown"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) found = seal_diagnosis_explain(rows[i].text, SEAL_TECHNOLOGY_AUTO);

        if (found->len != 1 || !g_str_equal(nth(found, 0)->id, rows[i].id))
            g_error("%s: %s", rows[i].text, nth(found, 0)->id);
    }
}

static void
test_unknown(void)
{
    g_autoptr(GPtrArray) found =
        seal_diagnosis_explain("warming up\n"
                               "/usr/bin/qemu-system-x86_64 -drive werror=stop,rerror=stop\n"
                               "cannot find the flux\n" QEMU "flux: error 42\n"
                               "bye\n",
                               SEAL_TECHNOLOGY_SEV);
    g_autoptr(GPtrArray) nothing = seal_diagnosis_explain(NULL, SEAL_TECHNOLOGY_INVALID);

    g_assert_cmpuint(found->len, ==, 1);
    g_assert_cmpstr(nth(found, 0)->evidence, ==, "flux: error 42");
    g_assert_cmpstr(nth(found, 0)->confidence, ==, "possible");
    g_assert_cmpstr(nth(found, 0)->source, ==, "QEMU");
    g_assert_nonnull(strstr(nth(found, 0)->remedy, "/var/log/libvirt/qemu"));
    g_assert_cmpuint(nothing->len, ==, 1);
    g_assert_cmpstr(nth(nothing, 0)->id, ==, "unknown");
    g_assert_cmpstr(nth(nothing, 0)->evidence, ==, "");
}

static void
test_quote(void)
{
    g_autofree char *filler = g_strnfill(1000, 'x');
    g_autofree char *line = g_strconcat(filler, "HERE", filler, NULL);
    g_autofree char *middle = seal_diagnosis_evidence_quote(line, strlen(line), 1000);
    g_autofree char *start = seal_diagnosis_evidence_quote(line, strlen(line), 0);
    g_autofree char *odd = seal_diagnosis_evidence_quote("\x1b[2J\xff\xe2\x80\xae!\r", 9, 0);
    g_autofree char *empty = seal_diagnosis_evidence_quote("", 0, 0);
    g_autofree char *command =
        seal_diagnosis_evidence_quote("/usr/bin/qemu-system-x86_64 -a: b", 33, 31);

    g_assert_cmpint(g_utf8_strlen(middle, -1), ==, 300);
    g_assert_true(g_str_has_prefix(middle, "...xxxx") && g_str_has_suffix(middle, "x..."));
    g_assert_nonnull(strstr(middle, "xHEREx"));
    g_assert_cmpint(g_utf8_strlen(start, -1), ==, 300);
    g_assert_true(g_str_has_prefix(start, "xxx") && g_str_has_suffix(start, "..."));
    g_assert_cmpstr(odd, ==, "\\u{1b}[2J\xef\xbf\xbd\\u{202e}!");
    g_assert_cmpstr(empty, ==, "");
    g_assert_cmpstr(command, ==, "/usr/bin/qemu-system-x86_64 -a: b");
}

static void
test_limits(void)
{
    g_autofree char *filler = g_strnfill(SEAL_DIAGNOSIS_MAX_TEXT, '\n');
    g_autofree char *early = g_strconcat("SEV is not enabled in KVM\n", filler, NULL);
    g_autofree char *late = g_strconcat(filler, "\r\nSEV is not enabled in KVM\r\n", NULL);
    g_autofree char *wild = g_strnfill(SEAL_DIAGNOSIS_MAX_TEXT, '\xe2');
    g_autoptr(GPtrArray) missed = seal_diagnosis_explain(early, SEAL_TECHNOLOGY_SEV);
    g_autoptr(GPtrArray) found = seal_diagnosis_explain(late, SEAL_TECHNOLOGY_SEV);
    g_autoptr(GPtrArray) bytes = seal_diagnosis_explain(wild, SEAL_TECHNOLOGY_AUTO);

    g_assert_cmpstr(nth(missed, 0)->id, ==, "unknown");
    g_assert_cmpstr(nth(found, 0)->id, ==, "sev.not-enabled-in-kvm");
    g_assert_cmpstr(nth(found, 0)->evidence, ==, "SEV is not enabled in KVM");
    g_assert_cmpstr(nth(bytes, 0)->id, ==, "unknown");
}

/* Every text at once: no more than eight, all different, certain causes in front. */
static void
test_many(void)
{
    g_autofree char *sev = test_data_read("diagnosis/sev.txt", NULL);
    g_autofree char *launch = test_data_read("diagnosis/launch.txt", NULL);
    g_autofree char *all = g_strconcat(sev, launch, NULL);
    g_autoptr(GPtrArray) found = seal_diagnosis_explain(all, SEAL_TECHNOLOGY_AUTO);
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

    g_assert_cmpuint(found->len, ==, SEAL_DIAGNOSIS_MAX_RESULTS);
    for (guint i = 0; i < found->len; i++) {
        g_assert_true(g_hash_table_add(ids, (gpointer)nth(found, i)->id));
        g_assert_cmpstr(nth(found, i)->confidence, ==, "certain");
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/diagnosis/match", test_match);
    g_test_add_func("/diagnosis/hit", test_hit);
    g_test_add_func("/diagnosis/message", test_message);
    g_test_add_func("/diagnosis/message-without", test_message_without_diagnosis);
    g_test_add_func("/diagnosis/consequences", test_consequences);
    g_test_add_func("/diagnosis/order", test_order);
    g_test_add_func("/diagnosis/technology", test_technology);
    g_test_add_func("/diagnosis/source", test_source);
    g_test_add_func("/diagnosis/everyday", test_everyday);
    g_test_add_func("/diagnosis/unknown", test_unknown);
    g_test_add_func("/diagnosis/quote", test_quote);
    g_test_add_func("/diagnosis/limits", test_limits);
    g_test_add_func("/diagnosis/many", test_many);
    return g_test_run();
}
