/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The registry as clients see it: what it tells and when, names that change
 * hands, listings that are older than what is known, and the count of guests
 * in each pool.
 */

#include "registry.h"

#include <string.h>

#include "fake-domains.h"

typedef struct {
    FakeDomains *domains;
    Registry *registry;
    GString *told; /* "+a", "-a", "~a" */
    gint64 stamp;
} Setup;

static void
on_added(Vm *vm, gpointer data)
{
    Setup *setup = data;

    g_assert_true(registry_find(setup->registry, vm->uuid) == vm);
    g_string_append_printf(setup->told, "+%s", vm->name);
}

static void
on_removed(Vm *vm, gpointer data)
{
    Setup *setup = data;

    g_assert_true(registry_find(setup->registry, vm->uuid) == vm);
    g_string_append_printf(setup->told, "-%s", vm->name);
}

static void
on_changed(Vm *vm, guint mask, gpointer data)
{
    Setup *setup = data;

    g_assert_cmphex(mask, !=, 0);
    g_assert_true(registry_find_by_name(setup->registry, vm->name) == vm);
    g_string_append_printf(setup->told, "~%s", vm->name);
}

static const RegistryListener listener = {on_added, on_removed, on_changed};

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->domains = fake_domains_new();
    setup->registry = registry_new(&listener, setup);
    setup->told = g_string_new(NULL);
    setup->stamp = 1000;
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    registry_free(setup->registry);
    fake_domains_free(setup->domains);
    g_string_free(setup->told, TRUE);
}

static FakeDomain *
add(Setup *setup, const char *name, SealTechnology technology)
{
    return fake_domains_add(setup->domains, name, technology);
}

static Vm *
apply(Setup *setup, const FakeDomain *domain, gint64 stamp)
{
    g_autoptr(VirtDomain) snapshot = fake_domains_snapshot(domain, stamp);

    return registry_apply(setup->registry, snapshot, NULL);
}

static void
expect(Setup *setup, const char *told)
{
    g_assert_cmpstr(setup->told->str, ==, told);
    g_string_truncate(setup->told, 0);
}

static void
retain(Setup *setup, const char *names, gint64 stamp)
{
    g_autoptr(GPtrArray) listing =
        g_ptr_array_new_with_free_func((GDestroyNotify)backend_domain_free);

    for (const char *c = names; *c; c++) {
        const char name[] = {*c, '\0'};

        g_ptr_array_add(listing,
                        fake_domains_snapshot(fake_domains_find(setup->domains, name), stamp));
    }
    registry_retain(setup->registry, listing, stamp);
}

static void
rename_to(FakeDomain *domain, const char *name)
{
    g_free(domain->name);
    domain->name = g_strdup(name);
}

static void
test_add_change_remove(Setup *setup, gconstpointer data)
{
    FakeDomain *a = add(setup, "a", SEAL_TECHNOLOGY_NONE);
    const Vm *vm = apply(setup, a, 1);

    expect(setup, "+a");
    g_assert_true(apply(setup, a, 2) == vm);
    expect(setup, "");
    a->vcpus = 7;
    apply(setup, a, 3);
    expect(setup, "~a");
    registry_remove(setup->registry, a->uuid);
    expect(setup, "-a");
    g_assert_null(registry_find(setup->registry, a->uuid));
    g_assert_null(registry_find_by_name(setup->registry, "a"));
    registry_remove(setup->registry, a->uuid);
    registry_remove(setup->registry, "nobody");
    expect(setup, "");
    g_assert_null(registry_find(setup->registry, NULL));
    g_assert_null(registry_find_by_name(setup->registry, NULL));
}

static void
test_rename(Setup *setup, gconstpointer data)
{
    FakeDomain *a = add(setup, "a", SEAL_TECHNOLOGY_NONE);

    apply(setup, a, 1);
    rename_to(a, "b");
    apply(setup, a, 2);
    expect(setup, "+a~b");
    g_assert_null(registry_find_by_name(setup->registry, "a"));
    g_assert_nonnull(registry_find_by_name(setup->registry, "b"));
}

/* Deleted and made again under the same name, and we hear of the new one first. */
static void
test_name_changes_hands(Setup *setup, gconstpointer data)
{
    FakeDomain *old = add(setup, "a", SEAL_TECHNOLOGY_NONE);
    FakeDomain *new = add(setup, "a", SEAL_TECHNOLOGY_NONE);

    apply(setup, old, 1);
    apply(setup, new, 2);
    registry_remove(setup->registry, old->uuid);
    g_assert_cmpstr(registry_find_by_name(setup->registry, "a")->uuid, ==, new->uuid);
    registry_remove(setup->registry, new->uuid);
    g_assert_null(registry_find_by_name(setup->registry, "a"));
}

/* The same, and in between comes a late snapshot of the old one. */
static void
test_late_snapshot_takes_no_name(Setup *setup, gconstpointer data)
{
    FakeDomain *old = add(setup, "a", SEAL_TECHNOLOGY_NONE);
    FakeDomain *new = add(setup, "a", SEAL_TECHNOLOGY_NONE);

    apply(setup, old, 5);
    apply(setup, new, 6);
    apply(setup, old, 3);
    registry_remove(setup->registry, old->uuid);
    g_assert_nonnull(registry_find_by_name(setup->registry, "a"));
}

static void
test_retain(Setup *setup, gconstpointer data)
{
    apply(setup, add(setup, "a", SEAL_TECHNOLOGY_NONE), 1);
    apply(setup, add(setup, "b", SEAL_TECHNOLOGY_NONE), 2);
    apply(setup, add(setup, "c", SEAL_TECHNOLOGY_NONE), 9);
    g_string_truncate(setup->told, 0);
    retain(setup, "a", 5);
    expect(setup, "-b");
}

static void
test_empty_listing_keeps_newer(Setup *setup, gconstpointer data)
{
    apply(setup, add(setup, "a", SEAL_TECHNOLOGY_NONE), 1);
    apply(setup, add(setup, "b", SEAL_TECHNOLOGY_NONE), 9);
    g_string_truncate(setup->told, 0);
    retain(setup, "", 5);
    expect(setup, "-a");
    retain(setup, "", 20);
    expect(setup, "-b");
}

static void
test_list_is_sorted(Setup *setup, gconstpointer data)
{
    static const char *const names[] = {"m", "z", "a", "B"};
    g_autoptr(GPtrArray) list = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        apply(setup, add(setup, names[i], SEAL_TECHNOLOGY_NONE), 1);
    list = registry_list(setup->registry);
    g_assert_cmpuint(list->len, ==, 4);
    for (guint i = 1; i < list->len; i++)
        g_assert_cmpint(
            strcmp(((const Vm *)list->pdata[i - 1])->name, ((const Vm *)list->pdata[i])->name), <,
            0);
}

static void
test_pools(Setup *setup, gconstpointer data)
{
    static const struct {
        SealTechnology technology;
        VirtState state;
    } guests[] = {
        {SEAL_TECHNOLOGY_NONE, VIRT_STATE_RUNNING},    {SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING},
        {SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF},     {SEAL_TECHNOLOGY_SEV_ES, VIRT_STATE_PAUSED},
        {SEAL_TECHNOLOGY_SEV_SNP, VIRT_STATE_CRASHED}, {SEAL_TECHNOLOGY_TDX, VIRT_STATE_STOPPING},
        {SEAL_TECHNOLOGY_INVALID, VIRT_STATE_RUNNING},
    };
    Vm *off = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(guests); i++) {
        FakeDomain *domain = add(setup, "x", SEAL_TECHNOLOGY_NONE);
        Vm *vm;

        rename_to(domain, domain->uuid);
        domain->technology = guests[i].technology;
        domain->state = guests[i].state;
        vm = apply(setup, domain, 1);
        off = guests[i].state == VIRT_STATE_SHUTOFF ? vm : off;
    }
    g_assert_cmpuint(registry_count_active(setup->registry, SEAL_POOL_SEV), ==, 1);
    g_assert_cmpuint(registry_count_active(setup->registry, SEAL_POOL_SEV_ES), ==, 2);
    g_assert_cmpuint(registry_count_active(setup->registry, SEAL_POOL_TDX), ==, 1);
    registry_set_activity(setup->registry, off, VM_ACTIVITY_STARTING);
    g_assert_cmpuint(registry_count_active(setup->registry, SEAL_POOL_SEV), ==, 2);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/registry/add-change-remove", test_add_change_remove);
    ADD("/registry/rename", test_rename);
    ADD("/registry/name-changes-hands", test_name_changes_hands);
    ADD("/registry/late-snapshot-takes-no-name", test_late_snapshot_takes_no_name);
    ADD("/registry/retain", test_retain);
    ADD("/registry/empty-listing-keeps-newer", test_empty_listing_keeps_newer);
    ADD("/registry/list-is-sorted", test_list_is_sorted);
    ADD("/registry/pools", test_pools);
    return g_test_run();
}
