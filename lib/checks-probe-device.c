/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Probes of the secure processor: its device node and who can open it, and its
 * firmware as far as it shows without asking the device, which only root may.
 * libvirt gives each VM a /dev of its own and hands /dev/sev over there, unless
 * its settings forbid one of the two.
 */

#include "checks-probe.h"

#include "conf.h"
#include "psp-api.h"
#include "text.h"

SealCheckState
seal_checks_probe_device_sev(const SealCheckRow *row,
                             const SealFacts *facts,
                             char **ret_value,
                             char **ret_remedy)
{
    *ret_value = g_strdup(facts->sev_device ? "/dev/sev" : "no /dev/sev");
    return facts->sev_device ? SEAL_CHECK_PASS : SEAL_CHECK_FAIL;
}

/* What libvirt's settings say about QEMU and devices. */
typedef struct {
    char *user; /* NULL: the distribution's */
    char *group;
    gboolean namespaces;
    gboolean ownership;
} QemuConf;

static void
qemu_conf_clear(QemuConf *conf)
{
    g_free(conf->user);
    g_free(conf->group);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(QemuConf, qemu_conf_clear)

static void
qemu_conf_read(QemuConf *conf, const char *text)
{
    g_auto(GStrv) namespaces = seal_conf_get_list(text, "namespaces");
    g_autofree char *ownership = seal_conf_get(text, "dynamic_ownership");

    conf->user = seal_conf_get(text, "user");
    conf->group = seal_conf_get(text, "group");
    conf->namespaces = !namespaces || g_strv_contains((const char *const *)namespaces, "mount");
    conf->ownership = g_strcmp0(ownership, "0") != 0;
}

static gboolean
is_root(const char *user)
{
    static const char *const names[] = {"root", "0", "+0", NULL};

    return user && g_strv_contains(names, user);
}

/* Names that distributions give QEMU's user, for settings that name none. */
static gboolean
may_open(const SealDeviceNode *node, const QemuConf *conf)
{
    static const struct {
        const char *user;
        const char *group;
    } defaults[] = {{"libvirt-qemu", "kvm"}, {"libvirt-qemu", "libvirt-qemu"}, {"qemu", "qemu"}};

    if (conf->user)
        return seal_device_node_may_open(node, conf->user, conf->group);
    for (gsize i = 0; i < G_N_ELEMENTS(defaults); i++)
        if (seal_device_node_may_open(node, defaults[i].user,
                                      conf->group ? conf->group : defaults[i].group))
            return TRUE;
    return FALSE;
}

static SealCheckState
judge_node(const SealFacts *facts, const QemuConf *conf, char **ret_value)
{
    const SealDeviceNode *node = &facts->sev_node;
    const char *why = conf->namespaces ? "dynamic_ownership is 0" : "namespaces are off";
    g_autofree char *user = seal_text_show(conf->user ? conf->user : "the distribution's user");
    g_autofree char *owner = seal_text_show(node->owner);
    g_autofree char *group = seal_text_show(node->group);

    if (!node->known) {
        *ret_value = g_strdup_printf("%s in qemu.conf, QEMU runs as %s; owner and mode of /dev/sev "
                                     "are not readable",
                                     why, user);
        return SEAL_CHECK_WARN;
    }
    *ret_value = g_strdup_printf("%s in qemu.conf, QEMU runs as %s; /dev/sev is %04o %s:%s", why,
                                 user, node->mode, owner, group);
    return may_open(node, conf) ? SEAL_CHECK_PASS : SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_device_sev_access(const SealCheckRow *row,
                                    const SealFacts *facts,
                                    char **ret_value,
                                    char **ret_remedy)
{
    const SealFactsFile *file = &facts->files[SEAL_FACTS_TEXT_QEMU_CONF];
    g_auto(QemuConf) conf = {0};

    if (file->state == SEAL_FACTS_TEXT_UNREADABLE || file->state == SEAL_FACTS_TEXT_UNKNOWN) {
        *ret_value = g_strdup("/etc/libvirt/qemu.conf not readable");
        return SEAL_CHECK_NA;
    }
    qemu_conf_read(&conf, file->text);
    if (is_root(conf.user)) {
        *ret_value = g_strdup("QEMU runs as root");
        return SEAL_CHECK_PASS;
    }
    if (conf.namespaces && conf.ownership) {
        *ret_value = g_strdup("libvirt hands /dev/sev over to each VM");
        return SEAL_CHECK_PASS;
    }
    return judge_node(facts, &conf, ret_value);
}

static SealPspApi
find_api(const SealFacts *facts, char **ret_value)
{
    SealPspApi api = seal_psp_api_find(seal_facts_get_text(facts, SEAL_FACTS_TEXT_KERNEL_LOG));

    *ret_value = api.known ? g_strdup_printf("API %u.%u, build %u", api.major, api.minor, api.build)
                           : g_strdup("not readable");
    return api;
}

SealCheckState
seal_checks_probe_device_api(const SealCheckRow *row,
                             const SealFacts *facts,
                             char **ret_value,
                             char **ret_remedy)
{
    return find_api(facts, ret_value).known ? SEAL_CHECK_PASS : SEAL_CHECK_NA;
}

SealCheckState
seal_checks_probe_device_api_snp(const SealCheckRow *row,
                                 const SealFacts *facts,
                                 char **ret_value,
                                 char **ret_remedy)
{
    SealPspApi api = find_api(facts, ret_value);

    if (!api.known)
        return SEAL_CHECK_NA;
    return seal_psp_api_at_least(&api, SEAL_PSP_API_SNP) ? SEAL_CHECK_PASS : SEAL_CHECK_FAIL;
}

SealCheckState
seal_checks_probe_device_firmware(const SealCheckRow *row,
                                  const SealFacts *facts,
                                  char **ret_value,
                                  char **ret_remedy)
{
    g_autofree char *loader = seal_text_show(facts->psp[SEAL_FACTS_PSP_BOOTLOADER_VERSION]);
    g_autofree char *tee = seal_text_show(facts->psp[SEAL_FACTS_PSP_TEE_VERSION]);

    if (!*loader && !*tee) {
        *ret_value = g_strdup("not told");
        return SEAL_CHECK_NA;
    }
    *ret_value =
        g_strdup_printf("boot loader %s, TEE %s", *loader ? loader : "-", *tee ? tee : "-");
    return SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_device_attribute(const SealCheckRow *row,
                                   const SealFacts *facts,
                                   char **ret_value,
                                   char **ret_remedy)
{
    const char *value = facts->psp[row->item];

    *ret_value = value ? seal_text_show(value) : g_strdup("not told");
    if (!value)
        return SEAL_CHECK_NA;
    return g_str_equal(value, "0") ? SEAL_CHECK_WARN : SEAL_CHECK_PASS;
}

SealCheckState
seal_checks_probe_device_tsme(const SealCheckRow *row,
                              const SealFacts *facts,
                              char **ret_value,
                              char **ret_remedy)
{
    const char *value = facts->psp[SEAL_FACTS_PSP_TSME_STATUS];

    *ret_value = g_strdup(!value ? "not told" : g_str_equal(value, "0") ? "off" : "on");
    return value ? SEAL_CHECK_PASS : SEAL_CHECK_NA;
}

SealCheckState
seal_checks_probe_device_qgs(const SealCheckRow *row,
                             const SealFacts *facts,
                             char **ret_value,
                             char **ret_remedy)
{
    gboolean there = (facts->devices & SEAL_FACTS_DEVICE_QGS) != 0;

    *ret_value = g_strdup(there ? "/run/tdx-qgs/qgs.socket" : "no /run/tdx-qgs/qgs.socket");
    return there ? SEAL_CHECK_PASS : SEAL_CHECK_NA;
}
