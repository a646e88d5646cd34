/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Errors as a person and a script see them. Messages of sealvirtd already end
 * in their cure, so only the errors of the bus, of polkit and of systemd get
 * a hint here, and what sealvirtd passes on in libvirt's own words. Rows are
 * searched in order; a name that ends in a dot stands for everything below it.
 */

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "escape.h"
#include "failure.h"
#include "json-output.h"

#define DBUS "org.freedesktop.DBus.Error."
#define OURS "org.sealvirt1.Error."

typedef struct {
    const char *name;
    FailureCode code;
    const char *message; /* instead of the bus's own, or NULL */
    const char *hint;
} FailureRow;

static const char hint_status[] = N_("see: systemctl status sealvirtd; journalctl -u sealvirtd");
static const char hint_denied[] =
    N_("run it as root or from a session with a password prompt; rules for polkit can allow it");
static const char hint_version[] = N_("compare both versions with: sealctl version");
static const char hint_timeout[] =
    N_("see what it works on: sealctl jobs; if that gets no answer either: systemctl status "
       "sealvirtd; otherwise give it more --timeout");
static const char hint_gone[] =
    N_("see whether and why it ended: systemctl status sealvirtd; journalctl -u sealvirtd; if it "
       "runs: sealctl jobs, and give it more --timeout");
static const char hint_state[] =
    N_("see: sealctl show; a storage pool that is off: virsh pool-start");
static const char hint_support[] = N_("see what this host can do: sealctl check; sealctl version");
static const char hint_backend[] =
    N_("these are libvirt's words; more of them: journalctl -u libvirtd -u virtqemud");
static const char message_absent[] = N_("sealvirtd is not running and could not be started");
static const char message_older[] = N_("the running sealvirtd does not know this request");
static const char message_silent[] = N_("sealvirtd did not answer in time");
/* How the bus tells of a daemon that died during the call; of a deadline of its own as well. */
static const char message_gone[] =
    N_("sealvirtd ended before it answered, or did not answer in time; what was asked for may "
       "be done or not");

static const FailureRow rows[] = {
    {OURS "InvalidArgument", FAILURE_USAGE, NULL, NULL},
    {OURS "NotFound", FAILURE_NOT_FOUND, NULL, NULL},
    {OURS "Exists", FAILURE_STATE, NULL, NULL},
    {OURS "InvalidState", FAILURE_STATE, NULL, hint_state},
    {OURS "NotSupported", FAILURE_GENERAL, NULL, hint_support},
    {OURS "Backend", FAILURE_GENERAL, NULL, hint_backend},
    {OURS "Busy", FAILURE_STATE, NULL, NULL},
    {OURS "Blocked", FAILURE_STATE, NULL, NULL},
    {OURS "OperationBlocked", FAILURE_STATE, NULL, NULL},
    {OURS "CapacityExhausted", FAILURE_STATE, NULL, NULL},
    {OURS "LimitsExceeded", FAILURE_STATE, NULL, NULL},
    {OURS "Timeout", FAILURE_TIMEOUT, NULL, NULL},
    {OURS "BackendUnavailable", FAILURE_UNREACHABLE, NULL, NULL},
    {DBUS "AccessDenied", FAILURE_DENIED, NULL, hint_denied},
    {DBUS "AuthFailed", FAILURE_DENIED, NULL, hint_denied},
    {DBUS "InteractiveAuthorizationRequired", FAILURE_DENIED,
     N_("this needs a password, and asking for one was not allowed"), hint_denied},
    {DBUS "NoReply", FAILURE_TIMEOUT, message_gone, hint_gone},
    {DBUS "Timeout", FAILURE_TIMEOUT, message_silent, hint_timeout},
    {DBUS "TimedOut", FAILURE_TIMEOUT, message_silent, hint_timeout},
    {DBUS "ServiceUnknown", FAILURE_UNREACHABLE, message_absent, hint_status},
    {DBUS "NameHasNoOwner", FAILURE_UNREACHABLE, message_absent, hint_status},
    {DBUS "Spawn.", FAILURE_UNREACHABLE, message_absent, hint_status},
    {"org.freedesktop.systemd1.", FAILURE_UNREACHABLE, message_absent, hint_status},
    {DBUS "NoServer", FAILURE_UNREACHABLE, NULL, N_("start the system bus: systemctl start dbus")},
    {DBUS "Disconnected", FAILURE_UNREACHABLE, N_("the connection to the system bus was lost"),
     hint_status},
    {DBUS "UnknownObject", FAILURE_NOT_FOUND, N_("the VM or job is gone"),
     N_("see: sealctl list; sealctl jobs")},
    {DBUS "UnknownMethod", FAILURE_GENERAL, message_older, hint_version},
    {DBUS "UnknownInterface", FAILURE_GENERAL, message_older, hint_version},
    {DBUS "UnknownProperty", FAILURE_GENERAL, message_older, hint_version},
    {DBUS "InvalidArgs", FAILURE_GENERAL, NULL, hint_version},
};

static const FailureRow *
find_row(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gboolean prefix = g_str_has_suffix(rows[i].name, ".");
        if (prefix ? g_str_has_prefix(name, rows[i].name) : g_str_equal(name, rows[i].name))
            return &rows[i];
    }
    return NULL;
}

void
failure_set_named(GError **error, const char *name, const char *message)
{
    g_propagate_error(error, g_dbus_error_new_for_dbus_error(name, message));
}

char *
failure_get_name(const GError *error)
{
    if (g_dbus_error_is_remote_error(error))
        return g_dbus_error_get_remote_error(error);
    if (error->domain == SEAL_ERROR)
        return g_strdup(seal_error_get_name((SealError)error->code));
    return g_strdup(DBUS "Failed");
}

FailureCode
failure_get_code(const GError *error)
{
    g_autofree char *name = failure_get_name(error);
    const FailureRow *row = find_row(name);
    return row != NULL ? row->code : FAILURE_GENERAL;
}

char *
failure_get_message(const GError *error)
{
    g_autofree char *name = failure_get_name(error);
    const FailureRow *row = find_row(name);
    g_autoptr(GError) copy = g_error_copy(error);

    if (row != NULL && row->message != NULL)
        return g_strdup(_(row->message));
    g_dbus_error_strip_remote_error(copy);
    return g_strdup(copy->message);
}

/*
 * A hint is for messages without a cure. Those of sealvirtd end in one behind
 * a semicolon, also where the name is not ours, as with AccessDenied.
 */
static const char *
find_hint(const GError *error)
{
    g_autofree char *name = failure_get_name(error);
    const FailureRow *row = find_row(name);

    if (row == NULL || (row->message == NULL && strchr(error->message, ';') != NULL))
        return NULL;
    return row->hint;
}

static void
report_json(const GError *error, const char *subject, const char *hint)
{
    g_autofree char *name = failure_get_name(error);
    g_autofree char *message = failure_get_message(error);
    g_autofree char *valid_message = g_utf8_make_valid(message, -1);
    g_autofree char *valid_subject = g_utf8_make_valid(subject != NULL ? subject : "", -1);
    g_autofree char *line = NULL;
    GVariantBuilder object;

    g_variant_builder_init(&object, G_VARIANT_TYPE("a{ss}"));
    g_variant_builder_add(&object, "{ss}", "error", name);
    g_variant_builder_add(&object, "{ss}", "message", valid_message);
    if (hint != NULL)
        g_variant_builder_add(&object, "{ss}", "hint", _(hint));
    if (subject != NULL)
        g_variant_builder_add(&object, "{ss}", "vm", valid_subject);
    line = json_output_format(g_variant_builder_end(&object), FALSE);
    fprintf(stderr, "%s\n", line);
}

static void
report_text(const GError *error, const char *subject, const char *hint)
{
    g_autofree char *message = failure_get_message(error);
    g_autofree char *safe_message = escape_text(message, ESCAPE_TEXT);
    g_autofree char *safe_subject = escape_text(subject, ESCAPE_LINE);

    if (subject != NULL)
        fprintf(stderr, "sealctl: %s: %s\n", safe_subject, safe_message);
    else
        fprintf(stderr, "sealctl: %s\n", safe_message);
    if (hint != NULL)
        fprintf(stderr, "sealctl: %s\n", _(hint));
}

FailureCode
failure_report(const GError *error, const char *subject, gboolean json)
{
    const char *hint = find_hint(error);

    /* What was printed before belongs before it on a terminal as well. */
    fflush(stdout);
    if (json)
        report_json(error, subject, hint);
    else
        report_text(error, subject, hint);
    return failure_get_code(error);
}
