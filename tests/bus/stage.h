/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The whole daemon but libvirt, polkit and the machine, with a client at the
 * other end of a socketpair: a service over the fakes of world.h, and a
 * client that sends what it likes and writes down all it receives. Both ends
 * live on the default main context; no bus daemon is involved.
 */

#include "fake-authority.h"
#include "service.h"
#include "world.h"

#define STAGE_VERSION "1.2.3-test"

/**
 * Answer - the reply to one call
 * @replies: how many came; must end as 1
 * @order: when it came, counted together with signals
 * @error: (nullable): D-Bus name; @message: its text
 * @body: (nullable): a tuple, of a reply that is no error
 */
typedef struct {
    guint replies;
    guint order;
    char *error;
    char *message;
    GVariant *body;
} Answer;

/**
 * Heard - one signal
 * @order: when it came, counted together with replies
 */
typedef struct {
    guint order;
    char *path;
    char *interface;
    char *member;
    GVariant *body;
} Heard;

/**
 * Stage - read its members freely
 * @world: its core is the service's
 * @signals: (element-type Heard)
 * @waiting: cookie -> Answer not filled yet
 * @strays: replies nobody waited for: a second answer to one call
 * @sender: (nullable): what the next calls give as their sender, see fake-authority.h
 */
typedef struct {
    World *world;
    FakeAuthority *authority;
    Log *log;
    Service *service;
    sd_bus *server;
    sd_bus *client;
    GSource *server_source;
    GSource *client_source;
    GPtrArray *signals;
    GHashTable *waiting;
    guint order;
    guint strays;
    gboolean ready;
    const char *sender;
} Stage;

/**
 * stage_new - everything connected, libvirt too, with no domain
 * Returns: (transfer full)
 */
Stage *stage_new(void);

/**
 * stage_free - end it as main() does, then the client
 * @stage: (transfer full)
 */
void stage_free(Stage *stage);

/**
 * stage_end_daemon - end the daemon only; what is out is answered
 * @stage: the stage
 */
void stage_end_daemon(Stage *stage);

/**
 * stage_send - call a method
 * @stage: the stage
 * @path, @interface, @member: what to call; @interface may be NULL
 * @arguments: (transfer full) (nullable): a tuple, floating or not
 * @answer: zeroed; filled when the reply comes, and must live until then
 */
void stage_send(Stage *stage,
                const char *path,
                const char *interface,
                const char *member,
                GVariant *arguments,
                Answer *answer);

/**
 * stage_call - call a method and wait for its reply
 * @stage, @path, @interface, @member, @arguments: as in stage_send()
 * @error: (nullable): the D-Bus error name it must end in, NULL for success
 * Returns: (transfer full) (nullable): the reply's body, NULL for an error.
 */
GVariant *stage_call(Stage *stage,
                     const char *path,
                     const char *interface,
                     const char *member,
                     GVariant *arguments,
                     const char *error);

/**
 * stage_act - call a method that answers nothing and wait
 * @stage, @path, @interface, @member, @arguments, @error: as in stage_call()
 */
void stage_act(Stage *stage,
               const char *path,
               const char *interface,
               const char *member,
               GVariant *arguments,
               const char *error);

/**
 * stage_get - read a property
 * @stage: the stage
 * @path, @interface, @property: which
 * Returns: (transfer full): its value, out of the variant.
 */
GVariant *stage_get(Stage *stage, const char *path, const char *interface, const char *property);

/**
 * stage_set - write a property and wait
 * @stage: the stage
 * @path, @interface, @property: which
 * @value: (transfer floating): new value
 * @error: (nullable): the D-Bus error name it must end in
 */
void stage_set(Stage *stage,
               const char *path,
               const char *interface,
               const char *property,
               GVariant *value,
               const char *error);

/**
 * stage_options - a tuple of one a{sv}
 * @text: the dictionary in GVariant's text format
 * Returns: (transfer floating)
 */
GVariant *stage_options(const char *text);

/**
 * stage_vm - a domain that exists already, and its object
 * @stage: the stage
 * @name, @technology, @state: as in world_add()
 * Returns: (transfer full): object path.
 */
char *stage_vm(Stage *stage, const char *name, SealTechnology technology, VirtState state);

/**
 * stage_find_signal - the first signal of a kind
 * @stage: the stage
 * @member: name
 * @path: (nullable): of the object that sent it
 * @from: index to begin at
 * Returns: (transfer none) (nullable)
 */
const Heard *stage_find_signal(Stage *stage, const char *member, const char *path, guint from);

/**
 * stage_forget - begin with no signals
 * @stage: the stage
 */
void stage_forget(Stage *stage);

/**
 * stage_clear_answer - give back what an Answer holds
 * @answer: filled or not
 */
void stage_clear_answer(Answer *answer);
