/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt's numbers to our words: every state and every reason of the
 * installed libvirt has one, and numbers of a newer libvirt do no harm.
 */

#include "virt-state.h"

#include <libvirt/libvirt.h>

static const struct {
    int state;
    VirtState ours;
    int n_reasons;
} rows[] = {
    {VIR_DOMAIN_NOSTATE, VIRT_STATE_SHUTOFF, 0},
    {VIR_DOMAIN_RUNNING, VIRT_STATE_RUNNING, VIR_DOMAIN_RUNNING_CRASHED + 1},
    {VIR_DOMAIN_BLOCKED, VIRT_STATE_RUNNING, 0},
    {VIR_DOMAIN_PAUSED, VIRT_STATE_PAUSED, VIR_DOMAIN_PAUSED_STARTING_UP + 1},
    {VIR_DOMAIN_SHUTDOWN, VIRT_STATE_STOPPING, VIR_DOMAIN_SHUTDOWN_USER + 1},
    {VIR_DOMAIN_SHUTOFF, VIRT_STATE_SHUTOFF, VIR_DOMAIN_SHUTOFF_DAEMON + 1},
    {VIR_DOMAIN_CRASHED, VIRT_STATE_CRASHED, VIR_DOMAIN_CRASHED_PANICKED + 1},
    {VIR_DOMAIN_PMSUSPENDED, VIRT_STATE_PAUSED, 0},
};

static void
test_states(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(virt_state_from_libvirt(rows[i].state), ==, rows[i].ours);
}

static void
test_reasons(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (int reason = 0; reason < rows[i].n_reasons; reason++) {
            const char *word = virt_state_reason(rows[i].state, reason);

            g_assert_nonnull(word);
            g_assert_cmpint(g_str_equal(word, "unknown"), ==, reason == 0);
        }
    }
    g_assert_cmpstr(virt_state_reason(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED), ==, "booted");
    g_assert_cmpstr(virt_state_reason(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_STARTING_UP), ==,
                    "starting-up");
    g_assert_cmpstr(virt_state_reason(VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SHUTDOWN), ==,
                    "shutdown");
}

static void
test_unknown_numbers(void)
{
    static const int numbers[] = {-1, 8, 9, 1000, G_MAXINT, G_MININT};

    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_assert_cmpint(virt_state_from_libvirt(numbers[i]), ==, VIRT_STATE_SHUTOFF);
        g_assert_cmpstr(virt_state_reason(numbers[i], 0), ==, "unknown");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpstr(virt_state_reason(rows[i].state, rows[i].n_reasons), ==, "unknown");
        g_assert_cmpstr(virt_state_reason(rows[i].state, -1), ==, "unknown");
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/virt-state/states", test_states);
    g_test_add_func("/virt-state/reasons", test_reasons);
    g_test_add_func("/virt-state/unknown-numbers", test_unknown_numbers);
    return g_test_run();
}
