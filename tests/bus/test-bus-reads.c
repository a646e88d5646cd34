/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything that only reads: it is answered from memory whatever libvirt,
 * polkit and the machine do, and one call brings the whole inventory.
 */

#include "stage.h"

#include <string.h>

#include "test-base64.h"

#define PROPERTIES "org.freedesktop.DBus.Properties"
#define OBJECTS "org.freedesktop.DBus.ObjectManager"
#define ERROR(name) "org.sealvirt1.Error." name

static void
set_up(Stage **stage, gconstpointer data)
{
    *stage = stage_new();
    (*stage)->sender = ":1.4711";
    fake_authority_set((*stage)->authority, FAKE_SILENT);
}

static void
tear_down(Stage **stage, gconstpointer data)
{
    g_assert_cmpuint(fake_authority_asked((*stage)->authority)->len, ==, 0);
    g_assert_cmpuint(fake_virt_count_acts((*stage)->world->virt), ==, 0);
    stage_free(*stage);
}

/* A property's value in GVariant's text form must be this. */
static void
expect(
    Stage *stage, const char *path, const char *interface, const char *property, const char *text)
{
    g_autoptr(GVariant) value = stage_get(stage, path, interface, property);
    g_autofree char *printed = g_variant_print(value, TRUE);

    g_assert_cmpstr(printed, ==, text);
}

static void
test_manager(Stage **stage, gconstpointer data)
{
    const char *path = SERVICE_PATH, *interface = SERVICE_MANAGER_INTERFACE;

    expect(*stage, path, interface, "Version", "'" STAGE_VERSION "'");
    expect(*stage, path, interface, "BackendState", "'connected'");
    expect(*stage, path, interface, "BackendURI", "'fake:///system'");
    expect(*stage, path, interface, "LibvirtVersion", "'9.0.0'");
    expect(*stage, path, interface, "QEMUVersion", "'7.2.0'");
    stage_forget(*stage);
    fake_virt_connect((*stage)->world->virt, VIRT_CONNECTION_UNAVAILABLE);
    world_settle();
    expect(*stage, path, interface, "BackendState", "'unavailable'");
    expect(*stage, path, interface, "LibvirtVersion", "'9.0.0'");
    g_assert_nonnull(stage_find_signal(*stage, "PropertiesChanged", SERVICE_PATH, 0));
}

static void
test_host(Stage **stage, gconstpointer data)
{
    const char *path = SERVICE_HOST_PATH, *interface = SERVICE_HOST_INTERFACE;

    expect(*stage, path, interface, "Technologies", "['sev-es', 'sev']");
    expect(*stage, path, interface, "Capacity",
           "{'sev': (uint32 100, uint32 0, uint32 100), 'sev-es': (100, 0, 100)}");
    stage_forget(*stage);
    world_add((*stage)->world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);
    expect(*stage, path, interface, "Capacity",
           "{'sev': (uint32 100, uint32 1, uint32 99), 'sev-es': (100, 0, 100)}");
    g_assert_nonnull(stage_find_signal(*stage, "PropertiesChanged", path, 0));
}

static void
test_check(Stage **stage, gconstpointer data)
{
    g_autoptr(GVariant) all = stage_call(*stage, SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, "Check",
                                         stage_options("{}"), NULL);
    g_autoptr(GVariant) snp = stage_call(*stage, SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, "Check",
                                         stage_options("{'technology': <'sev-snp'>}"), NULL);
    g_autoptr(GVariant) any = stage_call(*stage, SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, "Check",
                                         stage_options("{'technology': <'auto'>}"), NULL);
    const char *verdict;

    g_assert_true(g_variant_equal(any, all));
    g_assert_cmpstr(g_variant_get_type_string(all), ==, "(sa(ssssss))");
    g_variant_get_child(all, 0, "&s", &verdict);
    g_assert_cmpstr(verdict, !=, "unavailable");
    g_variant_get_child(snp, 0, "&s", &verdict);
    g_assert_cmpstr(verdict, ==, "unavailable");
    stage_act(*stage, SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, "Check",
              stage_options("{'technology': <'rot13'>}"), ERROR("InvalidArgument"));
    stage_act(*stage, SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, "Check",
              stage_options("{'technology': <'none'>}"), ERROR("InvalidArgument"));
}

static const struct {
    const char *property;
    const char *text;
} vm_rows[] = {
    {"Name", "'a'"},
    {"State", "'running'"},
    {"StateReason", "'booted'"},
    {"Technology", "'sev-es'"},
    {"Policy", "uint64 15"},
    {"Memory", "uint64 1073741824"},
    {"VCPUs", "uint32 2"},
    {"Autostart", "false"},
    {"Restart", "'no'"},
    {"Persistent", "true"},
    {"Attestable", "false"},
    {"MachineType", "'pc-q35-7.2'"},
    {"Firmware", "'/fw/CODE.fd'"},
};

static void
test_vm(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV_ES, VIRT_STATE_RUNNING);
    g_autofree char *uuid = g_strdup_printf("'%s'", world_vm((*stage)->world, "a")->uuid);

    for (gsize i = 0; i < G_N_ELEMENTS(vm_rows); i++)
        expect(*stage, path, SERVICE_VM_INTERFACE, vm_rows[i].property, vm_rows[i].text);
    expect(*stage, path, SERVICE_VM_INTERFACE, "UUID", uuid);
    expect(*stage, path, SERVICE_VM_INTERFACE, "PolicyFlags", "['nodbg', 'noks', 'es', 'nosend']");
}

static void
test_odd_vms(Stage **stage, gconstpointer data)
{
    g_autofree char *none = stage_vm(*stage, "n", SEAL_TECHNOLOGY_NONE, VIRT_STATE_SHUTOFF);
    FakeDomain *unknown =
        fake_domains_add(fake_virt_domains((*stage)->world->virt), "u", SEAL_TECHNOLOGY_NONE);
    g_autofree char *path = NULL;

    unknown->technology = SEAL_TECHNOLOGY_INVALID;
    fake_virt_emit((*stage)->world->virt, unknown->uuid);
    world_settle();
    sd_bus_path_encode(SERVICE_VM_PATH, unknown->uuid, &path);
    expect(*stage, none, SERVICE_VM_INTERFACE, "PolicyFlags", "@as []");
    expect(*stage, path, SERVICE_VM_INTERFACE, "PolicyFlags", "@as []");
    expect(*stage, path, SERVICE_VM_INTERFACE, "Technology", "'unknown'");
}

static void
test_find_and_list(Stage **stage, gconstpointer data)
{
    g_autofree char *a = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    g_autofree char *b = stage_vm(*stage, "B", SEAL_TECHNOLOGY_NONE, VIRT_STATE_RUNNING);
    g_autofree char *upper = g_ascii_strup(world_vm((*stage)->world, "a")->uuid, -1);
    g_autoptr(GVariant) by_name = stage_call(*stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE,
                                             "FindVM", g_variant_new("(s)", "B"), NULL);
    g_autoptr(GVariant) by_uuid = stage_call(*stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE,
                                             "FindVM", g_variant_new("(s)", upper), NULL);
    g_autoptr(GVariant) list =
        stage_call(*stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "ListVMs", NULL, NULL);
    g_autoptr(GVariant) rows = g_variant_get_child_value(list, 0);
    const char *path, *name;

    g_variant_get(by_name, "(&o)", &path);
    g_assert_cmpstr(path, ==, b);
    g_variant_get(by_uuid, "(&o)", &path);
    g_assert_cmpstr(path, ==, a);
    g_assert_cmpuint(g_variant_n_children(rows), ==, 2);
    g_variant_get_child(rows, 0, "(&s&s&s&s&o)", &name, NULL, NULL, NULL, &path);
    g_assert_cmpstr(name, ==, "B");
    stage_act(*stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "FindVM",
              g_variant_new("(s)", "nobody"), ERROR("NotFound"));
    stage_act(*stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "FindVM", g_variant_new("(s)", ""),
              ERROR("NotFound"));
}

static void
test_policies(Stage **stage, gconstpointer data)
{
    static const char *const flags[] = {"nodbg", "noks", NULL};
    g_autoptr(GVariant) encoded =
        stage_call(*stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "EncodePolicy",
                   g_variant_new("(s^as)", "sev", flags), NULL);
    g_autoptr(GVariant) decoded =
        stage_call(*stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "DecodePolicy",
                   g_variant_new("(st)", "sev", G_GUINT64_CONSTANT(0x43)), NULL);
    g_autofree char *text = g_variant_print(decoded, FALSE);
    guint64 policy;

    g_variant_get(encoded, "(t)", &policy);
    g_assert_cmpuint(policy, ==, 3);
    g_assert_cmpstr(text, ==, "(['nodbg', 'noks', 'bit-6'],)");
    stage_act(*stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "EncodePolicy",
              g_variant_new("(s^as)", "none", flags), ERROR("InvalidArgument"));
    stage_act(*stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "DecodePolicy",
              g_variant_new("(st)", "auto", G_GUINT64_CONSTANT(1)), ERROR("InvalidArgument"));
}

static void
test_preview(Stage **stage, gconstpointer data)
{
    g_autofree char *text = test_base64_expand(
        "('p', {'memory': <uint64 1073741824>, 'technology': <'sev'>, 'dh-cert': <'@2084@'>, "
        "'session': <'U0VDUkVU@122@'>, 'disks': <[{'path': <'/no/such/disk.qcow2'>}]>}, @a{sv} "
        "{})");
    g_autoptr(GVariant) arguments =
        g_variant_parse(G_VARIANT_TYPE("(sa{sv}a{sv})"), text, NULL, NULL, NULL);
    g_autoptr(GVariant) body = NULL;
    const char *xml;

    fake_host_set_file((*stage)->world->host, "/no/such/disk.qcow2", HOST_FILE_ABSENT);
    body = stage_call(*stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "PreviewVM",
                      g_variant_ref(arguments), NULL);
    g_variant_get(body, "(&s)", &xml);
    g_assert_nonnull(strstr(xml, "<launchSecurity type=\"sev\""));
    g_assert_null(strstr(xml, "U0VDUkVU"));
    g_assert_cmpuint(fake_host_count_inspections((*stage)->world->host), ==, 0);
    g_assert_null(world_vm((*stage)->world, "p"));
}

/* libvirt hangs: every read answers all the same. */
static void
test_reads_while_libvirt_hangs(Stage **stage, gconstpointer data)
{
    g_autofree char *path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_RUNNING);

    fake_virt_hold((*stage)->world->virt, VIRT_OP_SNAPSHOT, TRUE);
    fake_virt_hold((*stage)->world->virt, VIRT_OP_LIST, TRUE);
    fake_virt_hold((*stage)->world->virt, VIRT_OP_PROBE, TRUE);
    host_state_probe((*stage)->world->core->host_state, NULL, NULL);
    fake_virt_emit((*stage)->world->virt, world_vm((*stage)->world, "a")->uuid);
    world_settle();
    expect(*stage, path, SERVICE_VM_INTERFACE, "State", "'running'");
    expect(*stage, SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE, "Technologies", "['sev-es', 'sev']");
    g_variant_unref(stage_call(*stage, SERVICE_PATH, OBJECTS, "GetManagedObjects", NULL, NULL));
}

static void
add_many(Stage *stage, guint n)
{
    for (guint i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("vm%u", i);

        fake_domains_add(fake_virt_domains(stage->world->virt), name, SEAL_TECHNOLOGY_SEV);
    }
    fake_virt_connect(stage->world->virt, VIRT_CONNECTION_UNAVAILABLE);
    fake_virt_connect(stage->world->virt, VIRT_CONNECTION_CONNECTED);
    world_settle();
}

/* The inventory has the same properties and values as asking each object. */
static void
expect_same_as_get_all(Stage *stage, GVariant *objects, const char *path, const char *interface)
{
    g_autoptr(GVariant) of_object = g_variant_lookup_value(objects, path, NULL);
    g_autoptr(GVariant) inventory = NULL;
    g_autoptr(GVariant) body = NULL;
    g_autoptr(GVariant) asked = NULL;

    g_assert_nonnull(of_object);
    inventory = g_variant_lookup_value(of_object, interface, NULL);
    body = stage_call(stage, path, PROPERTIES, "GetAll", g_variant_new("(s)", interface), NULL);
    asked = g_variant_get_child_value(body, 0);
    g_assert_true(g_variant_equal(inventory, asked));
}

static void
test_thousand(Stage **stage, gconstpointer data)
{
    g_autoptr(GVariant) body = NULL;
    g_autoptr(GVariant) objects = NULL;
    g_autoptr(GVariant) list = NULL;
    g_autoptr(GVariant) rows = NULL;
    g_autofree char *first = NULL;

    add_many(*stage, 1000);
    g_assert_cmpuint((*stage)->signals->len, >=, 1000);
    body = stage_call(*stage, SERVICE_PATH, OBJECTS, "GetManagedObjects", NULL, NULL);
    objects = g_variant_get_child_value(body, 0);
    /* And the host. */
    g_assert_cmpuint(g_variant_n_children(objects), ==, 1001);
    sd_bus_path_encode(SERVICE_VM_PATH, world_vm((*stage)->world, "vm999")->uuid, &first);
    expect_same_as_get_all(*stage, objects, first, SERVICE_VM_INTERFACE);
    expect_same_as_get_all(*stage, objects, SERVICE_HOST_PATH, SERVICE_HOST_INTERFACE);
    list = stage_call(*stage, SERVICE_PATH, SERVICE_MANAGER_INTERFACE, "ListVMs", NULL, NULL);
    rows = g_variant_get_child_value(list, 0);
    g_assert_cmpuint(g_variant_n_children(rows), ==, 1000);
}

static void
test_come_and_go(Stage **stage, gconstpointer data)
{
    g_autofree char *path = NULL;
    g_autofree char *uuid = NULL;
    g_autofree char *text = NULL;
    const Heard *heard;

    stage_forget(*stage);
    path = stage_vm(*stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    uuid = g_strdup(world_vm((*stage)->world, "a")->uuid);
    heard = stage_find_signal(*stage, "InterfacesAdded", SERVICE_PATH, 0);
    text = g_variant_print(heard->body, FALSE);
    g_assert_nonnull(strstr(text, path));
    g_assert_nonnull(strstr(text, "'Name': <'a'>"));
    stage_forget(*stage);
    fake_domains_remove(fake_virt_domains((*stage)->world->virt), uuid);
    fake_virt_emit((*stage)->world->virt, uuid);
    world_settle();
    heard = stage_find_signal(*stage, "InterfacesRemoved", SERVICE_PATH, 0);
    g_free(text);
    text = g_variant_print(heard->body, FALSE);
    g_assert_nonnull(strstr(text, path));
    g_assert_nonnull(strstr(text, SERVICE_VM_INTERFACE));
    stage_act(*stage, path, PROPERTIES, "GetAll", g_variant_new("(s)", SERVICE_VM_INTERFACE),
              "org.freedesktop.DBus.Error.UnknownObject");
}

#define ADD(path, function) g_test_add(path, Stage *, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    world_quieten();
    ADD("/bus-reads/manager", test_manager);
    ADD("/bus-reads/host", test_host);
    ADD("/bus-reads/check", test_check);
    ADD("/bus-reads/vm", test_vm);
    ADD("/bus-reads/odd-vms", test_odd_vms);
    ADD("/bus-reads/find-and-list", test_find_and_list);
    ADD("/bus-reads/policies", test_policies);
    ADD("/bus-reads/preview", test_preview);
    ADD("/bus-reads/while-libvirt-hangs", test_reads_while_libvirt_hangs);
    ADD("/bus-reads/thousand", test_thousand);
    ADD("/bus-reads/come-and-go", test_come_and_go);
    return g_test_run();
}
