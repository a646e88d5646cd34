/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two thousand random VMs that must be accepted, each with XML that the
 * installed schema accepts and that reads back as the same VM, and two thousand
 * with one fault, each refused with an error that names it. The seed is fixed;
 * SEED in the environment sets another, and a failure prints the one that was
 * used. That libvirt defines such VMs is shown in tests/e2e.
 */

#include "random-settings.h"
#include "random-xml.h"
#include "test-schema.h"

#include "domain.h"
#include "error.h"

#define N_VMS 2000
#define DEFAULT_SEED 20261121u
#define UUID "5cbdcc3a-bcbe-4006-97bb-4a3e8fc4ff65"

/* Where a run is, for the message of a failure. */
typedef struct {
    guint32 seed;
    guint i;
} Run;

static guint32
get_seed(void)
{
    const char *text = g_getenv("SEED");
    guint64 seed = text ? g_ascii_strtoull(text, NULL, 0) : DEFAULT_SEED;

    return (guint32)seed;
}

/* Each VM has a seed of its own, so that one can be had without those before it. */
static GRand *
new_rand(const Run *run)
{
    const guint32 seeds[] = {run->seed, run->i};

    return g_rand_new_with_seed_array(seeds, G_N_ELEMENTS(seeds));
}

G_GNUC_NORETURN G_GNUC_PRINTF(3, 4) static void fail(const Run *run,
                                                     const RandomVm *vm,
                                                     const char *format,
                                                     ...)
{
    g_autofree char *text = g_variant_print(vm->dict, TRUE);
    g_autofree char *what = NULL;
    va_list args;

    va_start(args, format);
    what = g_strdup_vprintf(format, args);
    va_end(args);
    g_error("SEED=%u, VM %u: %s\n%s: %s", run->seed, run->i, what,
            seal_technology_to_string(vm->technology), text);
}

static void
check_reads_back(const Run *run, const RandomVm *vm, guint64 policy, const char *xml)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(SealDomain) domain = seal_domain_reader_parse(xml, SEAL_DOMAIN_DEVICES, &error);
    guint64 memory = 0;

    if (!domain)
        fail(run, vm, "%s in\n%s", error->message, xml);
    g_variant_lookup(vm->dict, "memory", "t", &memory);
    if (domain->technology != vm->technology || domain->policy != policy ||
        domain->memory != memory)
        fail(run, vm, "reads back as another VM:\n%s", xml);
    for (guint i = 0; i < domain->devices->len; i++) {
        const SealDevice *device = g_ptr_array_index(domain->devices, i);

        if (device->virtio && vm->technology != SEAL_TECHNOLOGY_NONE &&
            device->iommu != SEAL_IOMMU_ON)
            fail(run, vm, "a %s without iommu='on' in\n%s", device->kind, xml);
    }
}

static void
test_legal(void)
{
    g_autoptr(TestSchema) schema = test_schema_new();
    Run run = {get_seed(), 0};

    for (; run.i < N_VMS; run.i++) {
        g_autoptr(GRand) rand = new_rand(&run);
        g_autoptr(RandomVm) vm = random_settings_new(rand);
        g_autofree char *name = g_strdup_printf("vm-%u", run.i);
        g_autoptr(GError) error = NULL;
        guint64 policy = 0;
        g_autofree char *xml = random_xml_write(vm, name, UUID, &policy, &error);

        if (!xml)
            fail(&run, vm, "refused: %s", error->message);
        if (schema && test_schema_knows(schema, vm->technology, NULL) &&
            !test_schema_accepts(schema, xml))
            fail(&run, vm, "the schema refuses\n%s", xml);
        check_reads_back(&run, vm, policy, xml);
    }
}

static void
test_illegal(void)
{
    Run run = {get_seed(), 0};

    for (; run.i < N_VMS; run.i++) {
        g_autoptr(GRand) rand = new_rand(&run);
        g_autoptr(RandomVm) vm = random_settings_new(rand);
        const char *word = random_settings_spoil(vm, rand);
        g_autoptr(GError) error = NULL;
        guint64 policy = 0;
        g_autofree char *xml = random_xml_write(vm, "vm", UUID, &policy, &error);

        if (xml)
            fail(&run, vm, "accepted, although %s is wrong", word);
        if (error->domain != SEAL_ERROR ||
            (error->code != SEAL_ERROR_INVALID_ARGUMENT && error->code != SEAL_ERROR_NOT_SUPPORTED))
            fail(&run, vm, "another error: %s", error->message);
        if (!strstr(error->message, word))
            fail(&run, vm, "%s is not in \"%s\"", word, error->message);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/settings-random/legal", test_legal);
    g_test_add_func("/settings-random/illegal", test_illegal);
    return g_test_run();
}
