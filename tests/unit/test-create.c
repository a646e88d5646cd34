/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A create makes all or nothing: each step is made to fail, and after it
 * there is no VM, no domain, no job and no taken slot. And what is refused is
 * refused before libvirt hears of it.
 */

#include "world.h"

#include "create-plan.h"
#include "error.h"
#include "test-hosts.h"

#define MEM "'memory': <uint64 1073741824>"
#define DISK "'disks': <[{'path': <'/images/a.qcow2'>}]>"

static void
set_up(World **world, gconstpointer data)
{
    *world = world_new();
    world_start(*world);
    world_forget_news(*world);
}

static void
assert_nothing_left(World *world)
{
    g_autoptr(GPtrArray) vms = registry_list(world->core->registry);
    g_autoptr(GPtrArray) jobs = jobs_list(world->core->jobs);

    g_assert_cmpuint(vms->len, ==, 0);
    g_assert_cmpuint(jobs->len, ==, 0);
    g_assert_cmpuint(fake_domains_count(fake_virt_domains(world->virt)), ==, 0);
    g_assert_cmpuint(host_state_get_capacity(world->core->host_state, SEAL_POOL_SEV_ES).used, ==,
                     0);
}

static void
tear_down(World **world, gconstpointer data)
{
    world_free(*world);
}

static void
create(World *world, const char *settings, gboolean start, int code)
{
    Outcome outcome;

    world_create(world, "a", settings, start, &outcome);
    world_settle();
    world_expect(&outcome, code);
}

static void
test_defines(World **world, gconstpointer data)
{
    Outcome outcome;
    const Vm *vm;

    world_create(*world, "a", NULL, FALSE, &outcome);
    world_settle();
    vm = world_vm(*world, "a");
    g_assert_cmpstr(outcome.result, ==, vm->uuid);
    world_expect(&outcome, -1);
    g_assert_cmpint(vm->state, ==, VM_STATE_SHUTOFF);
    g_assert_cmpint(vm->technology, ==, SEAL_TECHNOLOGY_SEV_ES);
    g_assert_cmpuint(vm->memory, ==, 1073741824);
    g_assert_cmpint(world_find_news(*world, "job-added create"), ==, 0);
    g_assert_cmpint(world_find_news(*world, "vm-added a"), <,
                    world_find_news(*world, "job-removed create done"));
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_START), ==, 0);
}

static void
test_defines_and_starts(World **world, gconstpointer data)
{
    create(*world, NULL, TRUE, -1);
    g_assert_cmpint(world_vm(*world, "a")->state, ==, VM_STATE_RUNNING);
    g_assert_cmpuint(fake_virt_last((*world)->virt, VIRT_OP_START)->memory, ==,
                     world_vm(*world, "a")->memory);
    g_assert_cmpint(world_find_news(*world, "vm-added a"), <,
                    world_find_news(*world, "vm-changed a starting"));
    g_assert_cmpint(world_find_news(*world, "vm-changed a starting"), <,
                    world_find_news(*world, "vm-changed a running"));
    g_assert_cmpuint(host_state_get_capacity((*world)->core->host_state, SEAL_POOL_SEV_ES).used, ==,
                     1);
}

static void
test_request_carries_settings(World **world, gconstpointer data)
{
    const VirtRequest *request;

    create(*world,
           "{" MEM ", " DISK ", 'autostart': <true>, 'networks': <[{'type': <'network'>, 'source': "
           "<'default'>}, {'type': <'user'>}]>}",
           FALSE, -1);
    request = fake_virt_last((*world)->virt, VIRT_OP_DEFINE);
    g_assert_true(request->autostart);
    g_assert_cmpstr(request->networks[0], ==, "default");
    g_assert_null(request->networks[1]);
    g_assert_null(request->files[0]);
    g_assert_nonnull(strstr(request->xml, "<policy>0x000f</policy>"));
}

/* What the daemon in its sandbox cannot see, libvirt is asked about. */
static void
test_unseen_disk_is_libvirts_to_judge(World **world, gconstpointer data)
{
    fake_host_set_file((*world)->host, "/images/a.qcow2", HOST_FILE_UNKNOWN);
    create(*world, NULL, FALSE, -1);
    g_assert_cmpstr(fake_virt_last((*world)->virt, VIRT_OP_DEFINE)->files[0], ==,
                    "/images/a.qcow2");
}

static const struct {
    HostFileState state;
    int code;
} file_rows[] = {
    {HOST_FILE_ABSENT, SEAL_ERROR_NOT_FOUND},
    {HOST_FILE_DIRECTORY, SEAL_ERROR_INVALID_ARGUMENT},
    {HOST_FILE_OTHER, SEAL_ERROR_INVALID_ARGUMENT},
};

static void
test_files_must_be_there(World **world, gconstpointer data)
{
    static const char *const paths[] = {"/images/a.qcow2", "/boot/vmlinuz", "/boot/initrd"};

    for (gsize p = 0; p < G_N_ELEMENTS(paths); p++) {
        for (gsize i = 0; i < G_N_ELEMENTS(file_rows); i++) {
            fake_host_set_file((*world)->host, paths[p], file_rows[i].state);
            create(*world,
                   "{" MEM ", " DISK ", 'kernel': <'/boot/vmlinuz'>, 'initrd': <'/boot/initrd'>}",
                   TRUE, file_rows[i].code);
            assert_nothing_left(*world);
        }
        fake_host_set_file((*world)->host, paths[p], HOST_FILE_PRESENT);
    }
    g_assert_cmpuint(fake_virt_count_acts((*world)->virt), ==, 0);
}

static void
test_define_fails(World **world, gconstpointer data)
{
    static const SealError codes[] = {SEAL_ERROR_NOT_FOUND, SEAL_ERROR_EXISTS, SEAL_ERROR_BACKEND,
                                      SEAL_ERROR_BACKEND_UNAVAILABLE};

    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
        fake_virt_fail((*world)->virt, VIRT_OP_DEFINE, codes[i], 1);
        create(*world, NULL, TRUE, (int)codes[i]);
        assert_nothing_left(*world);
    }
    g_assert_cmpuint(world_count_news(*world, "vm-"), ==, 0);
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_START), ==, 0);
}

/* Variables that an earlier VM of the name left on purpose outlive one that does not start. */
static void
test_start_fails(World **world, gconstpointer kept_nvram)
{
    if (kept_nvram)
        fake_virt_keep_nvram((*world)->virt);
    fake_virt_fail((*world)->virt, VIRT_OP_START, SEAL_ERROR_LAUNCH_FAILED, 1);
    create(*world, NULL, TRUE, SEAL_ERROR_LAUNCH_FAILED);
    assert_nothing_left(*world);
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_UNDEFINE), ==, 1);
    g_assert_true(fake_virt_last((*world)->virt, VIRT_OP_UNDEFINE)->nvram == !kept_nvram);
    g_assert_false(fake_virt_last((*world)->virt, VIRT_OP_UNDEFINE)->volumes);
    g_assert_cmpint(world_find_news(*world, "vm-removed a"), <,
                    world_find_news(*world, "job-removed create failed"));
}

/* The start goes on unwatched after its deadline, so the domain may run by then. */
static void
test_start_times_out(World **world, gconstpointer data)
{
    FakeDomains *domains = fake_virt_domains((*world)->virt);
    Outcome outcome;

    fake_virt_hold((*world)->virt, VIRT_OP_DEFINE, TRUE);
    world_create(*world, "a", NULL, TRUE, &outcome);
    world_settle();
    fake_virt_fail((*world)->virt, VIRT_OP_START, SEAL_ERROR_TIMEOUT, 1);
    fake_virt_release((*world)->virt, VIRT_OP_DEFINE, 0);
    fake_domains_find(domains, "a")->state = VIRT_STATE_RUNNING;
    world_settle();
    world_expect(&outcome, SEAL_ERROR_TIMEOUT);
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_DESTROY), ==, 1);
    assert_nothing_left(*world);
}

static void
test_taking_back_fails(World **world, gconstpointer data)
{
    Outcome outcome;

    fake_virt_fail((*world)->virt, VIRT_OP_START, SEAL_ERROR_LAUNCH_FAILED, 1);
    fake_virt_fail((*world)->virt, VIRT_OP_UNDEFINE, SEAL_ERROR_BACKEND, 1);
    world_create(*world, "a", NULL, TRUE, &outcome);
    world_settle();
    g_assert_nonnull(strstr(outcome.error->message, "undefining the VM again failed"));
    world_expect(&outcome, SEAL_ERROR_LAUNCH_FAILED);
    /* It is there, so it is shown, and not as one that is being started. */
    g_assert_cmpint(world_vm(*world, "a")->state, ==, VM_STATE_SHUTOFF);
}

static void
test_last_slot_goes_while_defining(World **world, gconstpointer data)
{
    FakeDomain *other = world_add(*world, "other", SEAL_TECHNOLOGY_SEV_ES, VIRT_STATE_SHUTOFF);
    Outcome outcome;

    fake_virt_set_pools((*world)->virt, 10, 1);
    host_state_probe((*world)->core->host_state, NULL, NULL);
    world_settle();
    fake_virt_hold((*world)->virt, VIRT_OP_DEFINE, TRUE);
    world_create(*world, "a", NULL, TRUE, &outcome);
    world_settle();
    world_act_and_settle(*world, JOB_OPERATION_START, "other", -1);
    fake_virt_release((*world)->virt, VIRT_OP_DEFINE, 0);
    world_settle();
    world_expect(&outcome, SEAL_ERROR_CAPACITY_EXHAUSTED);
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_START), ==, 1);
    /* It never ran: variables under its name are somebody's who kept them. */
    g_assert_false(fake_virt_last((*world)->virt, VIRT_OP_UNDEFINE)->nvram);
    g_assert_null(world_vm(*world, "a"));
    g_assert_cmpint(other->state, ==, VIRT_STATE_RUNNING);
    create(*world, NULL, TRUE, SEAL_ERROR_CAPACITY_EXHAUSTED);
    g_assert_cmpuint(fake_virt_count((*world)->virt, VIRT_OP_DEFINE), ==, 1);
}

static void
test_refused_before_libvirt(World **world, gconstpointer data)
{
    static const struct {
        const char *settings;
        int code;
    } rows[] = {
        {"{}", SEAL_ERROR_INVALID_ARGUMENT},
        {"{" MEM "}", SEAL_ERROR_INVALID_ARGUMENT},
        {"{" MEM ", " DISK ", 'colour': <'red'>}", SEAL_ERROR_INVALID_ARGUMENT},
        {"{" MEM ", " DISK ", 'technology': <'sev'>, 'policy-flags': <['es']>}",
         SEAL_ERROR_INVALID_ARGUMENT},
        {"{" MEM ", " DISK ", 'technology': <'sev-snp'>}", SEAL_ERROR_TECHNOLOGY_UNAVAILABLE},
        {"{" MEM ", " DISK ", 'technology': <'tdx'>}", SEAL_ERROR_TECHNOLOGY_UNAVAILABLE},
        {"{" MEM ", " DISK ", 'firmware': <'/no/firmware'>}", SEAL_ERROR_FIRMWARE_NOT_FOUND},
    };

    fake_host_set_file((*world)->host, "/no/firmware", HOST_FILE_ABSENT);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        create(*world, rows[i].settings, FALSE, rows[i].code);
        assert_nothing_left(*world);
    }
    g_assert_cmpuint(fake_virt_count_acts((*world)->virt), ==, 0);
}

static void
test_name_is_taken(World **world, gconstpointer data)
{
    world_add(*world, "a", SEAL_TECHNOLOGY_NONE, VIRT_STATE_SHUTOFF);
    create(*world, NULL, FALSE, SEAL_ERROR_EXISTS);
    g_assert_cmpuint(fake_host_count_inspections((*world)->host), ==, 0);
}

static void
test_same_name_twice_at_once(World **world, gconstpointer data)
{
    Outcome first, second;

    world_create(*world, "a", NULL, FALSE, &first);
    world_create(*world, "a", NULL, FALSE, &second);
    world_settle();
    world_expect(&first, -1);
    world_expect(&second, SEAL_ERROR_EXISTS);
    g_assert_cmpuint(fake_domains_count(fake_virt_domains((*world)->virt)), ==, 1);
}

static void
test_auto_is_never_none(World **world, gconstpointer data)
{
    fake_host_set_facts((*world)->host, test_hosts_plain);
    fake_virt_set_pools((*world)->virt, 0, 0);
    host_state_probe((*world)->core->host_state, NULL, NULL);
    world_settle();
    create(*world, NULL, FALSE, SEAL_ERROR_TECHNOLOGY_UNAVAILABLE);
    assert_nothing_left(*world);
    create(*world, "{" MEM ", " DISK ", 'technology': <'none'>}", FALSE, -1);
    g_assert_cmpint(world_vm(*world, "a")->technology, ==, SEAL_TECHNOLOGY_NONE);
}

static SealFacts *
make_telling_host(void)
{
    SealFacts *facts = test_hosts_milan();

    facts->snp_policy = (SealFactsPolicy){TRUE, 0x3ffff};
    return facts;
}

/* What KVM says of SNP policies is held against those of SNP guests, and of no others. */
static void
test_kernel_tells_its_policy(World **world, gconstpointer data)
{
    SealStack stack = {0};
    GError *error = NULL;

    g_assert_true(create_plan_stack((*world)->core, SEAL_TECHNOLOGY_SEV_SNP, &stack, &error));
    g_assert_false(stack.has_policy_mask);
    fake_host_set_facts((*world)->host, make_telling_host);
    host_state_probe((*world)->core->host_state, NULL, NULL);
    world_settle();
    g_assert_true(create_plan_stack((*world)->core, SEAL_TECHNOLOGY_SEV_SNP, &stack, &error));
    g_assert_true(stack.has_policy_mask);
    g_assert_cmpuint(stack.policy_mask, ==, 0x3ffff);
    g_assert_true(create_plan_stack((*world)->core, SEAL_TECHNOLOGY_TDX, &stack, &error));
    g_assert_false(stack.has_policy_mask);
}

static void
test_without_libvirt(World **world, gconstpointer data)
{
    fake_virt_connect((*world)->virt, VIRT_CONNECTION_UNAVAILABLE);
    world_settle();
    create(*world, "{" MEM ", " DISK ", 'technology': <'sev'>}", TRUE,
           SEAL_ERROR_BACKEND_UNAVAILABLE);
    assert_nothing_left(*world);
}

static void
test_limits(World **world, gconstpointer data)
{
    Outcome outcomes[JOB_MAX_PER_USER + 1];

    fake_host_hold((*world)->host, TRUE);
    for (guint i = 0; i <= JOB_MAX_PER_USER; i++) {
        g_autofree char *name = g_strdup_printf("vm%u", i);

        world_create(*world, name, NULL, FALSE, &outcomes[i]);
    }
    world_expect(&outcomes[JOB_MAX_PER_USER], SEAL_ERROR_LIMITS_EXCEEDED);
    fake_host_release((*world)->host);
    world_settle();
    for (guint i = 0; i < JOB_MAX_PER_USER; i++)
        world_expect(&outcomes[i], -1);
}

static void
test_end_while_starting(void)
{
    World *world;
    Outcome outcome;

    set_up(&world, NULL);
    fake_virt_hold(world->virt, VIRT_OP_START, TRUE);
    world_create(world, "a", NULL, TRUE, &outcome);
    world_settle();
    g_assert_cmpuint(fake_virt_held(world->virt, VIRT_OP_START), ==, 1);
    world_free(world);
    world_expect(&outcome, SEAL_ERROR_CANCELLED);
}

/* What could not be taken back any more is left to the next daemon, with the note of it. */
static void
test_end_while_taking_back(gconstpointer data)
{
    const VirtOp op = (VirtOp)GPOINTER_TO_INT(data);
    g_autoptr(GHashTable) notes = NULL;
    World *world;
    Outcome outcome;

    set_up(&world, NULL);
    notes = g_hash_table_ref(fake_host_take_notes(world->host, FALSE));
    fake_virt_fail(world->virt, VIRT_OP_START,
                   op == VIRT_OP_DESTROY ? SEAL_ERROR_TIMEOUT : SEAL_ERROR_LAUNCH_FAILED, 1);
    fake_virt_hold(world->virt, op, TRUE);
    world_create(world, "a", NULL, TRUE, &outcome);
    world_settle();
    g_assert_cmpuint(fake_virt_held(world->virt, op), ==, 1);
    world_free(world);
    world_expect(&outcome, SEAL_ERROR_CANCELLED);
    g_assert_cmpuint(g_hash_table_size(notes), ==, 1);
}

static void
test_end_while_deleting_volumes(void)
{
    static const char settings[] =
        "{" MEM ", 'disks': <["
        "{'pool': <'p'>, 'volume': <'a.qcow2'>, 'size': <uint64 1048576>},"
        "{'pool': <'p'>, 'volume': <'b.qcow2'>, 'size': <uint64 1048576>}]>}";
    g_autoptr(GHashTable) notes = NULL;
    World *world;
    Outcome outcome;

    set_up(&world, NULL);
    notes = g_hash_table_ref(fake_host_take_notes(world->host, FALSE));
    fake_virt_hold(world->virt, VIRT_OP_VOLUME_CREATE, TRUE);
    fake_virt_hold(world->virt, VIRT_OP_VOLUME_DELETE, TRUE);
    world_create(world, "a", settings, FALSE, &outcome);
    world_settle();
    fake_virt_fail(world->virt, VIRT_OP_VOLUME_CREATE, SEAL_ERROR_BACKEND, 1);
    fake_virt_release(world->virt, VIRT_OP_VOLUME_CREATE, 0);
    world_settle();
    fake_virt_release(world->virt, VIRT_OP_VOLUME_CREATE, 0);
    world_settle();
    g_assert_cmpuint(fake_virt_held(world->virt, VIRT_OP_VOLUME_DELETE), ==, 1);
    world_free(world);
    world_expect(&outcome, SEAL_ERROR_CANCELLED);
    g_assert_cmpuint(g_hash_table_size(notes), ==, 1);
}

#define ADD(path, function) g_test_add(path, World *, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/create/defines", test_defines);
    ADD("/create/defines-and-starts", test_defines_and_starts);
    ADD("/create/request-carries-settings", test_request_carries_settings);
    ADD("/create/unseen-disk-is-libvirts-to-judge", test_unseen_disk_is_libvirts_to_judge);
    ADD("/create/files-must-be-there", test_files_must_be_there);
    ADD("/create/define-fails", test_define_fails);
    ADD("/create/start-fails", test_start_fails);
    g_test_add("/create/start-fails/kept-nvram", World *, "kept", set_up, test_start_fails,
               tear_down);
    ADD("/create/start-times-out", test_start_times_out);
    ADD("/create/taking-back-fails", test_taking_back_fails);
    ADD("/create/last-slot-goes-while-defining", test_last_slot_goes_while_defining);
    ADD("/create/refused-before-libvirt", test_refused_before_libvirt);
    ADD("/create/name-is-taken", test_name_is_taken);
    ADD("/create/same-name-twice-at-once", test_same_name_twice_at_once);
    ADD("/create/auto-is-never-none", test_auto_is_never_none);
    ADD("/create/kernel-tells-its-policy", test_kernel_tells_its_policy);
    ADD("/create/without-libvirt", test_without_libvirt);
    ADD("/create/limits", test_limits);
    g_test_add_func("/create/end-while-starting", test_end_while_starting);
    g_test_add_data_func("/create/end-while-undefining", GINT_TO_POINTER(VIRT_OP_UNDEFINE),
                         test_end_while_taking_back);
    g_test_add_data_func("/create/end-while-powering-off", GINT_TO_POINTER(VIRT_OP_DESTROY),
                         test_end_while_taking_back);
    g_test_add_func("/create/end-while-deleting-volumes", test_end_while_deleting_volumes);
    return g_test_run();
}
