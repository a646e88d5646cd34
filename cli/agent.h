/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * A password prompt in the terminal. On a desktop the session answers when
 * polkit wants a password; over ssh nobody would. So, as machinectl does, the
 * agent that comes with polkit is run beside us while a request may need it.
 */

#include <glib.h>

/* A running agent, or none where none is needed. */
typedef struct {
    GPid pid;
} Agent;

/**
 * agent_start - run pkttyagent for this process and wait until it listens
 * @agent: zeroed; an agent that already runs is left alone
 *
 * Does nothing for root, without a terminal, and where pkttyagent is not
 * installed: the request then succeeds or is refused without a question.
 */
void agent_start(Agent *agent);

/**
 * agent_stop - end it and wait for its end
 * @agent: may have none running
 */
void agent_stop(Agent *agent);
