/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ledger under whatever order the world comes up with: starts that end
 * well, badly or too late, stops, guests that come and go behind the daemon's
 * back, facts that are read early and told late, libvirt gone and back. Nobody
 * may be let in beyond the last slot, and at rest the numbers must be those of
 * the kernel. SEED in the environment sets another seed; a failure prints it.
 */

#include "world.h"

#include "error.h"

#define N_GAMES 300
#define N_STEPS 120
#define N_GUESTS 6
#define SLOTS 3
#define DEFAULT_SEED 20261122u
/* Looks after which the ledger must know, when nothing happens any more. */
#define LOOKS 2

typedef struct {
    char name[16];
    gboolean charged; /* the kernel counts it */
    gboolean owed;    /* libvirt has an event to tell */
    gboolean late;    /* its start was given up and goes on */
    gboolean acting;
    Outcome outcome;
} Guest;

/*
 * @strangers: others start guests too, in libvirt and outside; only then may there be more than fit
 */
typedef struct {
    guint32 seed;
    guint number;
    gboolean strangers;
    World *world;
    GRand *rand;
    Guest guests[N_GUESTS];
    guint foreign;
    gboolean away;
} Game;

static guint
chance(Game *game, guint n)
{
    return (guint)g_rand_int_range(game->rand, 0, (gint32)n);
}

static FakeDomain *
domain_of(Game *game, const Guest *guest)
{
    return fake_domains_find(fake_virt_domains(game->world->virt), guest->name);
}

static gboolean
is_on(Game *game, const Guest *guest)
{
    return domain_of(game, guest)->state != VIRT_STATE_SHUTOFF;
}

static void
set_state(Game *game, Guest *guest, VirtState state, const char *reason)
{
    FakeDomain *domain = domain_of(game, guest);

    domain->state = state;
    domain->reason = reason;
    guest->owed = TRUE;
}

static guint
count_on(Game *game)
{
    guint n = 0;

    for (guint i = 0; i < N_GUESTS; i++)
        n += is_on(game, &game->guests[i]);
    return n;
}

static guint
count_charged(Game *game)
{
    guint n = game->foreign;

    for (guint i = 0; i < N_GUESTS; i++) {
        game->guests[i].charged &= is_on(game, &game->guests[i]);
        n += game->guests[i].charged;
    }
    return n;
}

/* The daemon's call, whose request libvirt may carry out, refuse, or carry out too late. */
static void
start(Game *game, Guest *guest)
{
    FakeVirt *virt = game->world->virt;
    const Vm *vm = world_vm(game->world, guest->name);
    guint way = chance(game, 4);
    guint before = fake_virt_count(virt, VIRT_OP_START);

    if (guest->acting || !vm || is_on(game, guest))
        return;
    if (way < 2)
        fake_virt_fail(virt, VIRT_OP_START, way ? SEAL_ERROR_TIMEOUT : SEAL_ERROR_LAUNCH_FAILED, 1);
    guest->acting = TRUE;
    world_act(game->world, JOB_OPERATION_START, guest->name, &guest->outcome);
    fake_virt_fail(virt, VIRT_OP_START, SEAL_ERROR_TIMEOUT, 0);
    if (way != 1 || game->away || fake_virt_count(virt, VIRT_OP_START) == before)
        return;
    guest->late = TRUE;
    set_state(game, guest, VIRT_STATE_PAUSED, "starting-up");
    guest->owed = FALSE;
}

static void
stop(Game *game, Guest *guest)
{
    if (guest->acting || !world_vm(game->world, guest->name))
        return;
    guest->acting = TRUE;
    world_act(game->world, JOB_OPERATION_STOP, guest->name, &guest->outcome);
}

/* A start that was given up ends after all, one way or the other. */
static void
end_late(Game *game, Guest *guest)
{
    if (!guest->late)
        return;
    guest->late = FALSE;
    if (!is_on(game, guest))
        return;
    if (chance(game, 2))
        set_state(game, guest, VIRT_STATE_RUNNING, "booted");
    else
        set_state(game, guest, VIRT_STATE_SHUTOFF, "failed");
    guest->charged = TRUE;
}

static void
virsh(Game *game, Guest *guest)
{
    if (is_on(game, guest)) {
        set_state(game, guest, VIRT_STATE_SHUTOFF, "destroyed");
    } else if (game->strangers) {
        set_state(game, guest, VIRT_STATE_RUNNING, "booted");
        guest->charged = TRUE;
    }
}

static void
tell(Game *game, Guest *guest)
{
    if (!guest->owed || game->away)
        return;
    guest->owed = FALSE;
    fake_virt_emit(game->world->virt, domain_of(game, guest)->uuid);
}

static void
charge(Game *game, Guest *guest)
{
    guest->charged |= is_on(game, guest);
}

static void
outside(Game *game, G_GNUC_UNUSED Guest *guest)
{
    if (!game->strangers)
        return;
    if (game->foreign > 0 && chance(game, 2))
        game->foreign--;
    else if (game->foreign < 2)
        game->foreign++;
}

static void
look(Game *game, G_GNUC_UNUSED Guest *guest)
{
    fake_host_look(game->world->host);
}

static void
read_facts(Game *game, G_GNUC_UNUSED Guest *guest)
{
    if (chance(game, 2))
        fake_host_read_again(game->world->host);
    else
        fake_host_release(game->world->host);
}

static void
refresh(Game *game, G_GNUC_UNUSED Guest *guest)
{
    host_state_probe(game->world->core->host_state, NULL, NULL);
}

static const VirtOp held_ops[] = {VIRT_OP_PROBE, VIRT_OP_LIST, VIRT_OP_SNAPSHOT, VIRT_OP_START,
                                  VIRT_OP_DESTROY};

static void
hold(Game *game, G_GNUC_UNUSED Guest *guest)
{
    guint which = chance(game, G_N_ELEMENTS(held_ops) + 1);

    if (which == G_N_ELEMENTS(held_ops))
        fake_host_hold(game->world->host, chance(game, 2) > 0);
    else
        fake_virt_hold(game->world->virt, held_ops[which], chance(game, 2) > 0);
}

static void
release(Game *game, G_GNUC_UNUSED Guest *guest)
{
    VirtOp op = held_ops[chance(game, G_N_ELEMENTS(held_ops))];
    guint held = fake_virt_held(game->world->virt, op);

    if (held > 0)
        fake_virt_release(game->world->virt, op, chance(game, held));
}

/* Gone and back: of what happened meanwhile there is no event. */
static void
reconnect(Game *game, G_GNUC_UNUSED Guest *guest)
{
    game->away = !game->away;
    for (guint i = 0; i < N_GUESTS && !game->away; i++)
        game->guests[i].owed = FALSE;
    fake_virt_connect(game->world->virt,
                      game->away ? VIRT_CONNECTION_UNAVAILABLE : VIRT_CONNECTION_CONNECTED);
}

static void
turn(Game *game, G_GNUC_UNUSED Guest *guest)
{
    for (guint n = chance(game, 8); n > 0; n--)
        g_main_context_iteration(NULL, FALSE);
}

static const struct {
    guint weight;
    void (*take)(Game *game, Guest *guest);
} steps[] = {
    {12, start}, {6, stop},    {4, end_late},  {4, virsh},      {8, tell},
    {6, charge}, {3, outside}, {6, look},      {6, read_facts}, {2, refresh},
    {6, hold},   {8, release}, {1, reconnect}, {20, turn},
};

static void
fail(const Game *game, const char *what, guint seen, guint wanted)
{
    g_error("SEED=%u, game %u: %s is %u instead of %u", game->seed, game->number, what, seen,
            wanted);
}

static void
collect_outcomes(Game *game)
{
    for (guint i = 0; i < N_GUESTS; i++) {
        Guest *guest = &game->guests[i];

        if (guest->outcome.calls == 0)
            continue;
        g_assert_cmpuint(guest->outcome.calls, ==, 1);
        g_clear_error(&guest->outcome.error);
        guest->outcome.calls = 0;
        guest->acting = FALSE;
    }
}

static void
settle(Game *game)
{
    fake_host_count_slots(game->world->host, SEAL_POOL_SEV, SLOTS, count_charged(game));
    world_settle();
    collect_outcomes(game);
}

/* None is let in beyond the last slot, and none of our own is ever taken for a stranger. */
static void
check_own(Game *game)
{
    const Core *core = game->world->core;
    guint used = host_state_get_capacity(core->host_state, SEAL_POOL_SEV).used;
    guint own = registry_count_active(core->registry, SEAL_POOL_SEV);

    if (count_on(game) > SLOTS)
        fail(game, "the number of guests let in", count_on(game), SLOTS);
    if (used != own)
        fail(game, "used without strangers", used, own);
}

static void
take_step(Game *game)
{
    guint total = 0, at = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
        total += steps[i].weight;
    total = chance(game, total);
    while (total >= steps[at].weight)
        total -= steps[at++].weight;
    steps[at].take(game, &game->guests[chance(game, N_GUESTS)]);
    fake_host_count_slots(game->world->host, SEAL_POOL_SEV, SLOTS, count_charged(game));
    collect_outcomes(game);
    if (!game->strangers)
        check_own(game);
}

/* Whatever was held comes, whatever was late ends, and libvirt tells the rest. */
static void
come_to_rest(Game *game)
{
    FakeVirt *virt = game->world->virt;

    if (game->away)
        reconnect(game, NULL);
    fake_host_hold(game->world->host, FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(held_ops); i++)
        fake_virt_hold(virt, held_ops[i], FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(held_ops); i++)
        while (fake_virt_held(virt, held_ops[i]) > 0)
            fake_virt_release(virt, held_ops[i], 0);
    fake_host_release(game->world->host);
    settle(game);
    for (guint i = 0; i < N_GUESTS; i++) {
        end_late(game, &game->guests[i]);
        charge(game, &game->guests[i]);
        settle(game);
        tell(game, &game->guests[i]);
        settle(game);
    }
}

static void
check_rest(Game *game)
{
    LedgerPool pool;
    guint looks = 0;

    while (fake_host_look(game->world->host) && looks++ < LOOKS)
        settle(game);
    pool = host_state_get_capacity(game->world->core->host_state, SEAL_POOL_SEV);
    if (pool.used != count_charged(game))
        fail(game, "used at rest", pool.used, count_charged(game));
    if (pool.total != SLOTS)
        fail(game, "the total", pool.total, SLOTS);
    if (pool.free != (pool.used < SLOTS ? SLOTS - pool.used : 0))
        fail(game, "free", pool.free, SLOTS - pool.used);
    for (guint i = 0; i < N_GUESTS; i++)
        if (game->guests[i].acting)
            fail(game, "acting at rest", 1, 0);
}

static void
play(guint32 seed, guint number, gboolean strangers)
{
    const guint32 seeds[] = {seed, number, (guint32)strangers};
    Game game = {.seed = seed, .number = number, .strangers = strangers};

    game.world = world_new();
    game.rand = g_rand_new_with_seed_array(seeds, G_N_ELEMENTS(seeds));
    fake_host_count_slots(game.world->host, SEAL_POOL_SEV, SLOTS, 0);
    world_start(game.world);
    for (guint i = 0; i < N_GUESTS; i++) {
        g_snprintf(game.guests[i].name, sizeof game.guests[i].name, "guest%u", i);
        world_add(game.world, game.guests[i].name, SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    }
    for (guint rest = 0; rest < 4; rest++) {
        for (guint i = 0; i < N_STEPS / 4; i++)
            take_step(&game);
        come_to_rest(&game);
        check_rest(&game);
    }
    world_free(game.world);
    g_rand_free(game.rand);
}

static void
test_games(gconstpointer strangers)
{
    const char *text = g_getenv("SEED");
    guint32 seed = text ? (guint32)g_ascii_strtoull(text, NULL, 0) : DEFAULT_SEED;

    for (guint i = 0; i < N_GAMES; i++)
        play(seed, i, GPOINTER_TO_INT(strangers));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/ledger-random/own-guests", GINT_TO_POINTER(FALSE), test_games);
    g_test_add_data_func("/ledger-random/strangers", GINT_TO_POINTER(TRUE), test_games);
    return g_test_run();
}
