/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The scripted authority: says yes or no, asks for a password, or stays
 * silent until told. A sender named ":1.N" is user N; without a sender the
 * caller is user 1000.
 */

#include "authority.h"

#define FAKE_AUTHORITY_UID 1000

/**
 * FakeAnswer - what it says
 */
typedef enum {
    FAKE_ALLOW,
    FAKE_DENY,
    FAKE_CHALLENGE,
    FAKE_SILENT, /* until fake_authority_answer() */
} FakeAnswer;

typedef struct FakeAuthority FakeAuthority;

/**
 * fake_authority_new - one that allows everything
 * Returns: (transfer full): free with its class->free().
 */
FakeAuthority *fake_authority_new(void);

/**
 * fake_authority_base - the table the service sees
 * @fake: the fake
 * Returns: (transfer none)
 */
Authority *fake_authority_base(FakeAuthority *fake);

/**
 * fake_authority_set - what to say from now on
 * @fake: the fake
 * @answer: to questions about actions; who the caller is is always told
 */
void fake_authority_set(FakeAuthority *fake, FakeAnswer answer);

/**
 * fake_authority_set_action - what to say about one action
 * @fake: the fake
 * @action: polkit action
 * @answer: instead of the general one
 */
void fake_authority_set_action(FakeAuthority *fake, const char *action, FakeAnswer answer);

/**
 * fake_authority_waiting - how many questions wait for an answer
 * @fake: the fake
 * Returns: the number.
 */
guint fake_authority_waiting(FakeAuthority *fake);

/**
 * fake_authority_answer - answer every question that waits
 * @fake: the fake
 * @answer: but SILENT
 */
void fake_authority_answer(FakeAuthority *fake, FakeAnswer answer);

/**
 * fake_authority_asked - the actions asked about so far
 * @fake: the fake
 * Returns: (transfer none) (element-type utf8): "ACTION key=value key=value" each.
 */
GPtrArray *fake_authority_asked(FakeAuthority *fake);
