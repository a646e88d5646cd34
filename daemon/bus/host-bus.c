/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The host speaks, from the results of the last probe: nothing here waits for
 * libvirt or reads a file. Refresh is the one call that asks for a new probe,
 * and it answers when that one is done.
 */

#include "host-bus.h"

#include "options.h"
#include "variant.h"
#include "text.h"

static gboolean
read_only(const char *name, SealTechnology *ret_only, GError **error)
{
    SealTechnology technology = name ? seal_technology_from_string(name) : SEAL_TECHNOLOGY_AUTO;

    if (technology != SEAL_TECHNOLOGY_AUTO &&
        (technology < SEAL_TECHNOLOGY_FIRST || technology >= SEAL_TECHNOLOGY_S390_PV)) {
        g_autofree char *shown = seal_text_show(name);

        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "\"%s\" is no technology that can be checked; use sev, sev-es, sev-snp or "
                    "tdx, or leave it out for all",
                    shown);
        return FALSE;
    }
    *ret_only = technology;
    return TRUE;
}

/* Of one technology its own verdict, of all of them the best one's. */
static const char *
overall(const HostState *state, SealTechnology only)
{
    SealTechnology best = host_state_get_best(state);
    SealVerdict verdict = {0};

    if (only != SEAL_TECHNOLOGY_AUTO)
        verdict = host_state_get_verdict(state, only);
    else if (best != SEAL_TECHNOLOGY_INVALID)
        verdict = host_state_get_verdict(state, best);
    return seal_checks_verdict_to_string(&verdict);
}

static int
append_result(sd_bus_message *reply, const SealCheckResult *result)
{
    return sd_bus_message_append(
        reply, "(ssssss)", result->id, seal_technology_to_string(result->technology),
        seal_checks_state_to_string(result->state), result->value, result->summary, result->remedy);
}

static int
append_checks(sd_bus_message *reply, const HostState *state, SealTechnology only)
{
    GPtrArray *results = host_state_get_results(state);
    int r = sd_bus_message_open_container(reply, 'a', "(ssssss)");

    for (guint i = 0; r >= 0 && i < results->len; i++) {
        const SealCheckResult *result = g_ptr_array_index(results, i);

        if (only == SEAL_TECHNOLOGY_AUTO || result->technology == SEAL_TECHNOLOGY_NONE ||
            result->technology == only)
            r = append_result(reply, result);
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* Written directly: it is some hundred strings, and clients ask for it often. */
static void
reply_with_checks(Call *call, SealTechnology only)
{
    const HostState *state = call->service->core->host_state;
    g_autoptr(sd_bus_message) reply = NULL;
    g_autoptr(GError) error = NULL;
    int r = sd_bus_message_new_method_return(call->message, &reply);

    if (r >= 0)
        r = sd_bus_message_append(reply, "s", overall(state, only));
    if (r >= 0)
        r = append_checks(reply, state, only);
    if (r >= 0) {
        call_reply_message(call, reply);
        return;
    }
    error = g_error_new(SEAL_ERROR, SEAL_ERROR_BACKEND, "the checks could not be written: %s",
                        g_strerror(-r));
    call_fail(call, error);
}

void
host_bus_check(Call *call)
{
    g_autoptr(GVariant) options = g_variant_get_child_value(call->arguments, 0);
    g_autoptr(GError) error = NULL;
    g_autofree char *name = NULL;
    const OptionRow rows[] = {{"technology", "s", &name}, {NULL}};
    SealTechnology only;

    if (options_read(options, rows, &error) && read_only(name, &only, &error))
        reply_with_checks(call, only);
    else
        call_fail(call, error);
}

static void
on_probed(const GError *error, gpointer data)
{
    if (error)
        call_fail(data, error);
    else
        call_reply(data, NULL);
}

void
host_bus_refresh(Call *call)
{
    g_autoptr(GVariant) options = g_variant_get_child_value(call->arguments, 0);
    g_autoptr(GError) error = NULL;
    const OptionRow rows[] = {{NULL}};

    if (options_read(options, rows, &error))
        host_state_probe(call->service->core->host_state, on_probed, call);
    else
        call_fail(call, error);
}

static const SealTechnologyInfo *
info_of(int technology)
{
    return seal_technology_get_info((SealTechnology)technology);
}

static int
compare_rank(gconstpointer a, gconstpointer b)
{
    return (int)info_of(*(const int *)b)->rank - (int)info_of(*(const int *)a)->rank;
}

static int
get_technologies(sd_bus *bus,
                 const char *path,
                 const char *interface,
                 const char *property,
                 sd_bus_message *reply,
                 void *userdata,
                 sd_bus_error *error)
{
    const HostState *state = ((const Service *)userdata)->core->host_state;
    g_autoptr(GArray) usable = g_array_new(FALSE, FALSE, sizeof(int));
    int r = sd_bus_message_open_container(reply, 'a', "s");

    for (int t = SEAL_TECHNOLOGY_FIRST; t <= SEAL_TECHNOLOGY_LAST; t++)
        if (host_state_get_verdict(state, (SealTechnology)t).usable)
            g_array_append_val(usable, t);
    g_array_sort(usable, compare_rank);
    for (guint i = 0; r >= 0 && i < usable->len; i++)
        r = sd_bus_message_append(reply, "s", info_of(g_array_index(usable, int, i))->name);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int
get_verdicts(sd_bus *bus,
             const char *path,
             const char *interface,
             const char *property,
             sd_bus_message *reply,
             void *userdata,
             sd_bus_error *error)
{
    const HostState *state = ((const Service *)userdata)->core->host_state;
    int r = sd_bus_message_open_container(reply, 'a', "{s(ss)}");

    for (int t = SEAL_TECHNOLOGY_FIRST; r >= 0 && t < SEAL_TECHNOLOGY_S390_PV; t++) {
        SealVerdict verdict = host_state_get_verdict(state, (SealTechnology)t);

        r = sd_bus_message_append(reply, "{s(ss)}", info_of(t)->name,
                                  seal_checks_verdict_to_string(&verdict), verdict.check);
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int
get_capacity(sd_bus *bus,
             const char *path,
             const char *interface,
             const char *property,
             sd_bus_message *reply,
             void *userdata,
             sd_bus_error *error)
{
    const HostState *state = ((const Service *)userdata)->core->host_state;
    int r = sd_bus_message_open_container(reply, 'a', "{s(uuu)}");

    for (int pool = SEAL_POOL_NONE + 1; r >= 0 && pool < SEAL_POOL_INVALID; pool++) {
        LedgerPool capacity = host_state_get_capacity(state, (SealPool)pool);

        if (capacity.known)
            r = sd_bus_message_append(reply, "{s(uuu)}",
                                      seal_technology_pool_to_string((SealPool)pool),
                                      capacity.total, capacity.used, capacity.free);
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

const sd_bus_vtable host_bus_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD_WITH_ARGS("Check",
                            SD_BUS_ARGS("a{sv}", options),
                            SD_BUS_RESULT("s", verdict, "a(ssssss)", checks),
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("Refresh",
                            SD_BUS_ARGS("a{sv}", options),
                            SD_BUS_NO_RESULT,
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("GetCertificates",
                            SD_BUS_ARGS("a{sv}", options),
                            SD_BUS_RESULT("a{sv}", certificates),
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD_WITH_ARGS("SetMemoryLimit",
                            SD_BUS_ARGS("t", bytes, "a{sv}", options),
                            SD_BUS_NO_RESULT,
                            gate_dispatch,
                            SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("Technologies", "as", get_technologies, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Verdicts", "a{s(ss)}", get_verdicts, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Capacity", "a{s(uuu)}", get_capacity, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};
