/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Device nodes are looked for in /sys/class/misc, which a service with a
 * private /dev still sees; owner and mode of the node itself only show to who
 * sees the real /dev. In a captured tree a text stands in for each node: "ls -l
 * /dev/sev" and "cpuid -1 -r".
 */

#include "host-device.h"

#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "host-file.h"

/* Linux, Documentation/admin-guide/devices.txt: CPUID of the first processor. */
#define CPUID_MAJOR 203
#define CPUID_LEAVES 0x80000000u

#define MAX_TEXT (256 * 1024)
#define MAX_GROUPS 4096
#define MAX_ACCOUNTS (1024 * 1024)

static const struct {
    const char *path;
    SealFactsDevice bit;
} places[] = {
    {"/sys/class/misc/sev-guest", SEAL_FACTS_DEVICE_SEV_GUEST},
    {"/sys/class/misc/tdx_guest", SEAL_FACTS_DEVICE_TDX_GUEST},
    {"/run/tdx-qgs/qgs.socket", SEAL_FACTS_DEVICE_QGS},
    {"/sys/fs/cgroup/machine.slice", SEAL_FACTS_DEVICE_SLICE},
    {"/etc/systemd/system/multi-user.target.wants/libvirt-guests.service",
     SEAL_FACTS_DEVICE_GUESTS},
};

static const char *const psp_names[SEAL_FACTS_PSP_INVALID] = {
    [SEAL_FACTS_PSP_BOOTLOADER_VERSION] = "bootloader_version",
    [SEAL_FACTS_PSP_TEE_VERSION] = "tee_version",
    [SEAL_FACTS_PSP_FUSED_PART] = "fused_part",
    [SEAL_FACTS_PSP_DEBUG_LOCK_ON] = "debug_lock_on",
    [SEAL_FACTS_PSP_TSME_STATUS] = "tsme_status",
};

/* An EPYC has several such devices, of which one has the attributes. */
static void
read_psp(const char *root, SealFacts *facts)
{
    static const char driver[] = "/sys/bus/pci/drivers/ccp";
    g_auto(GStrv) names = host_file_list(root, driver, MAX_GROUPS);

    for (int i = 0; i < SEAL_FACTS_PSP_INVALID; i++)
        g_clear_pointer(&facts->psp[i], g_free);
    for (gsize n = 0; names && names[n]; n++) {
        for (int i = 0; i < SEAL_FACTS_PSP_INVALID; i++) {
            g_autofree char *path = g_build_filename(driver, names[n], psp_names[i], NULL);

            if (strchr(names[n], ':') && !facts->psp[i])
                facts->psp[i] = host_file_read_line(root, path);
        }
    }
}

static gboolean
is_identity(const char *root, const char *group)
{
    g_autofree char *path = g_strdup_printf("/sys/kernel/iommu_groups/%s/type", group);
    g_autofree char *type = host_file_read_line(root, path);

    return g_strcmp0(type, "identity") == 0;
}

static void
read_iommu(const char *root, SealFacts *facts)
{
    g_auto(GStrv) units = host_file_list(root, "/sys/class/iommu", MAX_GROUPS);
    g_auto(GStrv) groups = host_file_list(root, "/sys/kernel/iommu_groups", MAX_GROUPS);

    facts->iommu = (SealFactsIommu){.known = units && groups};
    if (!facts->iommu.known)
        return;
    facts->iommu.units = g_strv_length(units);
    facts->iommu.groups = g_strv_length(groups);
    for (gsize i = 0; groups[i]; i++)
        facts->iommu.identity += is_identity(root, groups[i]);
}

/* The name in a line "name:x:ID:..." of /etc/passwd or /etc/group, else the number. */
static char *
find_name(const char *root, const char *path, guint id)
{
    g_autofree char *text = host_file_read(root, path, MAX_ACCOUNTS, NULL);
    g_autofree char *number = g_strdup_printf("%u", id);
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);

    for (gsize i = 0; lines[i]; i++) {
        g_auto(GStrv) fields = g_strsplit(lines[i], ":", 4);

        if (g_strv_length(fields) >= 3 && g_str_equal(fields[2], number))
            return g_strdup(fields[0]);
    }
    return g_steal_pointer(&number);
}

static void
read_sev_node(const char *root, SealFacts *facts)
{
    g_autofree char *text = NULL;
    struct stat st;

    seal_device_node_clear(&facts->sev_node);
    if (!host_file_stat(root, "/dev/sev", &st))
        return;
    if (!S_ISCHR(st.st_mode)) {
        text = host_file_read(root, "/dev/sev", MAX_TEXT, NULL);
        seal_device_node_parse(text, &facts->sev_node);
        return;
    }
    facts->sev_node.known = TRUE;
    facts->sev_node.mode = st.st_mode & 0777;
    facts->sev_node.owner = find_name(root, "/etc/passwd", st.st_uid);
    facts->sev_node.group = find_name(root, "/etc/group", st.st_gid);
}

static gboolean
read_leaf(int fd, guint32 leaf, guint32 registers[4])
{
    return pread(fd, registers, 4 * sizeof *registers, (off_t)leaf) ==
           (gssize)(4 * sizeof *registers);
}

/* Only the real device: anything else of this name may do what it wants when it is read. */
static SealCpuid
read_cpuid_device(const char *root, const char *path)
{
    guint32 registers[4];
    SealCpuid cpuid = {0};
    int fd = host_file_open(root, path, O_RDONLY);

    if (fd < 0)
        return cpuid;
    if (read_leaf(fd, CPUID_LEAVES, registers) && registers[0] >= SEAL_CPUID_LEAF &&
        read_leaf(fd, SEAL_CPUID_LEAF, registers))
        cpuid = seal_cpuid_decode(registers);
    close(fd);
    return cpuid;
}

static void
read_cpuid(const char *root, SealFacts *facts)
{
    static const char path[] = "/dev/cpu/0/cpuid";
    g_autofree char *text = NULL;
    struct stat st;

    facts->cpuid = (SealCpuid){0};
    if (!host_file_stat(root, path, &st))
        return;
    if (S_ISREG(st.st_mode)) {
        text = host_file_read(root, path, MAX_TEXT, NULL);
        facts->cpuid = seal_cpuid_parse(text);
    } else if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(CPUID_MAJOR, 0)) {
        facts->cpuid = read_cpuid_device(root, path);
    }
}

void
host_device_read(const char *root, SealFacts *facts)
{
    facts->kvm_device = host_file_exists(root, "/sys/class/misc/kvm");
    facts->sev_device = host_file_exists(root, "/sys/class/misc/sev");
    facts->devices = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        if (host_file_exists(root, places[i].path))
            facts->devices |= places[i].bit;
    read_sev_node(root, facts);
    read_psp(root, facts);
    read_iommu(root, facts);
    read_cpuid(root, facts);
}
