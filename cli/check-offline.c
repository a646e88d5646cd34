/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading a captured host and shaping the answer. What the capture does not
 * hold is n/a in the table itself; only what the command line names and is not
 * there is an error.
 */

#include "check-offline.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "error.h"
#include "host-facts.h"
#include "version.h"

/* A longer file is no answer of libvirt, whose own are below 100 KiB. */
#define MAX_DOMCAPS ((gsize)4 << 20)

const ArgsOption check_offline_options[] = {
    {"root", 0, ARGS_VALUE, "DIR",
     N_("look at the host whose files are below DIR, not at this one")},
    {"domcaps", 0, ARGS_VALUE, "FILE", N_("what virsh domcapabilities said on that host")},
    {"libvirt-version", 0, ARGS_VALUE, "V", N_("version of that host's libvirt")},
    {"qemu-version", 0, ARGS_VALUE, "V", N_("version of that host's QEMU")},
    {NULL},
};

gboolean
check_offline_wanted(const Args *args, gboolean *ret_wanted, GError **error)
{
    for (const ArgsOption *option = check_offline_options; option->name; option++) {
        if (args_has(args, "root") || !args_has(args, option->name))
            continue;
        g_set_error(
            error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
            _("--%s is about a captured host; name its files with --root DIR, or use --root "
              "/ for this one"),
            option->name);
        return FALSE;
    }
    *ret_wanted = args_has(args, "root");
    return TRUE;
}

static gboolean
read_version(const Args *args, const char *option, guint64 *ret_version, GError **error)
{
    const char *text = args_get(args, option);

    *ret_version = text ? seal_version_parse(text) : 0;
    if (!text || *ret_version != 0)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("'%s' is no version for --%s; write it as in 9.0.0"), text, option);
    return FALSE;
}

/* One byte more than is good at most: it may be a pipe from virsh, or an endless device. */
static char *
read_bounded(const char *path, gsize *ret_length, GError **error)
{
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GFileInputStream) stream = g_file_read(file, NULL, error);
    g_autofree char *text = g_malloc0(MAX_DOMCAPS + 2);

    if (!stream || !g_input_stream_read_all(G_INPUT_STREAM(stream), text, MAX_DOMCAPS + 1,
                                            ret_length, NULL, error))
        return NULL;
    return g_steal_pointer(&text);
}

/* NULL without error when the command line names none. */
static char *
read_domcaps(const Args *args, GError **error)
{
    const char *path = args_get(args, "domcaps");
    g_autoptr(GError) cause = NULL;
    g_autofree char *text = NULL;
    gsize length = 0;

    if (!path)
        return NULL;
    text = read_bounded(path, &length, &cause);
    if (!text) {
        g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND, cause->message);
        return NULL;
    }
    if (length <= MAX_DOMCAPS && !memchr(text, '\0', length))
        return g_steal_pointer(&text);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("%s is no domain capabilities; save them with: virsh domcapabilities --virttype "
                  "kvm --machine q35"),
                path);
    return NULL;
}

static gboolean
add_libvirt(SealFacts *facts, const Args *args, GError **error)
{
    g_autoptr(GError) cause = NULL;
    guint64 libvirt, qemu;
    g_autofree char *domcaps = NULL;

    if (!read_version(args, "libvirt-version", &libvirt, error) ||
        !read_version(args, "qemu-version", &qemu, error))
        return FALSE;
    domcaps = read_domcaps(args, &cause);
    if (cause) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (!domcaps && !libvirt)
        return TRUE;
    seal_facts_take_libvirt(facts, "captured", libvirt, qemu, domcaps,
                            "no domain capabilities were captured");
    if (!domcaps || facts->domcaps)
        return TRUE;
    g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT, facts->domcaps_error);
    return FALSE;
}

SealFacts *
check_offline_read(const Args *args, GError **error)
{
    const char *root = args_get(args, "root");
    g_autoptr(SealFacts) facts = NULL;

    if (!g_file_test(root, G_FILE_TEST_IS_DIR)) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND,
                    _("there is no directory %s; name the one that has the captured /proc, /sys "
                      "and /etc"),
                    root);
        return NULL;
    }
    facts = host_facts_read(root);
    facts->offline = TRUE;
    return add_libvirt(facts, args, error) ? g_steal_pointer(&facts) : NULL;
}

GVariant *
check_offline_reply(GPtrArray *results, SealTechnology only)
{
    SealTechnology about = only == SEAL_TECHNOLOGY_AUTO ? seal_checks_best(results) : only;
    SealVerdict verdict = {0};
    GVariantBuilder builder;

    if (about != SEAL_TECHNOLOGY_INVALID)
        verdict = seal_checks_verdict(results, about);
    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ssssss)"));
    for (guint i = 0; i < results->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);

        if (only != SEAL_TECHNOLOGY_AUTO && result->technology != SEAL_TECHNOLOGY_NONE &&
            result->technology != only)
            continue;
        g_variant_builder_add(&builder, "(ssssss)", result->id,
                              seal_technology_to_string(result->technology),
                              seal_checks_state_to_string(result->state), result->value,
                              result->summary, result->remedy);
    }
    return g_variant_ref_sink(
        g_variant_new("(sa(ssssss))", seal_checks_verdict_to_string(&verdict), &builder));
}

static int
compare_rank(gconstpointer a, gconstpointer b)
{
    const SealTechnologyInfo *first = seal_technology_get_info(*(const SealTechnology *)a);
    const SealTechnologyInfo *second = seal_technology_get_info(*(const SealTechnology *)b);

    return (int)second->rank - (int)first->rank;
}

static GVariant *
make_technologies(GPtrArray *results)
{
    g_autoptr(GArray) usable = g_array_new(FALSE, FALSE, sizeof(SealTechnology));
    GVariantBuilder builder;

    for (SealTechnology t = SEAL_TECHNOLOGY_FIRST; t < SEAL_TECHNOLOGY_S390_PV; t++)
        if (seal_checks_verdict(results, t).usable)
            g_array_append_val(usable, t);
    g_array_sort(usable, compare_rank);
    g_variant_builder_init(&builder, G_VARIANT_TYPE_STRING_ARRAY);
    for (guint i = 0; i < usable->len; i++)
        g_variant_builder_add(&builder, "s",
                              seal_technology_to_string(g_array_index(usable, SealTechnology, i)));
    return g_variant_builder_end(&builder);
}

static GVariant *
make_verdicts(GPtrArray *results)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a{s(ss)}"));
    for (SealTechnology t = SEAL_TECHNOLOGY_FIRST; t < SEAL_TECHNOLOGY_S390_PV; t++) {
        SealVerdict verdict = seal_checks_verdict(results, t);

        g_variant_builder_add(&builder, "{s(ss)}", seal_technology_to_string(t),
                              seal_checks_verdict_to_string(&verdict), verdict.check);
    }
    return g_variant_builder_end(&builder);
}

static GVariant *
make_capacity(const SealFacts *facts)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a{s(uuu)}"));
    for (SealPool pool = SEAL_POOL_NONE + 1; pool < SEAL_POOL_INVALID; pool++) {
        guint total, used;

        if (seal_facts_get_slots(facts, pool, &total, &used))
            g_variant_builder_add(&builder, "{s(uuu)}", seal_technology_pool_to_string(pool), total,
                                  used, total > used ? total - used : 0);
    }
    return g_variant_builder_end(&builder);
}

GVariant *
check_offline_host(const SealFacts *facts, GPtrArray *results)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&builder, "{sv}", "Technologies", make_technologies(results));
    g_variant_builder_add(&builder, "{sv}", "Verdicts", make_verdicts(results));
    g_variant_builder_add(&builder, "{sv}", "Capacity", make_capacity(facts));
    return g_variant_ref_sink(g_variant_builder_end(&builder));
}
