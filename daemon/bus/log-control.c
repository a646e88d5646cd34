/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The three properties of LogControl1, which systemctl reads and sets by
 * their names. Writes pass the gate like all others; what they change is the
 * process's one Log.
 */

#include "log-control.h"

#include "log.h"
#include "text.h"

/* The string written, or NULL with the call failed. */
static const char *
read_word(Call *call)
{
    const char *word = NULL;
    g_autoptr(GVariant) value = g_variant_get_child_value(call->arguments, 0);
    g_autoptr(GError) error = NULL;

    if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING)) {
        g_variant_get_child(call->arguments, 0, "&s", &word);
        return word;
    }
    error = g_error_new(SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                        "property %s has type s, the value sent has type %s", call->row->member,
                        g_variant_get_type_string(value));
    call_fail(call, error);
    return NULL;
}

void
log_control_set_level(Call *call)
{
    const char *word = read_word(call);
    int level = log_level_from_string(word);
    g_autofree char *shown = seal_text_show(word);
    g_autoptr(GError) error = NULL;

    if (!word)
        return;
    if (level < 0)
        error = g_error_new(SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                            "log level \"%s\" is unknown; use emerg, alert, crit, err, warning, "
                            "notice, info or debug",
                            shown);
    else
        log_set_max_level(call->service->log, level);
    call_finish(error, call);
}

void
log_control_set_target(Call *call)
{
    const char *word = read_word(call);
    g_autofree char *shown = seal_text_show(word);
    g_autoptr(GError) error = NULL;

    if (!word)
        return;
    if (!log_set_target(call->service->log, word))
        error =
            g_error_new(SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                        "log target \"%s\" is unknown; use auto, journal, console or null", shown);
    call_finish(error, call);
}

static int
get_level(sd_bus *bus,
          const char *path,
          const char *interface,
          const char *property,
          sd_bus_message *reply,
          void *userdata,
          sd_bus_error *error)
{
    const Log *log = ((const Service *)userdata)->log;

    return sd_bus_message_append(reply, "s", log_level_to_string(log_get_max_level(log)));
}

static int
get_target(sd_bus *bus,
           const char *path,
           const char *interface,
           const char *property,
           sd_bus_message *reply,
           void *userdata,
           sd_bus_error *error)
{
    return sd_bus_message_append(reply, "s", log_get_target(((const Service *)userdata)->log));
}

static int
get_identifier(sd_bus *bus,
               const char *path,
               const char *interface,
               const char *property,
               sd_bus_message *reply,
               void *userdata,
               sd_bus_error *error)
{
    return sd_bus_message_append(reply, "s", "sealvirtd");
}

/* Writes never come here: gate_filter() takes them. */
static int
refuse_set(sd_bus *bus,
           const char *path,
           const char *interface,
           const char *property,
           sd_bus_message *value,
           void *userdata,
           sd_bus_error *error)
{
    return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED, "this write did not pass the gate");
}

const sd_bus_vtable log_control_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_WRITABLE_PROPERTY("LogLevel", "s", get_level, refuse_set, 0, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_WRITABLE_PROPERTY(
        "LogTarget", "s", get_target, refuse_set, 0, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("SyslogIdentifier", "s", get_identifier, 0, 0),
    SD_BUS_VTABLE_END,
};
