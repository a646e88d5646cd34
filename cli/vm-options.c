/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The options that describe a VM. Most are named like the setting they fill
 * and take their type from lib's table; the rest has a row in the table of
 * rules. The guest owner's certificate and session are read from files, since
 * every user of the host can read other people's command lines.
 */

#include <string.h>
#include <glib/gi18n.h>

#include "device-option.h"
#include "error.h"
#include "owner-file.h"
#include "setting-value.h"
#include "vm-options.h"

/* Settings under construction. Of a plain option given twice the last counts. */
typedef struct {
    GVariantDict dict;
    GPtrArray *disks;
    GPtrArray *networks;
    GPtrArray *flags;
    gboolean no_network;
    SealSettingInfo *rows;
    gsize n_rows;
} Collector;

typedef gboolean (*Apply)(Collector *to, const char *key, const char *text, GError **error);

typedef struct {
    const char *option;
    const char *key;
    Apply apply;
} Rule;

const ArgsOption vm_options_table[] = {
    {"memory", 0, ARGS_VALUE, "SIZE", N_("memory of the guest, for example 4G; must be given")},
    {"vcpus", 0, ARGS_VALUE, "N", N_("virtual processors, default 1")},
    {"disk", 0, ARGS_VALUE, "PATH[,KEY=VALUE]...",
     N_("a disk; keys: format, bus, device, readonly, boot-order, pool, volume, size")},
    {"cdrom", 0, ARGS_VALUE, "PATH[,KEY=VALUE]...", N_("a CD-ROM drive with this image")},
    {"network", 0, ARGS_VALUE, "WHAT[,KEY=VALUE]...",
     N_("NETWORK, bridge=BRIDGE, direct=DEVICE, user or none (default); keys: model, mac, mtu, "
        "queues")},
    {"technology", 0, ARGS_VALUE, "T",
     N_("auto (default: the best of this host), sev, sev-es, sev-snp, tdx or, unencrypted, none")},
    {"policy-flag", 0, ARGS_VALUE, "FLAG[,FLAG]...",
     N_("flags of the guest policy; they replace the default, which for SEV is nodbg,noks,nosend")},
    {"policy", 0, ARGS_VALUE, "NUMBER", N_("the guest policy as a number instead")},
    {"firmware", 0, ARGS_VALUE, "PATH", N_("UEFI image, or efi to let libvirt choose")},
    {"nvram-template", 0, ARGS_VALUE, "PATH", N_("template of its variables")},
    {"machine", 0, ARGS_VALUE, "TYPE", N_("machine type of QEMU, default q35")},
    {"kernel", 0, ARGS_VALUE, "PATH", N_("kernel to boot directly")},
    {"initrd", 0, ARGS_VALUE, "PATH", N_("its initial RAM disk")},
    {"cmdline", 0, ARGS_VALUE, "TEXT", N_("its command line")},
    {"kernel-hashes", 0, ARGS_FLAG, NULL, N_("have kernel, initrd and command line measured")},
    {"dh-cert-file", 0, ARGS_VALUE, "FILE", N_("guest owner's Diffie-Hellman certificate")},
    {"session-file", 0, ARGS_VALUE, "FILE", N_("guest owner's session")},
    {"id-block-file", 0, ARGS_VALUE, "FILE", N_("SEV-SNP: the ID block, 96 bytes")},
    {"id-auth-file", 0, ARGS_VALUE, "FILE", N_("SEV-SNP: its authentication, 4096 bytes")},
    {"author-key", 0, ARGS_FLAG, NULL, N_("SEV-SNP: the authentication holds an author key")},
    {"no-vcek", 0, ARGS_FLAG, NULL, N_("SEV-SNP: no reports signed with the chip's key")},
    {"host-data", 0, ARGS_VALUE, "BASE64", N_("SEV-SNP: 32 bytes that reports repeat")},
    {"guest-visible-workarounds", 0, ARGS_VALUE, "BASE64", N_("SEV-SNP: 16 bytes for the guest")},
    {"mr-config-id", 0, ARGS_VALUE, "BASE64", N_("TDX: configuration, a SHA-384")},
    {"mr-owner", 0, ARGS_VALUE, "BASE64", N_("TDX: owner, a SHA-384")},
    {"mr-owner-config", 0, ARGS_VALUE, "BASE64", N_("TDX: owner's configuration, a SHA-384")},
    {"quote-generation-socket", 0, ARGS_VALUE, "PATH", N_("TDX: socket of the quote service")},
    {"memory-backing", 0, ARGS_VALUE, "HOW", N_("auto, none, locked, hard-limit or hugepages")},
    {"hugepage-size", 0, ARGS_VALUE, "SIZE", N_("size of a huge page, for example 2M or 1G")},
    {"hard-limit-extra", 0, ARGS_VALUE, "SIZE", N_("memory beside the guest's, default 256M")},
    {"numa-nodes", 0, ARGS_VALUE, "SET", N_("host nodes that memory comes from, as 0-1")},
    {"cpu-pinning", 0, ARGS_VALUE, "SET", N_("host processors it may use, as 0-7,^3")},
    {"display", 0, ARGS_VALUE, "KIND", N_("none (default), vnc or spice")},
    {"clipboard", 0, ARGS_FLAG, NULL, N_("share the clipboard with the display, and so the host")},
    {"video", 0, ARGS_VALUE, "KIND",
     N_("auto (default), none, std, cirrus, vmware, qxl, virtio, virtio-gl or serial")},
    {"video-memory", 0, ARGS_VALUE, "SIZE", N_("memory of std, vmware or qxl, for example 16M")},
    {"no-console", 0, ARGS_FLAG, NULL, N_("no serial console")},
    {"no-rng", 0, ARGS_FLAG, NULL, N_("no random number device")},
    {"tpm", 0, ARGS_FLAG, NULL, N_("an emulated TPM 2.0")},
    {"autostart", 0, ARGS_FLAG, NULL, N_("start it with the host")},
    {"restart", 0, ARGS_VALUE, "WHEN", N_("no (default) or guest-reboot")},
    {"set", 0, ARGS_VALUE, "KEY=VALUE", N_("any setting of CreateVM, see org.sealvirt1(5)")},
    {NULL},
};

/* A plain setting; without text it is a flag. */
static gboolean
apply_typed(Collector *to, const char *key, const char *text, GError **error)
{
    const SealSettingInfo *row = setting_value_find(to->rows, to->n_rows, key, error);
    GVariant *value;

    if (row == NULL)
        return FALSE;
    value = setting_value_parse(row->signature, text != NULL ? text : "yes", error);
    if (value != NULL)
        g_variant_dict_insert_value(&to->dict, key, value);
    return value != NULL;
}

static gboolean
apply_no(Collector *to, const char *key, const char *text, GError **error)
{
    return apply_typed(to, key, "no", error);
}

static gboolean
apply_path(Collector *to, const char *key, const char *text, GError **error)
{
    g_autofree char *path = setting_value_path(text);
    return apply_typed(to, key, path, error);
}

static gboolean
apply_firmware(Collector *to, const char *key, const char *text, GError **error)
{
    return g_str_equal(text, "efi") ? apply_typed(to, key, text, error)
                                    : apply_path(to, key, text, error);
}

static gboolean
apply_file(Collector *to, const char *key, const char *text, GError **error)
{
    g_autofree char *content = owner_file_base64(text, error);
    gboolean ok = content != NULL && apply_typed(to, key, content, error);

    if (content != NULL)
        explicit_bzero(content, strlen(content));
    return ok;
}

static gboolean
apply_disk(Collector *to, const char *key, const char *text, GError **error)
{
    GVariant *disk = device_option_disk(text, FALSE, error);
    if (disk != NULL)
        g_ptr_array_add(to->disks, disk);
    return disk != NULL;
}

static gboolean
apply_cdrom(Collector *to, const char *key, const char *text, GError **error)
{
    GVariant *disk = device_option_disk(text, TRUE, error);
    if (disk != NULL)
        g_ptr_array_add(to->disks, disk);
    return disk != NULL;
}

static gboolean
apply_network(Collector *to, const char *key, const char *text, GError **error)
{
    GVariant *network;

    if (g_str_equal(text, "none")) {
        to->no_network = TRUE;
        return TRUE;
    }
    network = device_option_network(text, error);
    if (network != NULL)
        g_ptr_array_add(to->networks, network);
    return network != NULL;
}

static gboolean
apply_flag(Collector *to, const char *key, const char *text, GError **error)
{
    g_autoptr(GVariant) words = setting_value_parse("as", text, error);

    for (gsize i = 0; words != NULL && i < g_variant_n_children(words); i++)
        g_ptr_array_add(to->flags, g_variant_get_child_value(words, i));
    return words != NULL;
}

static gboolean
check_no_secret(const Collector *to, const char *key, GError **error)
{
    const SealSettingInfo *row = setting_value_find(to->rows, to->n_rows, key, error);

    if (row == NULL || !row->secret)
        return row != NULL;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("every user can read command lines, so %s is taken from a file only; use "
                  "--%s-file FILE"),
                key, key);
    return FALSE;
}

static gboolean
apply_set(Collector *to, const char *key, const char *text, GError **error)
{
    const char *sign = strchr(text, '=');
    g_autofree char *own_key = sign != NULL ? g_strndup(text, (gsize)(sign - text)) : NULL;

    if (own_key != NULL)
        return check_no_secret(to, own_key, error) && apply_typed(to, own_key, sign + 1, error);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("'%s' is no setting; write for example video-memory=16M"), text);
    return FALSE;
}

static const Rule rules[] = {
    {"disk", "disks", apply_disk},
    {"cdrom", "disks", apply_cdrom},
    {"network", "networks", apply_network},
    {"policy-flag", "policy-flags", apply_flag},
    {"firmware", "firmware", apply_firmware},
    {"nvram-template", "nvram-template", apply_path},
    {"kernel", "kernel", apply_path},
    {"initrd", "initrd", apply_path},
    {"dh-cert-file", "dh-cert", apply_file},
    {"session-file", "session", apply_file},
    {"id-block-file", "id-block", apply_file},
    {"id-auth-file", "id-auth", apply_file},
    {"no-vcek", "vcek", apply_no},
    {"quote-generation-socket", "quote-generation-socket", apply_path},
    {"no-console", "console", apply_no},
    {"no-rng", "rng", apply_no},
    {"set", NULL, apply_set},
};

static gboolean
is_own_option(const char *name)
{
    for (const ArgsOption *option = vm_options_table; option->name != NULL; option++)
        if (g_str_equal(option->name, name))
            return TRUE;
    return FALSE;
}

static gboolean
apply_item(Collector *to, const ArgsItem *item, GError **error)
{
    Rule rule = {item->name, item->name, apply_typed};

    if (!is_own_option(item->name))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
        if (g_str_equal(rules[i].option, item->name))
            rule = rules[i];
    if (rule.apply(to, rule.key, item->value, error))
        return TRUE;
    g_prefix_error(error, "--%s: ", item->name);
    return FALSE;
}

static void
insert_list(Collector *to, const char *key, GPtrArray *list)
{
    if (list->len > 0)
        g_variant_dict_insert_value(&to->dict, key,
                                    g_variant_new_array(NULL, (GVariant **)list->pdata, list->len));
}

static GPtrArray *
new_list(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)g_variant_unref);
}

static gboolean
check_networks(const Collector *from, GError **error)
{
    if (!from->no_network || from->networks->len == 0)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                _("--network none together with another --network; leave one of them out"));
    return FALSE;
}

GVariant *
vm_options_read(const Args *args, GError **error)
{
    g_autoptr(GPtrArray) disks = new_list();
    g_autoptr(GPtrArray) networks = new_list();
    g_autoptr(GPtrArray) flags = new_list();
    g_autofree SealSettingInfo *rows = NULL;
    g_autoptr(GVariant) settings = NULL;
    Collector to = {.disks = disks, .networks = networks, .flags = flags};
    gboolean ok = TRUE;

    to.rows = rows = seal_settings_list(&to.n_rows);
    g_variant_dict_init(&to.dict, NULL);
    for (guint i = 0; ok && i < args->items->len; i++)
        ok = apply_item(&to, g_ptr_array_index(args->items, i), error);
    ok = ok && check_networks(&to, error);
    insert_list(&to, "disks", disks);
    insert_list(&to, "networks", networks);
    insert_list(&to, "policy-flags", flags);
    settings = g_variant_ref_sink(g_variant_dict_end(&to.dict));
    return ok ? g_steal_pointer(&settings) : NULL;
}
