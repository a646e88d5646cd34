/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Facts from trees: the hosts of the lab's profiles, an empty one, and ones
 * whose files are odd. And the real backend, which reads them in threads.
 */

#include "host-facts.h"

#include <string.h>

#include "host.h"
#include "test-tree.h"
#include "version.h"

#define PROFILE(name) SEAL_TEST_DATA "/../lab/profiles/" name "/root"

static void
test_milan(void)
{
    g_autoptr(SealFacts) facts = host_facts_read(PROFILE("milan"));

    g_assert_cmpstr(facts->cpu_vendor, ==, "AuthenticAMD");
    g_assert_cmpstr(facts->cpu_model_name, ==, "AMD EPYC 7543 32-Core Processor");
    g_assert_cmpuint(facts->cpu_family, ==, 0x19);
    g_assert_cmpuint(facts->cpu_model, ==, 1);
    g_assert_true(seal_facts_has_cpu_flag(facts, "sev"));
    g_assert_true(seal_facts_has_cpu_flag(facts, "sev_es"));
    g_assert_false(seal_facts_has_cpu_flag(facts, "sev_snp"));
    g_assert_true(facts->kvm_device);
    g_assert_true(facts->sev_device);
    g_assert_true(seal_facts_parameter_is_on(facts, "kvm_amd", "sev"));
    g_assert_true(seal_facts_parameter_is_on(facts, "kvm_amd", "sev_es"));
    g_assert_cmpuint(facts->kernel_version, >, SEAL_VERSION(5, 0, 0));
    g_assert_false(facts->backend_connected);
    g_assert_null(facts->domcaps);
}

static void
test_naples_and_plain(void)
{
    g_autoptr(SealFacts) naples = host_facts_read(PROFILE("naples"));
    g_autoptr(SealFacts) plain = host_facts_read(PROFILE("plain"));

    g_assert_true(seal_facts_has_cpu_flag(naples, "sev"));
    g_assert_false(seal_facts_has_cpu_flag(naples, "sev_es"));
    g_assert_cmpuint(naples->cpu_family, ==, 0x17);
    g_assert_false(seal_facts_has_cpu_flag(plain, "sev"));
    g_assert_false(plain->sev_device);
}

static void
test_nothing(void)
{
    char *root = test_tree_new();
    g_autoptr(SealFacts) facts = host_facts_read(root);
    g_autoptr(SealFacts) nowhere = NULL;

    g_assert_null(facts->cpu_vendor);
    g_assert_null(facts->cpu_flags);
    g_assert_null(facts->kernel_release);
    g_assert_cmpuint(facts->kernel_version, ==, 0);
    g_assert_false(facts->kvm_device);
    g_assert_false(facts->sev_device);
    g_assert_cmpuint(facts->firmwares->len, ==, 0);
    g_assert_null(seal_facts_get_parameter(facts, "kvm_amd", "sev"));
    test_tree_free(root);
    nowhere = host_facts_read("/this/is/nowhere");
    g_assert_null(nowhere->cpu_vendor);
}

static void
test_odd_cpuinfo(void)
{
    static const char *const odd[] = {
        "",
        "\n\n\n",
        "no colon here\nflags\n",
        ":::::\n:\n",
        "flags\t\t:",
        "flags: \nmodel: x\ncpu family: -1\n",
        "vendor_id : a\nvendor_id : b\n\nvendor_id : c\n",
        "flags : \xff\xfe sev\n",
    };
    char *root = test_tree_new();

    for (gsize i = 0; i < G_N_ELEMENTS(odd); i++) {
        g_autoptr(SealFacts) facts = NULL;

        test_tree_write(root, "/proc/cpuinfo", odd[i]);
        facts = host_facts_read(root);
        g_assert_false(seal_facts_has_cpu_flag(facts, "sev_es"));
        if (strstr(odd[i], "vendor_id"))
            g_assert_cmpstr(facts->cpu_vendor, ==, "a");
    }
    test_tree_free(root);
}

/* Only the first processor counts; a cpuinfo of hundreds of them is read all the same. */
static void
test_many_processors(void)
{
    char *root = test_tree_new();
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(SealFacts) facts = NULL;

    for (guint i = 0; i < 512; i++)
        g_string_append_printf(text, "processor\t: %u\nflags\t\t: fpu sev%s\n\n", i,
                               i > 0 ? " sev_es" : "");
    test_tree_write(root, "/proc/cpuinfo", text->str);
    facts = host_facts_read(root);
    g_assert_true(seal_facts_has_cpu_flag(facts, "sev"));
    g_assert_false(seal_facts_has_cpu_flag(facts, "sev_es"));
    test_tree_free(root);
}

static void
test_parameters(void)
{
    static const struct {
        const char *text;
        gboolean on;
    } values[] = {{"Y\n", TRUE}, {"1\n", TRUE}, {"N\n", FALSE}, {"0\n", FALSE}, {"", FALSE}};
    char *root = test_tree_new();

    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(SealFacts) facts = NULL;

        test_tree_write(root, "/sys/module/kvm_amd/parameters/sev", values[i].text);
        facts = host_facts_read(root);
        g_assert_cmpint(seal_facts_parameter_is_on(facts, "kvm_amd", "sev"), ==, values[i].on);
        g_assert_nonnull(seal_facts_get_parameter(facts, "kvm_amd", "sev"));
        g_assert_null(seal_facts_get_parameter(facts, "kvm_amd", "sev_es"));
    }
    test_tree_free(root);
}

typedef struct {
    guint answers;
    SealFacts *facts;
    HostFileState states[4];
    gboolean is_firmware;
} Answers;

static void
on_facts(SealFacts *facts, gpointer data)
{
    Answers *answers = data;

    answers->answers++;
    answers->facts = facts;
}

static void
on_inspected(const HostInspection *inspection, gpointer data)
{
    Answers *answers = data;

    answers->answers++;
    g_assert_cmpuint(inspection->n_states, ==, 4);
    memcpy(answers->states, inspection->states, sizeof answers->states);
    answers->is_firmware = inspection->has_image && inspection->image.is_firmware;
}

static void
wait_for(const Answers *answers, guint wanted)
{
    while (answers->answers < wanted)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(answers->answers, ==, wanted);
}

static void
test_backend(void)
{
    static const char *const paths[] = {"/there", "/dir", "/missing", "/dev/of/somebody", NULL};
    char *root = test_tree_new();
    HostBackend *host = host_new(root, root);
    Answers answers = {0};

    test_tree_write(root, "/there", "x");
    test_tree_write(root, "/dir/file", "x");
    test_tree_write(root, "/proc/sys/kernel/osrelease", "6.12.1-test\n");
    host->class->read_facts(host, on_facts, &answers);
    g_assert_cmpuint(answers.answers, ==, 0);
    wait_for(&answers, 1);
    g_assert_cmpstr(answers.facts->kernel_release, ==, "6.12.1-test");
    host->class->inspect(host, paths, "/there", on_inspected, &answers);
    wait_for(&answers, 2);
    g_assert_cmpint(answers.states[0], ==, HOST_FILE_PRESENT);
    g_assert_cmpint(answers.states[1], ==, HOST_FILE_DIRECTORY);
    g_assert_cmpint(answers.states[2], ==, HOST_FILE_ABSENT);
    g_assert_cmpint(answers.states[3], ==, HOST_FILE_UNKNOWN);
    g_assert_false(answers.is_firmware);
    seal_facts_free(answers.facts);
    host->class->free(host);
    test_tree_free(root);
}

static void
on_changed(gpointer data)
{
    *(gboolean *)data = TRUE;
}

/* A guest that ends while the facts are read, and another that takes its slot before the next look.
 */
static void
test_watch_compares_with_the_facts(void)
{
    static const char current[] = "/sys/fs/cgroup/misc.current";
    char *root = test_tree_new();
    HostBackend *host = host_new(root, root);
    Answers answers = {0};
    gboolean changed = FALSE;
    gint64 end = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;

    test_tree_write(root, "/sys/fs/cgroup/misc.capacity", "sev 2\n");
    test_tree_write(root, current, "sev 1\n");
    host->class->watch(host, on_changed, &changed);
    g_usleep(G_USEC_PER_SEC / 10);
    test_tree_write(root, current, "sev 0\n");
    host->class->read_facts(host, on_facts, &answers);
    wait_for(&answers, 1);
    g_assert_cmpuint(answers.facts->slots_used.count[SEAL_POOL_SEV], ==, 0);
    test_tree_write(root, current, "sev 1\n");
    while (!changed && g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    g_assert_true(changed);
    seal_facts_free(answers.facts);
    host->class->free(host);
    test_tree_free(root);
}

static void
test_backend_ends_silently(void)
{
    char *root = test_tree_new();
    HostBackend *host = host_new(root, root);
    Answers answers = {0};
    gint64 end;

    for (guint i = 0; i < 20; i++)
        host->class->read_facts(host, on_facts, &answers);
    host->class->free(host);
    end = g_get_monotonic_time() + G_USEC_PER_SEC / 5;
    while (g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, FALSE);
    g_assert_cmpuint(answers.answers, ==, 0);
    test_tree_free(root);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host-facts/milan", test_milan);
    g_test_add_func("/host-facts/naples-and-plain", test_naples_and_plain);
    g_test_add_func("/host-facts/nothing", test_nothing);
    g_test_add_func("/host-facts/odd-cpuinfo", test_odd_cpuinfo);
    g_test_add_func("/host-facts/many-processors", test_many_processors);
    g_test_add_func("/host-facts/parameters", test_parameters);
    g_test_add_func("/host-facts/backend", test_backend);
    g_test_add_func("/host-facts/watch-compares-with-the-facts",
                    test_watch_compares_with_the_facts);
    g_test_add_func("/host-facts/backend-ends-silently", test_backend_ends_silently);
    return g_test_run();
}
