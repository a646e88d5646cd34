/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The options of sealctl create: what each gives in the settings of CreateVM,
 * and that lib itself accepts what comes out. No setting may be without a way
 * to give it.
 */

#include "test-base64.h"

#include "args.h"
#include "policy.h"
#include "settings.h"
#include "vm-options.h"

#include <glib/gstdio.h>
#include <string.h>

#define MAX_ARGUMENTS 32

/* A command line in one text, separated by blanks. */
static GVariant *
read_line(const char *line, GError **error)
{
    static const ArgsOption *const tables[] = {vm_options_table, NULL};
    g_auto(GStrv) words = g_strsplit(line, " ", MAX_ARGUMENTS);
    g_autoptr(Args) args = args_new();
    g_autoptr(GPtrArray) argv = g_ptr_array_new();

    g_ptr_array_add(argv, (gpointer) "sealctl");
    for (guint i = 0; words[i]; i++)
        g_ptr_array_add(argv, words[i]);
    g_ptr_array_add(argv, NULL);
    if (!args_parse(args, (int)argv->len - 1, (char **)argv->pdata, tables, FALSE, NULL, error))
        return NULL;
    return vm_options_read(args, error);
}

typedef struct {
    const char *line;
    const char *expected; /* one entry of the settings, as GVariant prints it */
} Case;

static const Case cases[] = {
    {"--memory 4G", "'memory': <uint64 4294967296>"},
    {"--disk pool=p,volume=v.img,size=10G",
     "'disks': <[{'pool': <'p'>, 'volume': <'v.img'>, 'size': <uint64 10737418240>}]>"},
    {"--network default,queues=2,mtu=1",
     "'networks': <[{'type': <'network'>, 'source': <'default'>, 'queues': <uint32 2>, "
     "'mtu': <uint32 1>}]>"},
    {"--author-key", "'author-key': <true>"},
    {"--no-vcek", "'vcek': <false>"},
    {"--host-data AAAA", "'host-data': <'AAAA'>"},
    {"--guest-visible-workarounds AAAA", "'guest-visible-workarounds': <'AAAA'>"},
    {"--mr-config-id AAAA", "'mr-config-id': <'AAAA'>"},
    {"--mr-owner AAAA", "'mr-owner': <'AAAA'>"},
    {"--mr-owner-config AAAA", "'mr-owner-config': <'AAAA'>"},
    {"--quote-generation-socket /run/qgs.socket", "'quote-generation-socket': <'/run/qgs.socket'>"},
    {"--hugepage-size 2M", "'hugepage-size': <uint64 2097152>"},
    {"--hard-limit-extra 512M", "'hard-limit-extra': <uint64 536870912>"},
    {"--clipboard", "'clipboard': <true>"},
    {"--video virtio-gl", "'video': <'virtio-gl'>"},
    {"--video-memory 16M", "'video-memory': <uint64 16777216>"},
    {"--no-console", "'console': <false>"},
    {"--set vcek=no", "'vcek': <false>"},
};

/* Whether every entry that is wanted is there; dictionaries in arrays are compared likewise. */
static gboolean
holds(GVariant *seen, GVariant *wanted)
{
    GVariantIter iter;
    GVariant *value;
    const char *key;

    if (!seen || !g_variant_type_equal(g_variant_get_type(seen), g_variant_get_type(wanted)))
        return FALSE;
    if (g_variant_is_of_type(wanted, G_VARIANT_TYPE("aa{sv}"))) {
        g_autoptr(GVariant) first_seen = g_variant_get_child_value(seen, 0);
        g_autoptr(GVariant) first_wanted = g_variant_get_child_value(wanted, 0);

        return holds(first_seen, first_wanted);
    }
    if (!g_variant_is_of_type(wanted, G_VARIANT_TYPE_VARDICT))
        return g_variant_equal(seen, wanted);
    g_variant_iter_init(&iter, wanted);
    while (g_variant_iter_next(&iter, "{&sv}", &key, &value)) {
        g_autoptr(GVariant) own = g_variant_lookup_value(seen, key, NULL);
        g_autoptr(GVariant) asked = value;

        if (!holds(own, asked))
            return FALSE;
    }
    return TRUE;
}

static void
test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GVariant) settings = read_line(cases[i].line, &error);
        g_autofree char *text = g_strdup_printf("{%s}", cases[i].expected);
        g_autoptr(GVariant) wanted =
            g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);

        g_assert_no_error(error);
        g_assert_nonnull(wanted);
        if (!holds(settings, wanted)) {
            g_autofree char *seen = g_variant_print(settings, TRUE);

            g_error("%s gives %s, not %s", cases[i].line, seen, cases[i].expected);
        }
    }
}

static char *
write_file(const char *dir, const char *name, const char *bytes, gsize size)
{
    char *path = g_build_filename(dir, name, NULL);

    g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
    return path;
}

/* Bytes or their base64, in lines or not: all the same to who has the file. */
static void
test_files(void)
{
    g_autofree char *dir = g_dir_make_tmp("seal-XXXXXX", NULL);
    g_autofree char *block = g_malloc0(96);
    g_autofree char *base64 = test_base64_new(4096);
    g_autofree char *lines = g_strdup_printf("%.76s\n%s\n", base64, base64 + 76);
    g_autofree char *block_path = write_file(dir, "block", block, 96);
    g_autofree char *auth_path = write_file(dir, "auth", lines, strlen(lines));
    g_autofree char *line =
        g_strdup_printf("--memory 1G --disk /a.img --technology sev-snp --id-block-file %s "
                        "--id-auth-file %s --author-key",
                        block_path, auth_path);
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) dict = read_line(line, &error);
    g_autoptr(SealSettings) settings = NULL;

    g_assert_no_error(error);
    settings = seal_settings_parse("vm", dict, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(settings->id_auth, ==, base64);
    g_assert_cmpuint(strlen(settings->id_block), ==, 128);
    g_assert_true(settings->author_key);
    g_unlink(block_path);
    g_unlink(auth_path);
    g_rmdir(dir);
}

/* Every setting has an option of its name, one to a file, or one that switches it off. */
static void
test_every_setting_has_an_option(void)
{
    static const char *const others[] = {"disks", "networks", "policy-flags"};
    gsize n;
    g_autofree SealSettingInfo *infos = seal_settings_list(&n);
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

    for (const ArgsOption *option = vm_options_table; option->name; option++)
        g_hash_table_add(names, (gpointer)option->name);
    for (gsize i = 0; i < n; i++) {
        g_autofree char *file = g_strconcat(infos[i].key, "-file", NULL);
        g_autofree char *no = g_strconcat("no-", infos[i].key, NULL);
        gboolean other = FALSE;

        for (gsize j = 0; j < G_N_ELEMENTS(others); j++)
            other = other || g_str_equal(others[j], infos[i].key);
        if (!other && !g_hash_table_contains(names, infos[i].key) &&
            !g_hash_table_contains(names, file) && !g_hash_table_contains(names, no))
            g_error("the setting %s has no option", infos[i].key);
    }
}

/* Who copies the flags that the help gives as an example has the default, and nothing less. */
static void
test_example_of_policy_flags(void)
{
    static const SealTechnology technologies[] = {SEAL_TECHNOLOGY_SEV, SEAL_TECHNOLOGY_SEV_ES};
    const ArgsOption *option = vm_options_table;
    g_auto(GStrv) flags = NULL;

    while (option->name && !g_str_equal(option->name, "policy-flag"))
        option++;
    g_assert_nonnull(strstr(option->summary, "replace"));
    flags = g_strsplit(strrchr(option->summary, ' ') + 1, ",", -1);
    for (gsize i = 0; i < G_N_ELEMENTS(technologies); i++) {
        g_autoptr(GError) error = NULL;
        guint64 policy = 0;

        seal_policy_encode(technologies[i], (const char *const *)flags, &policy, &error);
        g_assert_no_error(error);
        g_assert_cmphex(policy, ==, seal_technology_get_info(technologies[i])->default_policy);
    }
}

static void
test_refused(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(read_line("--set hostdev=x", &error));
    g_assert_nonnull(strstr(error->message, "passed-through"));
    g_clear_error(&error);
    g_assert_null(read_line("--disk /a.img,cache=none", &error));
    g_assert_nonnull(strstr(error->message, "'cache'"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/options/cases", test_cases);
    g_test_add_func("/cli/options/files", test_files);
    g_test_add_func("/cli/options/every-setting", test_every_setting_has_an_option);
    g_test_add_func("/cli/options/policy-flags", test_example_of_policy_flags);
    g_test_add_func("/cli/options/refused", test_refused);
    return g_test_run();
}
