/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GVariants through sd-bus messages and back: every type of D-Bus, empty
 * containers, nesting, and what a bus refuses. The messages are made on a bus
 * that is connected to nothing, so no daemon is needed.
 */

#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "variant.h"

/* A bus that is good for nothing but making messages. */
static sd_bus *
new_bus(int *ret_peer)
{
    sd_bus *bus = NULL;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
    g_assert_cmpint(sd_bus_new(&bus), >=, 0);
    g_assert_cmpint(sd_bus_set_fd(bus, ends[0], ends[0]), >=, 0);
    g_assert_cmpint(sd_bus_start(bus), >=, 0);
    *ret_peer = ends[1];
    return bus;
}

static sd_bus_message *
new_message(sd_bus *bus)
{
    sd_bus_message *message = NULL;
    g_assert_cmpint(sd_bus_message_new_signal(bus, &message, "/x", "x.Y", "Z"), >=, 0);
    return message;
}

static const char *const bodies[] = {
    "@() ()",
    "(true, byte 0x2a, int16 -7, uint16 7, -70000, uint32 70000)",
    "(int64 -5000000000, uint64 18446744073709551615, 2.5)",
    "('text', objectpath '/a/b', signature 'a{sv}')",
    "(@as [], @a{sv} {}, @aa{sv} [], @ay [])",
    "({'memory': <uint64 4294967296>, 'disks': <[{'path': <'/d'>, 'readonly': <true>}]>},)",
    "([('a', 'b', 'c', 'd', 'e', 'f')], <<<'deep'>>>)",
    "({objectpath '/o': {'i.I': {'P': <['x', 'y']>}}},)",
    "({'sev': (uint32 1, uint32 2, uint32 3)}, [byte 0x01, 0x00])",
};

static void
test_round_trip(void)
{
    int peer = -1;
    sd_bus *bus = new_bus(&peer);

    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GVariant) body = g_variant_parse(NULL, bodies[i], NULL, NULL, &error);
        g_autoptr(GVariant) again = NULL;
        sd_bus_message *message = new_message(bus);

        g_assert_no_error(error);
        g_assert_true(variant_append_body(message, body, &error));
        g_assert_no_error(error);
        g_assert_cmpint(sd_bus_message_seal(message, 1, 0), >=, 0);
        again = variant_read_body(message, VARIANT_BUDGET_UNBOUNDED, &error);
        g_assert_no_error(error);
        g_assert_cmpvariant(again, body);
        sd_bus_message_unref(message);
    }
    sd_bus_unref(bus);
    close(peer);
}

static void
test_refused(void)
{
    static const char *const refused[] = {"(handle 0,)", "([handle 0],)"};
    int peer = -1;
    sd_bus *bus = new_bus(&peer);

    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GVariant) body = g_variant_parse(NULL, refused[i], NULL, NULL, NULL);
        g_autoptr(GError) error = NULL;
        sd_bus_message *message = new_message(bus);

        g_assert_nonnull(body);
        g_assert_false(variant_append_body(message, body, &error));
        g_assert_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT);
        sd_bus_message_unref(message);
    }
    sd_bus_unref(bus);
    close(peer);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/variant/round-trip", test_round_trip);
    g_test_add_func("/cli/variant/refused", test_refused);
    return g_test_run();
}
