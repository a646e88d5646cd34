/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The fingerprint is made of facts where reading them is cheap, and of file
 * times where it is not. It is compared and never parsed.
 */

#include "host-watch.h"

#include <sys/stat.h>

#include "host-facts.h"
#include "host-file.h"
#include "host-ledger.h"

/* Files and directories whose change matters although their content is not read here. */
static const char *const stamped[] = {
    "/usr/share/qemu/firmware",      "/etc/qemu/firmware",    "/usr/bin/qemu-system-x86_64",
    "/etc/libvirt/qemu.conf",        "/usr/libexec/qemu-kvm", "/etc/default/libvirt-guests",
    "/etc/sysconfig/libvirt-guests",
};

static void
add_stamp(GString *print, const char *root, const char *path)
{
    g_autofree char *full = g_build_filename(root, path, NULL);
    struct stat st = {0};

    if (stat(full, &st) == 0)
        g_string_append_printf(print, "%s=%" G_GINT64_FORMAT ".%09ld,%" G_GINT64_FORMAT ";", path,
                               (gint64)st.st_mtim.tv_sec, st.st_mtim.tv_nsec, (gint64)st.st_size);
}

/* Limits on all guests, which only change their content and never their time. */
static void
add_limits(GString *print, const char *root)
{
    static const SealFactsText texts[] = {SEAL_FACTS_TEXT_SLICE_MAX, SEAL_FACTS_TEXT_SLICE_HIGH,
                                          SEAL_FACTS_TEXT_SLICE_MISC_MAX};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        const SealFactsTextRow *row = seal_facts_text_get_row(texts[i]);
        g_autofree char *text = host_file_read(root, row->path, row->max, NULL);

        g_string_append_printf(print, "%s;", text ? text : "");
    }
}

static void
add_parameters(GString *print, const SealFacts *facts)
{
    for (guint i = 0; i < facts->parameters->len; i++) {
        const SealFactsParameter *parameter = g_ptr_array_index(facts->parameters, i);

        g_string_append_printf(print, "%s.%s=%s;", parameter->module, parameter->name,
                               parameter->value ? parameter->value : "");
    }
}

static void
add_slots(GString *print, const SealFacts *facts)
{
    for (int pool = SEAL_POOL_NONE + 1; pool < SEAL_POOL_INVALID; pool++)
        g_string_append_printf(print, "%d:%u/%u;", pool, facts->slots_used.count[pool],
                               facts->slots_total.count[pool]);
}

char *
host_watch_fingerprint(const char *root)
{
    g_autoptr(SealFacts) facts = seal_facts_new();
    GString *print = g_string_new(NULL);

    host_facts_read_parameters(root, facts);
    host_ledger_read(root, facts);
    add_parameters(print, facts);
    add_slots(print, facts);
    g_string_append_printf(print, "%d%d;", host_file_exists(root, "/sys/class/misc/kvm"),
                           host_file_exists(root, "/sys/class/misc/sev"));
    add_limits(print, root);
    for (gsize i = 0; i < G_N_ELEMENTS(stamped); i++)
        add_stamp(print, root, stamped[i]);
    return g_string_free(print, FALSE);
}
