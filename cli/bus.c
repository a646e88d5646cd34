/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The connection to sealvirtd. Calls block: a command line tool has nothing
 * else to do meanwhile. The usual deadline of 25 seconds would end calls that
 * wait for a person to type a password, or for a guest to shut down, so
 * acting calls have none unless the user names one.
 */

#include <glib/gi18n.h>

#include "bus.h"
#include "error.h"
#include "failure.h"
#include "variant.h"

#define BUS_READ_USEC (30 * G_USEC_PER_SEC)

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(sd_bus_error, sd_bus_error_free)

Bus *
bus_open(gboolean ask, guint64 timeout_usec, GError **error)
{
    sd_bus *sd = NULL;
    Bus *bus;
    int r = sd_bus_open_system_with_description(&sd, "sealctl");

    if (r < 0) {
        g_autofree char *message =
            g_strdup_printf(_("the system bus cannot be reached: %s"), g_strerror(-r));
        failure_set_named(error, SD_BUS_ERROR_NO_SERVER, message);
        return NULL;
    }
    bus = g_new0(Bus, 1);
    bus->sd = sd;
    bus->ask = ask;
    bus->timeout_usec = timeout_usec;
    return bus;
}

void
bus_free(Bus *bus)
{
    if (bus == NULL)
        return;
    agent_stop(&bus->agent);
    sd_bus_flush_close_unref(bus->sd);
    g_free(bus);
}

static guint64
get_deadline(const Bus *bus, BusKind kind)
{
    if (bus->timeout_usec != 0)
        return bus->timeout_usec;
    return kind == BUS_READ ? BUS_READ_USEC : G_MAXUINT64;
}

static gboolean
take_failure(int r, const sd_bus_error *failure, GError **error)
{
    g_auto(sd_bus_error) plain = SD_BUS_ERROR_NULL;

    if (failure != NULL && sd_bus_error_is_set(failure)) {
        failure_set_named(error, failure->name, failure->message != NULL ? failure->message : "");
        return FALSE;
    }
    sd_bus_error_set_errno(&plain, r);
    failure_set_named(error, plain.name, plain.message != NULL ? plain.message : g_strerror(-r));
    return FALSE;
}

/* Members whose arguments can hold a guest owner's session or secret: wiped with the message. */
static const char *const sensitive[] = {"CreateVM", "InjectSecret", "PreviewVM", NULL};

static sd_bus_message *
new_request(Bus *bus, const BusTarget *target, GVariant *arguments, GError **error)
{
    g_autoptr(sd_bus_message) message = NULL;
    int r = sd_bus_message_new_method_call(bus->sd, &message, BUS_NAME, target->path,
                                           target->interface, target->member);

    if (r >= 0 && g_strv_contains(sensitive, target->member))
        r = sd_bus_message_sensitive(message);
    if (r >= 0)
        r = sd_bus_message_set_allow_interactive_authorization(message, bus->ask);
    if (r < 0) {
        take_failure(r, NULL, error);
        return NULL;
    }
    if (arguments != NULL && !variant_append_body(message, arguments, error))
        return NULL;
    return g_steal_pointer(&message);
}

/* What cannot be read was sent by the daemon; the command line is not to blame. */
static GVariant *
read_reply(sd_bus_message *reply, GError **error)
{
    g_autoptr(GError) failure = NULL;
    GVariant *body = variant_read_body(reply, VARIANT_BUDGET_UNBOUNDED, &failure);

    if (body == NULL)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND,
                    _("sealvirtd's answer cannot be read (%s); compare: sealctl version"),
                    failure->message);
    return body;
}

GVariant *
bus_call(Bus *bus, BusKind kind, const BusTarget *target, GVariant *arguments, GError **error)
{
    g_autoptr(GVariant) owned = arguments != NULL ? g_variant_ref_sink(arguments) : NULL;
    g_autoptr(sd_bus_message) request = new_request(bus, target, owned, error);
    g_autoptr(sd_bus_message) reply = NULL;
    g_auto(sd_bus_error) failure = SD_BUS_ERROR_NULL;
    int r;

    if (request == NULL)
        return NULL;
    if (kind == BUS_ACT && bus->ask)
        agent_start(&bus->agent);
    r = sd_bus_call(bus->sd, request, get_deadline(bus, kind), &failure, &reply);
    if (r < 0) {
        take_failure(r, &failure, error);
        return NULL;
    }
    return read_reply(reply, error);
}

GVariant *
bus_call_typed(Bus *bus,
               BusKind kind,
               const BusTarget *target,
               GVariant *arguments,
               const char *type,
               GError **error)
{
    g_autoptr(GVariant) reply = bus_call(bus, kind, target, arguments, error);

    if (reply == NULL || g_variant_is_of_type(reply, G_VARIANT_TYPE(type)))
        return g_steal_pointer(&reply);
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_BACKEND,
                _("sealvirtd answered with %s instead of %s; compare: sealctl version"),
                g_variant_get_type_string(reply), type);
    return NULL;
}

/* The one value of such a reply. */
static GVariant *
take_only(GVariant *reply)
{
    g_autoptr(GVariant) owned = reply;

    return owned != NULL ? g_variant_get_child_value(owned, 0) : NULL;
}

GVariant *
bus_get_all(Bus *bus, const char *path, const char *interface, GError **error)
{
    const BusTarget target = {path, BUS_PROPERTIES, "GetAll"};
    return take_only(
        bus_call_typed(bus, BUS_READ, &target, g_variant_new("(s)", interface), "(a{sv})", error));
}

char *
bus_find_vm(Bus *bus, const char *id, GError **error)
{
    static const BusTarget target = {BUS_PATH, BUS_MANAGER, "FindVM"};
    g_autoptr(GVariant) path = NULL;

    if (!g_utf8_validate(id, -1, NULL)) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("'%s' is not UTF-8 text and cannot be a VM's name; see: sealctl list"), id);
        return NULL;
    }
    path =
        take_only(bus_call_typed(bus, BUS_READ, &target, g_variant_new("(s)", id), "(o)", error));
    return path != NULL ? g_variant_dup_string(path, NULL) : NULL;
}

GVariant *
bus_list(Bus *bus, GError **error)
{
    static const BusTarget target = {BUS_PATH, BUS_OBJECT_MANAGER, "GetManagedObjects"};
    return take_only(bus_call_typed(bus, BUS_READ, &target, NULL, "(a{oa{sa{sv}}})", error));
}
