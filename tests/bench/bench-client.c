/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one D-Bus client of all figures: C and sd-bus for the project and for
 * its peers alike, so that a ratio tells of the services and not of clients.
 * It reads one order a line, works on one connection that stays open, and
 * answers each order with one line: microseconds of the calls themselves,
 * then what else the order gives. A failed order answers "error" and why.
 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>

#define MAX_WORDS 8
/* Calls under way at once; dbus-daemon allows a client 128. */
#define WINDOW 64
/* What every VM of the run gets besides its name; virt-install is given the same (peers.py). */
#define MEMORY (UINT64_C(64) << 20)

typedef struct {
    sd_bus *bus;
    sd_bus_error error;
    char *words[MAX_WORDS];
} Client;

typedef struct {
    const char *name;
    const char *path;
    const char *interface;
} Target;

static const Target manager = {"org.sealvirt1", "/org/sealvirt1", "org.sealvirt1.Manager"};
static const Target peer = {"org.libvirt", "/org/libvirt/QEMU", "org.libvirt.Connect"};

static double
now_usec(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Counts the objects of an a{oa{sa{sv}}} and reads every value in it. */
static int
walk_objects(sd_bus_message *reply)
{
    int n = 0;
    int r = sd_bus_message_enter_container(reply, 'a', "{oa{sa{sv}}}");

    while (r >= 0 && (r = sd_bus_message_enter_container(reply, 'e', "oa{sa{sv}}")) > 0) {
        const char *path;

        r = sd_bus_message_read(reply, "o", &path);
        if (r < 0 || (r = sd_bus_message_skip(reply, "a{sa{sv}}")) < 0)
            return r;
        n += strncmp(path, "/org/sealvirt1/vm/", 18) == 0;
        r = sd_bus_message_exit_container(reply);
    }
    return r < 0 ? r : n;
}

static int
order_inventory(Client *client)
{
    double begin = now_usec();
    sd_bus_message *reply = NULL;
    int n = sd_bus_call_method(client->bus, manager.name, manager.path,
                               "org.freedesktop.DBus.ObjectManager", "GetManagedObjects",
                               &client->error, &reply, "");

    if (n >= 0)
        n = walk_objects(reply);
    sd_bus_message_unref(reply);
    if (n >= 0)
        printf("%.1f %d\n", now_usec() - begin, n);
    return n;
}

static int
get_all(Client *client, const char *path)
{
    sd_bus_message *reply = NULL;
    int r = sd_bus_call_method(client->bus, peer.name, path, "org.freedesktop.DBus.Properties",
                               "GetAll", &client->error, &reply, "s", "org.libvirt.Domain");

    if (r >= 0)
        r = sd_bus_message_skip(reply, "a{sv}");
    sd_bus_message_unref(reply);
    return r;
}

/* The inventory as a client of libvirt-dbus has to take it. */
static int
order_peer_inventory(Client *client)
{
    double begin = now_usec();
    sd_bus_message *reply = NULL;
    const char *path;
    int n = 0;
    int r = sd_bus_call_method(client->bus, peer.name, peer.path, peer.interface, "ListDomains",
                               &client->error, &reply, "u", 0);

    if (r >= 0)
        r = sd_bus_message_enter_container(reply, 'a', "o");
    while (r >= 0 && (r = sd_bus_message_read(reply, "o", &path)) > 0) {
        r = get_all(client, path);
        n++;
    }
    sd_bus_message_unref(reply);
    if (r >= 0)
        printf("%.1f %d\n", now_usec() - begin, n);
    return r;
}

typedef struct {
    int waiting;
    int failed;
} AtOnce;

static int
on_all(sd_bus_message *reply, void *data, sd_bus_error *ret_error)
{
    AtOnce *all = data;

    (void)ret_error;
    all->waiting--;
    if (sd_bus_message_is_method_error(reply, NULL) || sd_bus_message_skip(reply, "a{sv}") < 0)
        all->failed++;
    return 1;
}

static int
let_answer(Client *client, const AtOnce *all, int left)
{
    int r = 0;

    while (r >= 0 && all->waiting > left && (r = sd_bus_process(client->bus, NULL)) >= 0)
        if (r == 0)
            r = sd_bus_wait(client->bus, UINT64_C(60000000));
    return all->failed > 0 ? -EIO : r;
}

/* The same with WINDOW questions under way: the best that a clever client could get. */
static int
order_peer_inventory_at_once(Client *client)
{
    double begin = now_usec();
    sd_bus_message *reply = NULL;
    const char *path;
    AtOnce all = {0, 0};
    int n = 0;
    int r = sd_bus_call_method(client->bus, peer.name, peer.path, peer.interface, "ListDomains",
                               &client->error, &reply, "u", 0);

    if (r >= 0)
        r = sd_bus_message_enter_container(reply, 'a', "o");
    while (r >= 0 && (r = sd_bus_message_read(reply, "o", &path)) > 0) {
        r = sd_bus_call_method_async(client->bus, NULL, peer.name, path,
                                     "org.freedesktop.DBus.Properties", "GetAll", on_all, &all, "s",
                                     "org.libvirt.Domain");
        all.waiting++;
        n++;
        if (r >= 0)
            r = let_answer(client, &all, WINDOW - 1);
    }
    if (r >= 0)
        r = let_answer(client, &all, 0);
    sd_bus_message_unref(reply);
    if (r >= 0)
        printf("%.1f %d\n", now_usec() - begin, n);
    return r;
}

/* Peer.Ping of the manager object, whose answer is sd-bus' own work. */
static int
ping(Client *client)
{
    return sd_bus_call_method(client->bus, manager.name, manager.path, "org.freedesktop.DBus.Peer",
                              "Ping", &client->error, NULL, "");
}

static int
get(Client *client)
{
    sd_bus_message *reply = NULL;
    int r = sd_bus_call_method(client->bus, manager.name, client->words[1],
                               "org.freedesktop.DBus.Properties", "Get", &client->error, &reply,
                               "ss", "org.sealvirt1.VM", client->words[2]);

    if (r >= 0)
        r = sd_bus_message_skip(reply, "v");
    sd_bus_message_unref(reply);
    return r;
}

static int
time_call(Client *client, int (*call)(Client *client), double *ret_usec)
{
    double begin = now_usec();
    int r = call(client);

    *ret_usec = now_usec() - begin;
    return r;
}

static int
compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static double
median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare);
    return values[n / 2];
}

static int
check(Client *client)
{
    sd_bus_message *reply = NULL;
    int r = sd_bus_call_method(client->bus, manager.name, "/org/sealvirt1/host",
                               "org.sealvirt1.Host", "Check", &client->error, &reply, "a{sv}", 0);

    if (r >= 0)
        r = sd_bus_message_skip(reply, "sa(ssssss)");
    sd_bus_message_unref(reply);
    return r;
}

/* N times a call, then Ping, in turn; the medians of both. */
static int
beside_ping(Client *client, int (*call)(Client *client), const char *count)
{
    size_t n = (size_t)strtoul(count, NULL, 10);
    double *gets = calloc(n + 1, sizeof *gets), *pings = calloc(n + 1, sizeof *pings);
    int r = gets && pings ? 0 : -ENOMEM;

    for (size_t i = 0; r >= 0 && i < n; i++) {
        r = time_call(client, call, &gets[i]);
        if (r >= 0)
            r = time_call(client, ping, &pings[i]);
    }
    if (r >= 0)
        printf("%.2f %.2f\n", median(gets, n), median(pings, n));
    free(gets);
    free(pings);
    return r;
}

static int
append_disk(sd_bus_message *call, const char *disk)
{
    int r = sd_bus_message_open_container(call, 'e', "sv");

    if (r >= 0)
        r = sd_bus_message_append(call, "sv", "disks", "aa{sv}", 1, 1, "path", "s", disk);
    return r < 0 ? r : sd_bus_message_close_container(call);
}

static int
append_settings(sd_bus_message *call, const char *name, const char *disk)
{
    int r = sd_bus_message_append(call, "s", name);

    if (r >= 0)
        r = sd_bus_message_open_container(call, 'a', "{sv}");
    if (r >= 0)
        r = sd_bus_message_append(call, "{sv}{sv}{sv}", "technology", "s", "sev", "memory", "t",
                                  MEMORY, "vcpus", "u", 1);
    if (r >= 0)
        r = append_disk(call, disk);
    if (r >= 0)
        r = sd_bus_message_close_container(call);
    return r < 0 ? r : sd_bus_message_append(call, "a{sv}", 0);
}

/* CreateVM and PreviewVM take the same; prints what comes back, on one line. */
static int
send_settings(Client *client, const char *member, const char *type)
{
    sd_bus_message *call = NULL, *reply = NULL;
    const char *result;
    double begin;
    int r = sd_bus_message_new_method_call(client->bus, &call, manager.name, manager.path,
                                           manager.interface, member);

    if (r >= 0)
        r = append_settings(call, client->words[1], client->words[2]);
    begin = now_usec();
    if (r >= 0)
        r = sd_bus_call(client->bus, call, 0, &client->error, &reply);
    if (r >= 0)
        r = sd_bus_message_read(reply, type, &result);
    if (r >= 0) {
        printf("%.1f ", now_usec() - begin);
        for (; *result; result++)
            putchar(*result == '\n' ? ' ' : *result);
        putchar('\n');
    }
    sd_bus_message_unref(call);
    sd_bus_message_unref(reply);
    return r;
}

/* create NAME DISK: answers with the object's path. */
static int
order_create(Client *client)
{
    return send_settings(client, "CreateVM", "o");
}

/* preview NAME DISK: answers with the XML. */
static int
order_preview(Client *client)
{
    return send_settings(client, "PreviewVM", "s");
}

/* vm PATH METHOD: Start, Stop, Delete: all that take only options, and none are given. */
static int
order_vm(Client *client)
{
    double begin = now_usec();
    int r = sd_bus_call_method(client->bus, manager.name, client->words[1], "org.sealvirt1.VM",
                               client->words[2], &client->error, NULL, "a{sv}", 0);

    if (r >= 0)
        printf("%.1f\n", now_usec() - begin);
    return r;
}

/* property PATH NAME N: Get of a VM's property. */
static int
order_property(Client *client)
{
    return beside_ping(client, get, client->words[3]);
}

/* check N: the host's Check, from what the daemon knows. */
static int
order_check(Client *client)
{
    return beside_ping(client, check, client->words[1]);
}

typedef struct {
    const char *word;
    int n_words;
    int (*run)(Client *client);
} OrderRow;

static const OrderRow orders[] = {
    {"inventory", 1, order_inventory},
    {"peer-inventory", 1, order_peer_inventory},
    {"peer-inventory-at-once", 1, order_peer_inventory_at_once},
    {"property", 4, order_property},
    {"check", 2, order_check},
    {"create", 3, order_create},
    {"preview", 3, order_preview},
    {"vm", 3, order_vm},
};

static void
obey(Client *client, char *line)
{
    int n = 0, r = 0;
    char *rest = NULL;

    for (char *word = strtok_r(line, " \n", &rest); word && n < MAX_WORDS;
         word = strtok_r(NULL, " \n", &rest))
        client->words[n++] = word;
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (n != orders[i].n_words || strcmp(client->words[0], orders[i].word) != 0)
            continue;
        r = orders[i].run(client);
        if (r < 0)
            printf("error %s\n", client->error.message ? client->error.message : strerror(-r));
        sd_bus_error_free(&client->error);
        return;
    }
    puts("error there is no such order");
}

int
main(void)
{
    Client client = {.error = SD_BUS_ERROR_NULL};
    char *line = NULL;
    size_t size = 0;
    int r = sd_bus_open_system(&client.bus);

    if (r < 0) {
        fprintf(stderr, "bench-client: no system bus: %s\n", strerror(-r));
        return EXIT_FAILURE;
    }
    setlinebuf(stdout);
    while (getline(&line, &size, stdin) > 0)
        obey(&client, line);
    free(line);
    sd_bus_flush_close_unref(client.bus);
    return EXIT_SUCCESS;
}
