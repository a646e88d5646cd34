/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The fingerprint is made of facts where reading them is cheap, and of file
 * times where it is not. It is compared and never parsed. Times are taken
 * before facts are read and numbers from those very facts, so that a change in
 * the middle of the reading is at worst read once too often, never missed.
 */

#include "host-watch.h"

#include "host-facts.h"
#include "host-file.h"
#include "host-ledger.h"

/* Files and directories whose change matters although their content is not read here. */
static const char *const stamped[] = {
    "/etc/default/libvirt-guests",
    "/etc/libvirt/qemu.conf",
    "/etc/sysconfig/libvirt-guests",
    "/etc/systemd/system/multi-user.target.wants/libvirt-guests.service",
    "/run/tdx-qgs/qgs.socket",
    "/usr/bin/qemu-system-x86_64",
    "/usr/libexec/qemu-kvm",
    "/usr/share/OVMF",
    "/usr/share/edk2/ovmf",
    "/usr/share/edk2/x64",
    "/usr/share/ovmf",
    "/usr/share/qemu",
};

/* Times in sysfs are when somebody looked, and those of devices when somebody used them. */
static const char *const present[] = {"/dev/kvm", "/dev/sev", "/sys/class/misc/kvm",
                                      "/sys/class/misc/sev"};

/* Their files are stamped too: one that is written in place leaves its directory's time alone. */
static const char *const stamped_all[] = {"/usr/share/qemu/firmware", "/etc/qemu/firmware"};

#define MAX_STAMPED 256

static void
add_presence(GString *print, const char *root, const char *path)
{
    struct stat st;

    if (host_file_stat(root, path, &st))
        g_string_append_printf(print, "%s=%o,%u,%u;", path, (guint)st.st_mode, st.st_uid,
                               st.st_gid);
}

static void
add_stamp(GString *print, const char *root, const char *path)
{
    struct stat st;

    if (host_file_stat(root, path, &st))
        g_string_append_printf(print, "%s=%" G_GINT64_FORMAT ".%09ld,%" G_GINT64_FORMAT ";", path,
                               (gint64)st.st_mtim.tv_sec, st.st_mtim.tv_nsec, (gint64)st.st_size);
}

static void
add_stamps_below(GString *print, const char *root, const char *dir)
{
    g_auto(GStrv) names = host_file_list(root, dir, MAX_STAMPED);

    for (gsize i = 0; names && names[i]; i++) {
        g_autofree char *path = g_build_filename(dir, names[i], NULL);

        add_stamp(print, root, path);
    }
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
host_watch_stamps(const char *root)
{
    GString *print = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(present); i++)
        add_presence(print, root, present[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(stamped); i++)
        add_stamp(print, root, stamped[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(stamped_all); i++)
        add_stamps_below(print, root, stamped_all[i]);
    add_limits(print, root);
    return g_string_free(print, FALSE);
}

char *
host_watch_fingerprint(const char *stamps, const SealFacts *facts)
{
    GString *print = g_string_new(stamps);

    add_parameters(print, facts);
    add_slots(print, facts);
    return g_string_free(print, FALSE);
}

char *
host_watch_look(const char *root)
{
    g_autofree char *stamps = host_watch_stamps(root);
    g_autoptr(SealFacts) facts = seal_facts_new();

    host_facts_read_parameters(root, facts);
    host_ledger_read(root, facts);
    return host_watch_fingerprint(stamps, facts);
}
