/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The contract. What the daemon serves is asked of it by introspection and
 * held against data/dbus, both ways: members, arguments, names, types,
 * directions, access, signals of changes. And the gate table against both,
 * and against the polkit actions.
 */

#include "stage.h"

#include <gio/gio.h>
#include <string.h>

#include "gate.h"

#define EMITS "org.freedesktop.DBus.Property.EmitsChangedSignal"

typedef struct {
    Stage *stage;
    char *vm;
    char *job;
    Answer start;
} Setup;

static const char *const interfaces[] = {SERVICE_MANAGER_INTERFACE, SERVICE_HOST_INTERFACE,
                                         SERVICE_VM_INTERFACE, SERVICE_JOB_INTERFACE};

static void
set_up(Setup *setup, gconstpointer data)
{
    g_autoptr(GPtrArray) jobs = NULL;

    setup->stage = stage_new();
    setup->vm = stage_vm(setup->stage, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    fake_virt_hold(setup->stage->world->virt, VIRT_OP_START, TRUE);
    stage_send(setup->stage, setup->vm, SERVICE_VM_INTERFACE, "Start", stage_options("{}"),
               &setup->start);
    world_settle();
    jobs = jobs_list(setup->stage->world->core->jobs);
    g_assert_cmpuint(jobs->len, ==, 1);
    sd_bus_path_encode(SERVICE_JOB_PATH, ((const Job *)g_ptr_array_index(jobs, 0))->id,
                       &setup->job);
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    fake_virt_release(setup->stage->world->virt, VIRT_OP_START, 0);
    world_settle();
    stage_clear_answer(&setup->start);
    stage_free(setup->stage);
    g_free(setup->vm);
    g_free(setup->job);
}

static const char *
path_of(const Setup *setup, const char *interface)
{
    if (g_str_equal(interface, SERVICE_MANAGER_INTERFACE))
        return SERVICE_PATH;
    if (g_str_equal(interface, SERVICE_HOST_INTERFACE))
        return SERVICE_HOST_PATH;
    if (g_str_equal(interface, SERVICE_LOG_INTERFACE))
        return SERVICE_LOG_PATH;
    return g_str_equal(interface, SERVICE_VM_INTERFACE) ? setup->vm : setup->job;
}

static GDBusNodeInfo *
parse(const char *xml)
{
    g_autoptr(GError) error = NULL;
    GDBusNodeInfo *node = g_dbus_node_info_new_for_xml(xml, &error);

    g_assert_no_error(error);
    return node;
}

static GDBusInterfaceInfo *
pick(GDBusNodeInfo *node, const char *interface)
{
    GDBusInterfaceInfo *info = g_dbus_node_info_lookup_interface(node, interface);

    if (!info)
        g_error("there is no interface %s", interface);
    return g_dbus_interface_info_ref(info);
}

static GDBusInterfaceInfo *
served(Setup *setup, const char *interface)
{
    g_autoptr(GVariant) body =
        stage_call(setup->stage, path_of(setup, interface), "org.freedesktop.DBus.Introspectable",
                   "Introspect", NULL, NULL);
    g_autoptr(GDBusNodeInfo) node = NULL;
    const char *xml;

    g_variant_get(body, "(&s)", &xml);
    node = parse(xml);
    return pick(node, interface);
}

static char *
read_data(const char *name)
{
    g_autofree char *path = g_build_filename(SEAL_DATA, name, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static char *
read_contract(const char *interface)
{
    g_autofree char *name = g_strdup_printf("dbus/%s.xml", interface);

    return read_data(name);
}

static GDBusInterfaceInfo *
promised(const char *interface)
{
    g_autofree char *xml = read_contract(interface);
    g_autoptr(GDBusNodeInfo) node = parse(xml);

    return pick(node, interface);
}

static void
append_arguments(GString *text, const char *direction, GDBusArgInfo **arguments)
{
    for (guint i = 0; arguments && arguments[i]; i++)
        g_string_append_printf(text, " %s:%s:%s", direction, arguments[i]->name,
                               arguments[i]->signature);
}

/* Introspection leaves out what is the default of the D-Bus specification. */
static const char *
emits(GDBusAnnotationInfo **annotations)
{
    const char *value = g_dbus_annotation_info_lookup(annotations, EMITS);

    return value ? value : "true";
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
add_line(GPtrArray *lines, GString *line)
{
    g_ptr_array_add(lines, g_string_free(line, FALSE));
}

/* Every member as one line of text, sorted. */
static char *
describe(const GDBusInterfaceInfo *info)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; info->methods && info->methods[i]; i++) {
        GString *line = g_string_new(NULL);

        g_string_printf(line, "method %s", info->methods[i]->name);
        append_arguments(line, "in", info->methods[i]->in_args);
        append_arguments(line, "out", info->methods[i]->out_args);
        add_line(lines, line);
    }
    for (guint i = 0; info->signals && info->signals[i]; i++) {
        GString *line = g_string_new(NULL);

        g_string_printf(line, "signal %s", info->signals[i]->name);
        append_arguments(line, "arg", info->signals[i]->args);
        add_line(lines, line);
    }
    for (guint i = 0; info->properties && info->properties[i]; i++) {
        const GDBusPropertyInfo *property = info->properties[i];
        GString *line = g_string_new(NULL);

        g_string_printf(line, "property %s %s access=%d emits=%s", property->name,
                        property->signature, (int)property->flags, emits(property->annotations));
        add_line(lines, line);
    }
    g_ptr_array_sort(lines, compare_lines);
    g_ptr_array_add(lines, NULL);
    return g_strjoinv("\n", (char **)lines->pdata);
}

static void
test_served_is_promised(Setup *setup, gconstpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(interfaces); i++) {
        GDBusInterfaceInfo *is = served(setup, interfaces[i]);
        GDBusInterfaceInfo *should = promised(interfaces[i]);
        g_autofree char *is_text = describe(is);
        g_autofree char *should_text = describe(should);

        g_assert_cmpstr(is_text, ==, should_text);
        g_dbus_interface_info_unref(is);
        g_dbus_interface_info_unref(should);
    }
}

/* Each comment of a member begins with its name on a line of its own. */
static void
expect_documented(const char *xml, const char *interface, const char *member)
{
    g_autofree char *pattern = g_strdup_printf("<!--\\s+%s:\\n[^<]*[a-z]{3}[^<]*-->", member);

    if (!g_regex_match_simple(pattern, xml, G_REGEX_MULTILINE, 0))
        g_error("%s.%s has no comment in data/dbus", interface, member);
}

static void
test_everything_is_documented(Setup *setup, gconstpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(interfaces); i++) {
        GDBusInterfaceInfo *info = promised(interfaces[i]);
        g_autofree char *xml = read_contract(interfaces[i]);

        for (guint m = 0; info->methods && info->methods[m]; m++)
            expect_documented(xml, interfaces[i], info->methods[m]->name);
        for (guint m = 0; info->signals && info->signals[m]; m++)
            expect_documented(xml, interfaces[i], info->signals[m]->name);
        for (guint m = 0; info->properties && info->properties[m]; m++)
            expect_documented(xml, interfaces[i], info->properties[m]->name);
        g_dbus_interface_info_unref(info);
    }
}

static guint
count_rows(const char *interface, const char *member, GateKind kind)
{
    gsize n_rows = 0;
    const GateRow *rows = gate_get_rows(&n_rows);
    guint n = 0;

    for (gsize i = 0; i < n_rows; i++)
        n += rows[i].kind == kind && g_str_equal(rows[i].interface, interface) &&
             g_str_equal(rows[i].member, member);
    return n;
}

/* Methods and writable properties of one interface have exactly one row each. */
static guint
count_gated(const GDBusInterfaceInfo *info)
{
    guint members = 0;

    for (guint i = 0; info->methods && info->methods[i]; i++, members++)
        g_assert_cmpuint(count_rows(info->name, info->methods[i]->name, GATE_METHOD), ==, 1);
    for (guint i = 0; info->properties && info->properties[i]; i++) {
        gboolean writable = (info->properties[i]->flags & G_DBUS_PROPERTY_INFO_FLAGS_WRITABLE) != 0;

        g_assert_cmpuint(count_rows(info->name, info->properties[i]->name, GATE_PROPERTY), ==,
                         writable ? 1 : 0);
        members += writable;
    }
    return members;
}

static void
test_gate_is_complete(Setup *setup, gconstpointer data)
{
    GDBusInterfaceInfo *log = served(setup, SERVICE_LOG_INTERFACE);
    guint members = count_gated(log);
    gsize n_rows = 0;

    g_dbus_interface_info_unref(log);
    for (gsize i = 0; i < G_N_ELEMENTS(interfaces); i++) {
        GDBusInterfaceInfo *info = served(setup, interfaces[i]);

        members += count_gated(info);
        g_dbus_interface_info_unref(info);
    }
    /* Each member has one row and there are no more rows: each row has a member. */
    gate_get_rows(&n_rows);
    g_assert_cmpuint(n_rows, ==, members);
}

static void
expect_action(const char *policy, const char *action)
{
    g_autofree char *element = g_strdup_printf("<action id=\"%s\">", action);

    if (!strstr(policy, element))
        g_error("action %s is not in org.sealvirt1.policy", action);
}

static void
test_actions_exist(Setup *setup, gconstpointer data)
{
    g_autofree char *policy = read_data("polkit/org.sealvirt1.policy.in");
    gsize n_rows = 0;
    const GateRow *rows = gate_get_rows(&n_rows);

    for (gsize i = 0; i < n_rows; i++)
        if (rows[i].action)
            expect_action(policy, rows[i].action);
    expect_action(policy, "org.sealvirt1.cancel-job");
    expect_action(policy, "org.sealvirt1.control");
}

/* No interface of ours is where data/dbus does not promise one. */
static void
test_no_other_interfaces(Setup *setup, gconstpointer data)
{
    for (gsize i = 0; i < G_N_ELEMENTS(interfaces); i++) {
        g_autoptr(GVariant) body =
            stage_call(setup->stage, path_of(setup, interfaces[i]),
                       "org.freedesktop.DBus.Introspectable", "Introspect", NULL, NULL);
        g_autoptr(GDBusNodeInfo) node = NULL;
        const char *xml;

        g_variant_get(body, "(&s)", &xml);
        node = parse(xml);
        for (guint n = 0; node->interfaces[n]; n++)
            g_assert_true(g_str_has_prefix(node->interfaces[n]->name, "org.freedesktop.DBus.") ||
                          g_str_equal(node->interfaces[n]->name, interfaces[i]));
    }
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    world_quieten();
    ADD("/bus-contract/served-is-promised", test_served_is_promised);
    ADD("/bus-contract/everything-is-documented", test_everything_is_documented);
    ADD("/bus-contract/gate-is-complete", test_gate_is_complete);
    ADD("/bus-contract/actions-exist", test_actions_exist);
    ADD("/bus-contract/no-other-interfaces", test_no_other_interfaces);
    return g_test_run();
}
