/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How long it takes to look at a host and judge it, without libvirt's own
 * part: every fact is read afresh and the whole check table evaluated, as the
 * daemon does it at a probe. Prints the median in milliseconds.
 */

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks.h"
#include "host-facts.h"

#define ROUNDS 21

static int
compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static double
probe_once(void)
{
    gint64 begin = g_get_monotonic_time();
    g_autoptr(SealFacts) facts = host_facts_read("/");
    g_autoptr(GPtrArray) results = seal_checks_evaluate(facts, SEAL_TECHNOLOGY_AUTO);

    return results->len ? (double)(g_get_monotonic_time() - begin) / 1000 : -1;
}

int
main(void)
{
    double samples[ROUNDS];

    for (gsize i = 0; i < ROUNDS; i++)
        samples[i] = probe_once();
    qsort(samples, ROUNDS, sizeof *samples, compare);
    printf("probe-milliseconds %.3f\n", samples[ROUNDS / 2]);
    return 0;
}
