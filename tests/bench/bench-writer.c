/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How fast domain XML is written: VMs with 20 devices a second, and how much
 * longer a device takes when there are 200. Processor time is counted, not the
 * clock, for the figure is about the code and other programs run beside it. The
 * two sizes go in turn, so that both meet the same state of the machine.
 *
 *   bench-writer          prints "writes-per-second N" and "growth-per-device R"
 *   bench-writer --check  exits 1 as well when a figure is missed
 */

#include "domain-writer.h"
#include "version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FEW 20
#define MANY 200
#define ROUNDS 41
#define WRITES 20
#define WANTED_WRITES 2000.0
#define WANTED_GROWTH 1.2

/* The settings' own limits are below MANY, so devices are put in behind the parser's back. */
static void
add_device(SealSettings *settings, guint i)
{
    SealDisk *disk;
    SealNetwork *network;

    if (i % 5 == 4) {
        network = g_new0(SealNetwork, 1);
        network->source = g_strdup("default");
        network->mac = g_strdup_printf("52:54:00:00:%02x:%02x", i / 256, i % 256);
        g_ptr_array_add(settings->networks, network);
        return;
    }
    disk = g_new0(SealDisk, 1);
    disk->path = g_strdup_printf("/var/lib/libvirt/images/disk-%u.qcow2", i);
    disk->format = SEAL_DISK_FORMAT_QCOW2;
    disk->bus = i % 5 == 3 ? SEAL_DISK_BUS_VIRTIO : SEAL_DISK_BUS_SCSI;
    g_ptr_array_add(settings->disks, disk);
}

static SealSettings *
new_settings(guint n_devices)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) dict =
        g_variant_parse(G_VARIANT_TYPE_VARDICT,
                        "{'memory': <uint64 4294967296>, 'vcpus': <uint32 4>,"
                        " 'disks': <[{'path': <'/images/root.qcow2'>}]>}",
                        NULL, NULL, &error);
    SealSettings *settings = seal_settings_parse("bench", dict, &error);

    g_assert_no_error(error);
    for (guint i = 1; i < n_devices; i++)
        add_device(settings, i);
    return settings;
}

static double
processor_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Seconds for one VM. */
static double
time_writes(const SealPlan *plan)
{
    double start = processor_seconds();

    for (guint i = 0; i < WRITES; i++) {
        g_autofree char *xml = NULL;

        g_assert_true(seal_domain_writer_check(plan, NULL));
        xml = seal_domain_writer_write(plan);
        g_assert_nonnull(strstr(xml, "launchSecurity"));
    }
    return (processor_seconds() - start) / WRITES;
}

static int
compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static double
median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, compare_doubles);
    return values[ROUNDS / 2];
}

static SealPlan
new_plan(const SealSettings *settings, const SealFirmware *firmware, const SealStack *stack)
{
    return (SealPlan){.settings = settings,
                      .technology = SEAL_TECHNOLOGY_SEV_ES,
                      .policy = seal_technology_get_info(SEAL_TECHNOLOGY_SEV_ES)->default_policy,
                      .firmware = firmware,
                      .stack = stack,
                      .uuid = "5cbdcc3a-bcbe-4006-97bb-4a3e8fc4ff65"};
}

int
main(int argc, char **argv)
{
    gboolean check = argc > 1 && g_str_equal(argv[1], "--check");
    const SealOvmf image = {.is_firmware = TRUE};
    g_autoptr(SealFirmware) firmware =
        seal_firmware_new_for_path("/fw/CODE.fd", "/fw/VARS.fd", &image, FALSE);
    g_autoptr(SealSettings) few = new_settings(FEW);
    g_autoptr(SealSettings) many = new_settings(MANY);
    const SealStack stack = {SEAL_VERSION(9, 0, 0), SEAL_VERSION(7, 2, 0), "x86_64",
                             "/usr/bin/qemu-system-x86_64"};
    const SealPlan few_plan = new_plan(few, firmware, &stack);
    const SealPlan many_plan = new_plan(many, firmware, &stack);
    double few_times[ROUNDS];
    double many_times[ROUNDS];
    double rate;
    double growth;

    time_writes(&many_plan);
    for (guint i = 0; i < ROUNDS; i++) {
        few_times[i] = time_writes(&few_plan);
        many_times[i] = time_writes(&many_plan);
    }
    rate = 1 / median(few_times);
    growth = median(many_times) / MANY / (median(few_times) / FEW);
    printf("writes-per-second %.0f\ngrowth-per-device %.2f\n", rate, growth);
    return check && (rate < WANTED_WRITES || growth > WANTED_GROWTH) ? 1 : 0;
}
