/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Settings: what is read, what is filled in, what a message may show, and what
 * policy they mean. Settings are written in GVariant's text form. What is
 * refused, value by value, is in test-settings-refusals.c.
 */

#include "error.h"
#include "policy.h"
#include "settings.h"
#include "test-base64.h"

#include <string.h>

#define MEM "'memory': <uint64 4294967296>"
#define DISK "'disks': <[{'path': <'/images/a.qcow2'>}]>"
#define GOOD MEM ", " DISK

static SealSettings *
parse(const char *dict, GError **error)
{
    g_autoptr(GError) syntax = NULL;
    g_autofree char *short_text = g_strdup_printf("{%s}", dict);
    g_autofree char *text = test_base64_expand(short_text);
    g_autoptr(GVariant) value = g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &syntax);

    g_assert_no_error(syntax);
    return seal_settings_parse("vm", value, error);
}

static SealSettings *
parse_good(const char *dict)
{
    g_autoptr(GError) error = NULL;
    SealSettings *settings = parse(dict, &error);

    g_assert_no_error(error);
    g_assert_nonnull(settings);
    return settings;
}

static void
assert_has(const char *message, const char *piece)
{
    if (!strstr(message, piece))
        g_error("\"%s\" is not in the message \"%s\"", piece, message);
}

static void
test_names(void)
{
    static const char *const good[] = {
        "a", "0", "web-1", "A.b_c-d",
        "123456789012345678901234567890123456789012345678901234567890123"};
    static const char *const bad[] = {
        NULL,        "",
        ".",         "..",
        "-x",        "_x",
        ".x",        "a/b",
        "a,b",       "a b",
        "a\nb",      "\033[?1047h",
        "%n%s",      "\"'",
        "<&>]]>",    "\xd7\x90",
        "e\xcc\x81", "1234567890123456789012345678901234567890123456789012345678901234"};

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(seal_settings_validate_name(good[i], NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(seal_settings_validate_name(bad[i], &error));
        g_assert_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT);
        assert_has(error->message, "name is \"");
        assert_has(error->message, "for example web-1");
        g_assert_null(strpbrk(error->message, "\n\033"));
    }
}

static void
test_long_values_are_cut(void)
{
    g_autofree char *kilo = g_strnfill(65536, 'x');
    g_autofree char *dict = g_strdup_printf(GOOD ", 'display': <'%s'>", kilo);
    g_autofree char *path = g_strdup_printf(MEM ", 'disks': <[{'path': <'/%s'>}]>", kilo);
    g_autoptr(GError) error = NULL;

    g_assert_null(parse(dict, &error));
    g_assert_cmpuint(strlen(error->message), <, 200);
    g_clear_error(&error);
    g_assert_null(parse(path, &error));
    g_assert_cmpuint(strlen(error->message), <, 200);
    assert_has(error->message, "fewer than 4096");
}

static void
test_secrets_are_never_shown(void)
{
    static const char *const dicts[] = {
        GOOD ", 'session': <'CANARY'>, 'dh-cert': <'AAAA'>",
        GOOD ", 'session': <b'CANARY'>, 'dh-cert': <'AAAA'>",
        GOOD ", 'session': <'CANARY=='>",
        GOOD ", 'dh-cert': <'CANARY!!'>, 'session': <'AAAA'>",
        GOOD ", 'session': <objectpath '/CANARY'>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(dicts); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(parse(dicts[i], &error));
        g_assert_null(strstr(error->message, "CANARY"));
    }
}

/* What is known of an image is looked up by its path. */
static void
test_firmware_has_one_spelling(void)
{
    g_autoptr(SealSettings) settings = parse(
        GOOD ", 'firmware': <'//fw/./OVMF//CODE.fd'>, 'nvram-template': <'/fw//VARS.fd'>", NULL);
    g_autoptr(SealSettings) automatic = parse(GOOD ", 'firmware': <'efi'>", NULL);

    g_assert_cmpstr(settings->firmware, ==, "/fw/OVMF/CODE.fd");
    g_assert_cmpstr(settings->nvram_template, ==, "/fw/VARS.fd");
    g_assert_cmpstr(automatic->firmware, ==, "efi");
}

static void
test_counts(void)
{
    g_auto(GVariantBuilder) builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
    g_autoptr(GString) disks = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) many = NULL;
    g_autofree char *dict = NULL;

    for (guint i = 0; i < 65; i++)
        g_string_append_printf(disks, "%s{'path': <'/d%u.img'>}", i ? ", " : "", i);
    dict = g_strdup_printf(MEM ", 'disks': <[%s]>", disks->str);
    g_assert_null(parse(dict, &error));
    assert_has(error->message, "disks has 65 members; give at most 64");
    g_clear_error(&error);

    for (guint i = 0; i < 10000; i++) {
        g_autofree char *key = g_strdup_printf("key-number-%u", i);

        g_variant_builder_add(&builder, "{sv}", key, g_variant_new_boolean(TRUE));
    }
    many = g_variant_ref_sink(g_variant_builder_end(&builder));
    g_assert_null(seal_settings_parse("vm", many, &error));
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT);
}

static void
test_not_a_dictionary(void)
{
    g_autoptr(GVariant) value = g_variant_ref_sink(g_variant_new_string("memory"));
    g_autoptr(GError) error = NULL;

    g_assert_null(seal_settings_parse("vm", value, &error));
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT);
    assert_has(error->message, "a{sv}");
}

static void
test_defaults(void)
{
    g_autoptr(SealSettings) settings = parse_good(GOOD);
    const SealDisk *disk = g_ptr_array_index(settings->disks, 0);

    g_assert_cmpstr(settings->name, ==, "vm");
    g_assert_cmpint(settings->technology, ==, SEAL_TECHNOLOGY_AUTO);
    g_assert_cmpuint(settings->vcpus, ==, 1);
    g_assert_cmpstr(settings->machine, ==, "q35");
    g_assert_true(seal_settings_is_q35(settings));
    g_assert_null(settings->firmware);
    g_assert_cmpuint(settings->networks->len, ==, 0);
    g_assert_cmpint(settings->memory_backing, ==, SEAL_MEMORY_BACKING_AUTO);
    g_assert_cmpuint(settings->hard_limit_extra, ==, SEAL_SETTINGS_HARD_LIMIT_EXTRA);
    g_assert_true(settings->console);
    g_assert_true(settings->rng);
    g_assert_false(settings->tpm);
    g_assert_false(settings->has_policy);
    g_assert_true(settings->vcek);
    g_assert_false(settings->author_key);
    g_assert_false(settings->clipboard);
    g_assert_null(settings->id_block);
    g_assert_cmpuint(disk->size, ==, 0);
    g_assert_cmpint(disk->bus, ==, SEAL_DISK_BUS_SCSI);
    g_assert_cmpint(disk->device, ==, SEAL_DISK_DEVICE_DISK);
    g_assert_cmpint(disk->format, ==, SEAL_DISK_FORMAT_QCOW2);
}

static const struct {
    const char *member;
    SealDiskFormat format;
} formats[] = {
    {"'path': <'/dev/vg/web'>", SEAL_DISK_FORMAT_RAW},
    {"'path': <'/a.img'>", SEAL_DISK_FORMAT_RAW},
    {"'path': <'/a.raw'>", SEAL_DISK_FORMAT_RAW},
    {"'path': <'/a.iso'>, 'device': <'cdrom'>", SEAL_DISK_FORMAT_RAW},
    {"'path': <'/a,b.qcow2'>", SEAL_DISK_FORMAT_QCOW2},
    {"'path': <'/a.img'>, 'format': <'qcow2'>", SEAL_DISK_FORMAT_QCOW2},
    {"'path': <'/a'>, 'format': <'raw'>", SEAL_DISK_FORMAT_RAW},
    {"'pool': <'default'>, 'volume': <'a.qcow2'>", SEAL_DISK_FORMAT_QCOW2},
};

static void
test_formats(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *dict = g_strdup_printf(MEM ", 'disks': <[{%s}]>", formats[i].member);
        g_autoptr(SealSettings) settings = parse_good(dict);
        const SealDisk *disk = g_ptr_array_index(settings->disks, 0);

        g_assert_cmpint(disk->format, ==, formats[i].format);
        g_assert_cmpint(disk->readonly, ==, disk->device == SEAL_DISK_DEVICE_CDROM);
    }
}

static void
test_new_volume(void)
{
    g_autoptr(SealSettings) settings =
        parse_good(MEM ", 'disks': <[{'pool': <'default'>, 'volume': <'web.qcow2'>, "
                       "'size': <uint64 10737418240>}]>");
    const SealDisk *disk = g_ptr_array_index(settings->disks, 0);

    g_assert_cmpuint(disk->size, ==, G_GUINT64_CONSTANT(10737418240));
    g_assert_cmpint(disk->format, ==, SEAL_DISK_FORMAT_QCOW2);
    g_assert_cmpstr(disk->pool, ==, "default");
    g_assert_cmpstr(disk->volume, ==, "web.qcow2");
}

static const struct {
    const char *word;
    SealVideo video;
} videos[] = {
    {"auto", SEAL_VIDEO_AUTO},           {"std", SEAL_VIDEO_STD}, {"cirrus", SEAL_VIDEO_CIRRUS},
    {"vmware", SEAL_VIDEO_VMWARE},       {"qxl", SEAL_VIDEO_QXL}, {"virtio", SEAL_VIDEO_VIRTIO},
    {"virtio-gl", SEAL_VIDEO_VIRTIO_GL},
};

static void
test_videos(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(videos); i++) {
        g_autofree char *dict =
            g_strdup_printf(GOOD ", 'display': <'spice'>, 'video': <'%s'>", videos[i].word);
        g_autoptr(SealSettings) settings = parse_good(dict);

        g_assert_cmpint(settings->video, ==, videos[i].video);
    }
}

static void
test_everything(void)
{
    g_autoptr(SealSettings) settings = parse_good(
        MEM ", 'vcpus': <uint32 8>, 'technology': <'sev-es'>, 'machine': <'pc-i440fx-7.2'>, "
            "'firmware': <'/fw/CODE.fd'>, 'nvram-template': <'/fw/VARS.fd'>, "
            "'disks': <[{'path': <'/a.img'>, 'bus': <'virtio'>, 'boot-order': <uint32 2>}, "
            "{'device': <'cdrom'>, 'bus': <'sata'>}]>, "
            "'networks': <[{'type': <'bridge'>, 'source': <'br0'>, 'mac': <'52:54:00:AB:CD:EF'>, "
            "'mtu': <uint32 9000>, 'queues': <uint32 4>}]>, "
            "'policy': <uint64 15>, 'kernel': <'/k'>, 'initrd': <'/i'>, 'cmdline': <'quiet'>, "
            "'kernel-hashes': <true>, 'dh-cert': <'@2084@'>, 'session': <'@128@'>, "
            "'memory-backing': <'hugepages'>, 'hugepage-size': <uint64 1073741824>, "
            "'numa-nodes': <'0-3,^2'>, 'cpu-pinning': <'0-3,8'>, 'display': <'vnc'>, "
            "'clipboard': <true>, 'video': <'qxl'>, 'video-memory': <uint64 16777216>, "
            "'console': <false>, 'id-block': <'@96@'>, 'id-auth': <'@4096@'>, "
            "'host-data': <'@32@'>, 'guest-visible-workarounds': <'@16@'>, "
            "'author-key': <true>, 'vcek': <false>, 'mr-config-id': <'@48@'>, "
            "'mr-owner': <'@48@'>, 'mr-owner-config': <'@48@'>, "
            "'quote-generation-socket': <'/run/tdx-qgs/qgs.socket'>, "
            "'rng': <false>, 'tpm': <true>, 'autostart': <true>, 'restart': <'guest-reboot'>");
    const SealNetwork *network = g_ptr_array_index(settings->networks, 0);

    g_assert_cmpint(settings->technology, ==, SEAL_TECHNOLOGY_SEV_ES);
    g_assert_cmpuint(settings->memory, ==, G_GUINT64_CONSTANT(4294967296));
    g_assert_cmpuint(settings->vcpus, ==, 8);
    g_assert_false(seal_settings_is_q35(settings));
    g_assert_cmpstr(network->mac, ==, "52:54:00:ab:cd:ef");
    g_assert_cmpuint(network->mtu, ==, 9000);
    g_assert_true(settings->has_policy);
    g_assert_cmpuint(settings->policy, ==, 15);
    g_assert_true(settings->kernel_hashes);
    g_assert_cmpuint(strlen(settings->dh_cert), ==, 2780);
    g_assert_cmpuint(strlen(settings->session), ==, 172);
    g_assert_cmpuint(strlen(settings->id_block), ==, 128);
    g_assert_cmpuint(strlen(settings->id_auth), ==, 5464);
    g_assert_cmpuint(strlen(settings->mr_owner_config), ==, 64);
    g_assert_true(settings->author_key);
    g_assert_false(settings->vcek);
    g_assert_true(settings->clipboard);
    g_assert_cmpint(settings->video, ==, SEAL_VIDEO_QXL);
    g_assert_cmpstr(settings->quote_generation_socket, ==, "/run/tdx-qgs/qgs.socket");
    g_assert_cmpint(settings->restart, ==, SEAL_RESTART_GUEST_REBOOT);
    g_assert_false(settings->console);
    g_assert_false(settings->rng);
    g_assert_true(settings->autostart);
}

typedef struct {
    const char *extra;
    SealTechnology technology;
    guint64 policy;
    const char *refusal;
} PolicyCase;

static const PolicyCase policies[] = {
    {"", SEAL_TECHNOLOGY_SEV, 0xb, NULL},
    {"", SEAL_TECHNOLOGY_SEV_ES, 0xf, NULL},
    {"", SEAL_TECHNOLOGY_NONE, 0, NULL},
    {", 'policy-flags': <['nodbg', 'noks']>", SEAL_TECHNOLOGY_SEV, 0x3, NULL},
    {", 'policy-flags': <['nodbg', 'noks']>", SEAL_TECHNOLOGY_SEV_ES, 0x7, NULL},
    {", 'technology': <'sev'>, 'policy': <uint64 1>", SEAL_TECHNOLOGY_SEV, 1, NULL},
    {", 'policy': <uint64 1>", SEAL_TECHNOLOGY_SEV, 0, "technology is auto"},
    {", 'policy-flags': <['nodbg']>", SEAL_TECHNOLOGY_NONE, 0, "technology is none"},
    {", 'technology': <'none'>, 'policy': <uint64 1>", SEAL_TECHNOLOGY_NONE, 0, "none"},
    {", 'technology': <'sev'>, 'policy': <uint64 64>", SEAL_TECHNOLOGY_SEV, 0, "0x"},
    {", 'technology': <'sev'>, 'policy-flags': <['frob']>", SEAL_TECHNOLOGY_SEV, 0, "frob"},
};

static void
test_policies(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++) {
        g_autofree char *dict = g_strconcat(GOOD, policies[i].extra, NULL);
        g_autoptr(SealSettings) settings = parse_good(dict);
        g_autoptr(GError) error = NULL;
        guint64 policy = 0xdead;
        gboolean ok =
            seal_settings_resolve_policy(settings, policies[i].technology, &policy, &error);

        g_assert_cmpint(ok, ==, policies[i].refusal == NULL);
        if (ok) {
            g_assert_cmphex(policy, ==, policies[i].policy);
        } else {
            g_assert_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT);
            assert_has(error->message, policies[i].refusal);
            g_assert_cmphex(policy, ==, 0xdead);
        }
    }
}

static void
check_list(SealSettingInfo *(*list)(gsize *), gsize least)
{
    gsize n = 0;
    g_autofree SealSettingInfo *infos = list(&n);
    g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);

    g_assert_cmpuint(n, >=, least);
    for (gsize i = 0; i < n; i++) {
        g_assert_true(g_hash_table_add(keys, (gpointer)infos[i].key));
        g_assert_true(g_variant_type_string_is_valid(infos[i].signature));
        g_assert_cmpuint(strlen(infos[i].summary), >, 10);
    }
}

static void
test_lists(void)
{
    check_list(seal_settings_list, 40);
    check_list(seal_settings_list_disk, 9);
    check_list(seal_settings_list_network, 6);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/settings/names", test_names);
    g_test_add_func("/settings/long-values-are-cut", test_long_values_are_cut);
    g_test_add_func("/settings/secrets-are-never-shown", test_secrets_are_never_shown);
    g_test_add_func("/settings/firmware-has-one-spelling", test_firmware_has_one_spelling);
    g_test_add_func("/settings/counts", test_counts);
    g_test_add_func("/settings/not-a-dictionary", test_not_a_dictionary);
    g_test_add_func("/settings/defaults", test_defaults);
    g_test_add_func("/settings/formats", test_formats);
    g_test_add_func("/settings/new-volume", test_new_volume);
    g_test_add_func("/settings/videos", test_videos);
    g_test_add_func("/settings/everything", test_everything);
    g_test_add_func("/settings/policies", test_policies);
    g_test_add_func("/settings/lists", test_lists);
    return g_test_run();
}
