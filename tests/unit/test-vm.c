/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A VM's state is derived from three things; here every combination of them
 * is written down apart from the code, and the order of snapshots is turned
 * round.
 */

#include "vm.h"

#include "fake-domains.h"

typedef struct {
    VirtState virt;
    VmActivity activity;
    VmState expected;
} StateCase;

static const StateCase state_cases[] = {
    {VIRT_STATE_SHUTOFF, VM_ACTIVITY_NONE, VM_STATE_SHUTOFF},
    {VIRT_STATE_SHUTOFF, VM_ACTIVITY_STARTING, VM_STATE_STARTING},
    {VIRT_STATE_SHUTOFF, VM_ACTIVITY_STOPPING, VM_STATE_SHUTOFF},
    {VIRT_STATE_RUNNING, VM_ACTIVITY_NONE, VM_STATE_RUNNING},
    {VIRT_STATE_RUNNING, VM_ACTIVITY_STARTING, VM_STATE_RUNNING},
    {VIRT_STATE_RUNNING, VM_ACTIVITY_STOPPING, VM_STATE_STOPPING},
    {VIRT_STATE_PAUSED, VM_ACTIVITY_NONE, VM_STATE_PAUSED},
    {VIRT_STATE_PAUSED, VM_ACTIVITY_STARTING, VM_STATE_STARTING},
    {VIRT_STATE_PAUSED, VM_ACTIVITY_STOPPING, VM_STATE_PAUSED},
    {VIRT_STATE_STOPPING, VM_ACTIVITY_NONE, VM_STATE_STOPPING},
    {VIRT_STATE_STOPPING, VM_ACTIVITY_STARTING, VM_STATE_STOPPING},
    {VIRT_STATE_STOPPING, VM_ACTIVITY_STOPPING, VM_STATE_STOPPING},
    {VIRT_STATE_CRASHED, VM_ACTIVITY_NONE, VM_STATE_CRASHED},
    {VIRT_STATE_CRASHED, VM_ACTIVITY_STARTING, VM_STATE_CRASHED},
    {VIRT_STATE_CRASHED, VM_ACTIVITY_STOPPING, VM_STATE_CRASHED},
};

typedef struct {
    FakeDomains *domains;
    FakeDomain *domain;
    Vm *vm;
    gint64 stamp;
} Setup;

static Vm *
vm_of(const FakeDomain *domain, gint64 stamp)
{
    g_autoptr(VirtDomain) snapshot = fake_domains_snapshot(domain, stamp);

    return vm_new(snapshot);
}

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->domains = fake_domains_new();
    setup->domain = fake_domains_add(setup->domains, "a", SEAL_TECHNOLOGY_SEV_ES);
    setup->stamp = 10;
    setup->vm = vm_of(setup->domain, setup->stamp);
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    vm_free(setup->vm);
    fake_domains_free(setup->domains);
}

static guint
apply(Setup *setup, VirtState state, const char *reason)
{
    g_autoptr(VirtDomain) snapshot = NULL;

    setup->domain->state = state;
    setup->domain->reason = reason;
    snapshot = fake_domains_snapshot(setup->domain, ++setup->stamp);
    return vm_apply(setup->vm, snapshot);
}

static void
test_states(Setup *setup, gconstpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(state_cases); i++) {
        const StateCase *row = &state_cases[i];

        setup->domain->state = row->virt;
        vm_free(setup->vm);
        setup->vm = vm_of(setup->domain, 1);
        vm_set_activity(setup->vm, row->activity);
        g_assert_cmpstr(vm_state_to_string(setup->vm->state), ==,
                        vm_state_to_string(row->expected));
        g_assert_cmpint(vm_is_active(setup->vm), ==,
                        row->virt != VIRT_STATE_SHUTOFF || row->activity == VM_ACTIVITY_STARTING);
    }
}

static void
test_new_shows_snapshot(Setup *setup, gconstpointer data)
{
    const Vm *vm = setup->vm;

    g_assert_cmpstr(vm->uuid, ==, setup->domain->uuid);
    g_assert_cmpstr(vm->name, ==, "a");
    g_assert_cmpint(vm->technology, ==, SEAL_TECHNOLOGY_SEV_ES);
    g_assert_cmpuint(vm->policy, ==, setup->domain->policy);
    g_assert_cmpuint(vm->memory, ==, G_GUINT64_CONSTANT(1) << 30);
    g_assert_cmpuint(vm->vcpus, ==, 2);
    g_assert_true(vm->persistent);
    g_assert_cmpstr(vm->machine, ==, "pc-q35-7.2");
    g_assert_cmpstr(vm->firmware, ==, "/fw/CODE.fd");
    g_assert_cmpstr(vm->reason, ==, "unknown");
    g_assert_cmpstr(vm_restart_to_string(vm), ==, "no");
}

static void
test_masks(Setup *setup, gconstpointer data)
{
    FakeDomain *domain = setup->domain;

    g_assert_cmphex(apply(setup, VIRT_STATE_SHUTOFF, "unknown"), ==, 0);
    g_assert_cmphex(apply(setup, VIRT_STATE_RUNNING, "booted"), ==,
                    VM_PROPERTY_STATE | VM_PROPERTY_STATE_REASON);
    g_assert_cmphex(apply(setup, VIRT_STATE_RUNNING, "unpaused"), ==, VM_PROPERTY_STATE_REASON);
    domain->memory *= 2;
    domain->vcpus = 3;
    g_assert_cmphex(apply(setup, VIRT_STATE_RUNNING, "unpaused"), ==,
                    VM_PROPERTY_MEMORY | VM_PROPERTY_VCPUS);
    g_free(domain->name);
    domain->name = g_strdup("b");
    domain->technology = SEAL_TECHNOLOGY_SEV;
    domain->policy = 1;
    g_assert_cmphex(apply(setup, VIRT_STATE_RUNNING, "unpaused"), ==,
                    VM_PROPERTY_NAME | VM_PROPERTY_TECHNOLOGY | VM_PROPERTY_POLICY);
    domain->autostart = TRUE;
    domain->restart_guest_reboot = TRUE;
    domain->persistent = FALSE;
    domain->attestable = TRUE;
    g_assert_cmphex(apply(setup, VIRT_STATE_RUNNING, "unpaused"), ==,
                    VM_PROPERTY_AUTOSTART | VM_PROPERTY_RESTART | VM_PROPERTY_PERSISTENT |
                        VM_PROPERTY_ATTESTABLE);
    g_assert_cmpstr(vm_restart_to_string(setup->vm), ==, "guest-reboot");
}

static void
test_older_snapshot_is_ignored(Setup *setup, gconstpointer data)
{
    g_autoptr(VirtDomain) old = fake_domains_snapshot(setup->domain, 5);
    g_autoptr(VirtDomain) same = fake_domains_snapshot(setup->domain, 10);

    old->state = same->state = VIRT_STATE_RUNNING;
    g_assert_cmphex(vm_apply(setup->vm, old), ==, 0);
    g_assert_cmpint(setup->vm->state, ==, VM_STATE_SHUTOFF);
    g_assert_cmphex(vm_apply(setup->vm, same), ==, VM_PROPERTY_STATE);
}

static void
test_awaiting_attestation(Setup *setup, gconstpointer data)
{
    setup->domain->attestable = TRUE;
    apply(setup, VIRT_STATE_PAUSED, "user");
    g_assert_cmpint(setup->vm->state, ==, VM_STATE_AWAITING_ATTESTATION);
    apply(setup, VIRT_STATE_RUNNING, "unpaused");
    g_assert_cmpint(setup->vm->state, ==, VM_STATE_RUNNING);
    apply(setup, VIRT_STATE_PAUSED, "user");
    g_assert_cmpint(setup->vm->state, ==, VM_STATE_PAUSED);
}

/* libvirt shows every start as paused for a moment, and an event may make us look just then. */
static void
test_awaiting_after_a_look_at_the_start(Setup *setup, gconstpointer data)
{
    setup->domain->attestable = TRUE;
    vm_set_activity(setup->vm, VM_ACTIVITY_STARTING);
    apply(setup, VIRT_STATE_PAUSED, "starting-up");
    g_assert_cmpint(setup->vm->state, ==, VM_STATE_STARTING);
    apply(setup, VIRT_STATE_PAUSED, "user");
    vm_set_activity(setup->vm, VM_ACTIVITY_NONE);
    g_assert_cmpint(setup->vm->state, ==, VM_STATE_AWAITING_ATTESTATION);
}

static void
test_paused_without_owner_is_paused(Setup *setup, gconstpointer data)
{
    apply(setup, VIRT_STATE_PAUSED, "user");
    g_assert_cmpint(setup->vm->state, ==, VM_STATE_PAUSED);
}

static void
test_found_paused_is_paused(Setup *setup, gconstpointer data)
{
    setup->domain->attestable = TRUE;
    setup->domain->state = VIRT_STATE_PAUSED;
    setup->domain->reason = "user";
    vm_free(setup->vm);
    setup->vm = vm_of(setup->domain, 1);
    g_assert_cmpint(setup->vm->state, ==, VM_STATE_PAUSED);
}

/* Known from before: the daemon was started anew while the owner thinks. */
static void
test_found_waiting_is_waiting(Setup *setup, gconstpointer data)
{
    setup->domain->attestable = TRUE;
    setup->domain->launch_waits = TRUE;
    setup->domain->state = VIRT_STATE_PAUSED;
    setup->domain->reason = "user";
    vm_free(setup->vm);
    setup->vm = vm_of(setup->domain, 1);
    g_assert_cmpint(setup->vm->state, ==, VM_STATE_AWAITING_ATTESTATION);
    apply(setup, VIRT_STATE_RUNNING, "unpaused");
    setup->domain->launch_waits = FALSE;
    apply(setup, VIRT_STATE_PAUSED, "user");
    g_assert_cmpint(setup->vm->state, ==, VM_STATE_PAUSED);
}

static void
test_words(void)
{
    for (int state = 0; state < VM_STATE_INVALID; state++)
        g_assert_nonnull(vm_state_to_string((VmState)state));
    g_assert_null(vm_state_to_string(VM_STATE_INVALID));
    vm_free(NULL);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/vm/states", test_states);
    ADD("/vm/new-shows-snapshot", test_new_shows_snapshot);
    ADD("/vm/masks", test_masks);
    ADD("/vm/older-snapshot-is-ignored", test_older_snapshot_is_ignored);
    ADD("/vm/awaiting-attestation", test_awaiting_attestation);
    ADD("/vm/awaiting-after-a-look-at-the-start", test_awaiting_after_a_look_at_the_start);
    ADD("/vm/paused-without-owner-is-paused", test_paused_without_owner_is_paused);
    ADD("/vm/found-paused-is-paused", test_found_paused_is_paused);
    ADD("/vm/found-waiting-is-waiting", test_found_waiting_is_waiting);
    g_test_add_func("/vm/words", test_words);
    return g_test_run();
}
