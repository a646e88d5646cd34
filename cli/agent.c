/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs polkit's text agent. It tells by closing a pipe that it has registered;
 * a request sent earlier would be refused, as polkit would know of nobody to
 * ask. --fallback leaves the question to the session's own agent if it has one;
 * without a session, as in containers and without logind, polkit does not ask
 * such an agent either, so that there it has to be an ordinary one.
 */

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <glib-unix.h>
#include <systemd/sd-login.h>

#include "agent.h"

/* The child's end of the pipe has this number there, which is the first free one. */
#define AGENT_NOTIFY_FD 3

static void
die_with_parent(gpointer data)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static gboolean
has_session(void)
{
    char *session = NULL; /* older libraries refuse NULL instead of a place for the answer */
    int r = sd_pid_get_session(0, &session);

    free(session);
    return r >= 0;
}

static gboolean
spawn(const char *program, int notify_fd, GPid *ret_pid)
{
    g_autofree char *notify = g_strdup_printf("--notify-fd=%d", AGENT_NOTIFY_FD);
    const char *const argv[] = {program, notify, has_session() ? "--fallback" : NULL, NULL};
    const int target_fd = AGENT_NOTIFY_FD;
    /* It asks on the terminal itself; what it says besides is about polkit's insides. */
    const GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN |
                              G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL;

    return g_spawn_async_with_pipes_and_fds(NULL, argv, NULL, flags, die_with_parent, NULL, -1, -1,
                                            -1, &notify_fd, &target_fd, 1, ret_pid, NULL, NULL,
                                            NULL, NULL);
}

static void
wait_until_closed(int fd)
{
    char byte;
    ssize_t n;

    do
        n = read(fd, &byte, 1);
    while (n > 0 || (n < 0 && errno == EINTR));
}

void
agent_start(Agent *agent)
{
    g_autofree char *program = NULL;
    int ends[2];

    if (agent->pid != 0 || geteuid() == 0 || !isatty(STDIN_FILENO))
        return;
    program = g_find_program_in_path("pkttyagent");
    if (program == NULL || !g_unix_open_pipe(ends, FD_CLOEXEC, NULL))
        return;
    if (!spawn(program, ends[1], &agent->pid))
        agent->pid = 0;
    close(ends[1]);
    if (agent->pid != 0)
        wait_until_closed(ends[0]);
    close(ends[0]);
}

void
agent_stop(Agent *agent)
{
    if (agent->pid == 0)
        return;
    kill(agent->pid, SIGTERM);
    /* A stopped agent would keep us waiting for good. */
    kill(agent->pid, SIGCONT);
    while (waitpid(agent->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    agent->pid = 0;
}
