/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * A whole core over the two fakes, with a listener that writes down all it is
 * told, in order. Tests of core act on it and compare the news.
 */

#include "action.h"
#include "create.h"
#include "fake-host.h"
#include "fake-virt.h"

/**
 * World - read its members freely
 * @news: lines such as "vm-added NAME", "vm-changed NAME STATE", "job-added start",
 *   "job-removed start failed ERROR", "host MASK", "connection STATE", "ready"
 */
typedef struct {
    FakeVirt *virt;
    FakeHost *host;
    Core *core;
    GPtrArray *news;
} World;

/**
 * Outcome - what a done function was handed
 * @calls: how often; must end as 1
 */
typedef struct {
    guint calls;
    char *result;
    GError *error;
} Outcome;

/**
 * world_quieten - drop what the daemon logs; warnings of others stay fatal
 * For test programs in which the daemon has something to complain about.
 */
void world_quieten(void);

/**
 * world_listen - world_quieten(), and keep what the daemon logs
 * @events: (nullable) (element-type utf8): gets the text of each; lives as long as the program
 */
void world_listen(GPtrArray *events);

/**
 * world_new - not started yet
 * Returns: (transfer full)
 */
World *world_new(void);

/**
 * world_start - start core, connect and wait until all is known
 * @world: the world
 */
void world_start(World *world);

/**
 * world_free - end the core and give everything back
 * @world: (transfer full)
 */
void world_free(World *world);

/**
 * world_set_up - g_test_add() fixture: a world that is started
 * @world: (out) (transfer full): for world_tear_down()
 * @data: not looked at
 */
void world_set_up(World **world, gconstpointer data);

/**
 * world_tear_down - g_test_add() fixture: the end of it
 * @world: (transfer full)
 * @data: not looked at
 */
void world_tear_down(World **world, gconstpointer data);

/**
 * world_settle - run the main loop until nothing is due
 */
void world_settle(void);

/**
 * world_wait - run the main loop until a number has grown
 * @number: what to look at
 * @wanted: the value to reach; it is an error of the test not to reach it in 10 seconds
 */
void world_wait(const guint *number, guint wanted);

/**
 * world_add - a domain that libvirt has and tells of
 * @world: the world, started
 * @name: its name
 * @technology: its technology
 * @state: its state
 * Returns: (transfer none): the domain; core knows it already.
 */
FakeDomain *world_add(World *world, const char *name, SealTechnology technology, VirtState state);

/**
 * world_vm - the VM that core knows
 * @world: the world
 * @name: its name
 * Returns: (transfer none) (nullable)
 */
Vm *world_vm(World *world, const char *name);

/**
 * world_act - begin an operation as user 1000
 * @world: the world
 * @operation: START to RESTART
 * @name: of the VM
 * @outcome: where the end is noted, zeroed before
 */
void world_act(World *world, JobOperation operation, const char *name, Outcome *outcome);

/**
 * world_act_and_settle - world_act(), and wait for the end
 * @world, @operation, @name: as there
 * @code: the error it must end in, -1 for success
 */
void world_act_and_settle(World *world, JobOperation operation, const char *name, int code);

/**
 * world_create - begin a create as user 1000
 * @world: the world
 * @name: of the new VM
 * @settings: a{sv} in GVariant's text format, or NULL for a small good one
 * @start: start it as well
 * @outcome: where the end is noted, zeroed before
 */
void world_create(
    World *world, const char *name, const char *settings, gboolean start, Outcome *outcome);

/**
 * world_on_outcome - an ActionDone that fills an Outcome
 * @error: (nullable)
 * @data: the Outcome
 */
void world_on_outcome(const GError *error, gpointer data);

/**
 * world_expect - an outcome must have come, once, and be this; it is cleared
 * @outcome: the outcome
 * @code: the error's code, -1 for success
 */
void world_expect(Outcome *outcome, int code);

/**
 * world_count_news - how many lines begin so
 * @world: the world
 * @prefix: beginning of a line
 * Returns: the number.
 */
guint world_count_news(World *world, const char *prefix);

/**
 * world_find_news - where the first line that begins so stands
 * @world: the world
 * @prefix: beginning of a line
 * Returns: its index, -1 when there is none.
 */
int world_find_news(World *world, const char *prefix);

/**
 * world_forget_news - begin with no news
 * @world: the world
 */
void world_forget_news(World *world);
