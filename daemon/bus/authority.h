/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Who may do what, as a table of one function, so that tests of the bus can
 * bring an authority of their own. polkit.c is the real one.
 */

#include <glib.h>
#include <systemd/sd-bus.h>

/**
 * AuthorityDone - the answer
 * @uid: the caller's user, taken from the bus and from nowhere else; valid without @error
 * @error: (nullable): SEAL_ERROR_ACCESS_DENIED or SEAL_ERROR_AUTHORIZATION_REQUIRED
 */
typedef void (*AuthorityDone)(guint32 uid, const GError *error, gpointer data);

typedef struct Authority Authority;

/**
 * AuthorityClass - the table
 * @check: ask whether the sender of @message may do @action; @details are pairs of
 *   key and value for rules to look at, ended by NULL. Calls @done exactly once,
 *   maybe at once. Any failure of asking is a refusal.
 * @identify: only who the sender is
 * @free: answers what is still out with a refusal
 */
typedef struct {
    void (*check)(Authority *authority,
                  sd_bus_message *message,
                  const char *action,
                  const char *const *details,
                  AuthorityDone done,
                  gpointer data);
    void (*identify)(Authority *authority,
                     sd_bus_message *message,
                     AuthorityDone done,
                     gpointer data);
    void (*free)(Authority *authority);
} AuthorityClass;

struct Authority {
    const AuthorityClass *class;
};
