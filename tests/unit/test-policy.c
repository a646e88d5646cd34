/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The policy engine. Known numbers of other projects as vectors; then, for
 * every technology, every legal combination of one and two bits there and
 * back, and every reserved bit refused by name.
 */

#include "policy.h"

#include "error.h"
#include "test-data.h"

#include <string.h>

#define BIT(n) (G_GUINT64_CONSTANT(1) << (n))

static const SealTechnology technologies[] = {SEAL_TECHNOLOGY_SEV, SEAL_TECHNOLOGY_SEV_ES,
                                              SEAL_TECHNOLOGY_SEV_SNP, SEAL_TECHNOLOGY_TDX};

/* Written down apart from the table under test, from the specifications. */
static const guint64 named_bits[] = {
    G_GUINT64_CONSTANT(0xffff003b),
    G_GUINT64_CONSTANT(0xffff003f),
    G_GUINT64_CONSTANT(0x3ffffff),
    G_GUINT64_CONSTANT(0xc0000000f8010071),
};

typedef struct {
    SealTechnology technology;
    const char *flags; /* separated by spaces */
    guint64 policy;
} Vector;

static const Vector vectors[] = {
    {SEAL_TECHNOLOGY_SEV, "", 0},
    {SEAL_TECHNOLOGY_SEV, "nodbg", 0x1},
    {SEAL_TECHNOLOGY_SEV, "nodbg noks", 0x3},
    {SEAL_TECHNOLOGY_SEV, "nodbg noks domain sev", 0x33},
    {SEAL_TECHNOLOGY_SEV, "nosend", 0x8},
    {SEAL_TECHNOLOGY_SEV, "nodbg noks nosend", 0xb},
    {SEAL_TECHNOLOGY_SEV, "nodbg api-major=1 api-minor=55", 0x37010001},
    {SEAL_TECHNOLOGY_SEV_ES, "es", 0x4},
    {SEAL_TECHNOLOGY_SEV_ES, "nodbg noks es", 0x7},
    {SEAL_TECHNOLOGY_SEV_ES, "nodbg noks es domain sev", 0x37},
    {SEAL_TECHNOLOGY_SEV_SNP, "", 0x20000},
    {SEAL_TECHNOLOGY_SEV_SNP, "smt", 0x30000},
    {SEAL_TECHNOLOGY_SEV_SNP, "smt debug", 0xb0000},
    {SEAL_TECHNOLOGY_SEV_SNP, "smt migrate-ma", 0x70000},
    {SEAL_TECHNOLOGY_SEV_SNP, "abi-minor=51 abi-major=1 smt single-socket", 0x130133},
    {SEAL_TECHNOLOGY_SEV_SNP,
     "cxl-allow mem-aes-256-xts rapl-dis ciphertext-hiding page-swap-disable", 0x3e20000},
    {SEAL_TECHNOLOGY_TDX, "", 0},
    {SEAL_TECHNOLOGY_TDX, "sept-ve-disable", 0x10000000},
    {SEAL_TECHNOLOGY_TDX, "debug sept-ve-disable pks", 0x50000001},
    {SEAL_TECHNOLOGY_TDX, "tpa perfmon", G_GUINT64_CONSTANT(0xc000000000000000)},
};

/* Other words for the same, which decoding never prints. */
static const Vector aliases[] = {
    {SEAL_TECHNOLOGY_SEV, "no-debug no-key-sharing no-send", 0xb},
    {SEAL_TECHNOLOGY_SEV, "no-debug nodbg no-debug", 0x1},
    {SEAL_TECHNOLOGY_SEV, "debug key-sharing send", 0x0},
    {SEAL_TECHNOLOGY_SEV, "api-major=1 api-major=1", 0x10000},
    {SEAL_TECHNOLOGY_SEV_ES, "nodbg noks", 0x7},
    {SEAL_TECHNOLOGY_SEV_ES, "no-debug no-key-sharing", 0x7},
    {SEAL_TECHNOLOGY_SEV_SNP, "allow-smt no-debug", 0x30000},
    {SEAL_TECHNOLOGY_SEV_SNP, "allow-smt allow-debug allow-cxl", 0x2b0000},
    {SEAL_TECHNOLOGY_SEV_SNP, "no-smt ciphertext-hiding-dram", 0x1020000},
    {SEAL_TECHNOLOGY_SEV_SNP, "bit-17 smt bit-30=0", 0x30000},
    {SEAL_TECHNOLOGY_SEV_SNP, "abi-major=0", 0x20000},
    {SEAL_TECHNOLOGY_TDX, "no-debug sept-ve-disable", 0x10000000},
    {SEAL_TECHNOLOGY_TDX, "allow-debug migrtable", 0x20000001},
};

typedef struct {
    SealTechnology technology;
    const char *flags;
    const char *message;
} Refusal;

static const Refusal refusals[] = {
    {SEAL_TECHNOLOGY_NONE, "", "technology none has no policy"},
    {SEAL_TECHNOLOGY_S390_PV, "nodbg", "technology s390-pv has no policy"},
    {SEAL_TECHNOLOGY_AUTO, "nodbg", "technology auto has no policy"},
    {SEAL_TECHNOLOGY_INVALID, "nodbg", "technology unknown has no policy"},
    {SEAL_TECHNOLOGY_SEV, "nodebug", "unknown; known are nodbg, noks"},
    {SEAL_TECHNOLOGY_SEV, "smt", "unknown"},
    {SEAL_TECHNOLOGY_SEV, "NODBG", "unknown"},
    {SEAL_TECHNOLOGY_SEV, "a\tb", "a\\u{9}b"},
    {SEAL_TECHNOLOGY_SEV, "es", "use technology sev-es"},
    {SEAL_TECHNOLOGY_SEV, "nodbg=1", "takes no value"},
    {SEAL_TECHNOLOGY_SEV, "nodbg debug", "opposite"},
    {SEAL_TECHNOLOGY_SEV, "key-sharing no-key-sharing", "opposite"},
    {SEAL_TECHNOLOGY_SEV, "api-major", "0 to 255"},
    {SEAL_TECHNOLOGY_SEV, "api-major=", "0 to 255"},
    {SEAL_TECHNOLOGY_SEV, "api-major=256", "0 to 255"},
    {SEAL_TECHNOLOGY_SEV, "api-major=-1", "0 to 255"},
    {SEAL_TECHNOLOGY_SEV, "api-major=0x1", "0 to 255"},
    {SEAL_TECHNOLOGY_SEV, "api-major=1 api-major=2", "give it once"},
    {SEAL_TECHNOLOGY_SEV, "bit-0", "write nodbg"},
    {SEAL_TECHNOLOGY_SEV, "bit-20", "write api-major=N"},
    {SEAL_TECHNOLOGY_SEV, "bit-64", "N from 0 to 63"},
    {SEAL_TECHNOLOGY_SEV, "bit-", "N from 0 to 63"},
    {SEAL_TECHNOLOGY_SEV, "bit-6=1", "is not a bit"},
    {SEAL_TECHNOLOGY_SEV, "bit-6", "bit-6"},
    {SEAL_TECHNOLOGY_SEV, "bit-40", "wider than the 32 bits"},
    {SEAL_TECHNOLOGY_SEV_ES, "bit-2=0", "leaves bit-2 clear"},
    {SEAL_TECHNOLOGY_SEV_SNP, "bit-17=0", "leaves bit-17 clear"},
    {SEAL_TECHNOLOGY_SEV_SNP, "smt bit-26", "bit-26"},
    {SEAL_TECHNOLOGY_SEV_SNP, "noks", "unknown"},
    {SEAL_TECHNOLOGY_SEV_SNP, "no-key-sharing", "unknown"},
    {SEAL_TECHNOLOGY_TDX, "es", "unknown"},
    {SEAL_TECHNOLOGY_TDX, "bit-1", "bit-1"},
};

static GStrv
split(const char *flags)
{
    return *flags ? g_strsplit(flags, " ", -1) : g_new0(char *, 1);
}

static guint64
encode(SealTechnology technology, GStrv flags)
{
    g_autoptr(GError) error = NULL;
    guint64 policy = 0;

    seal_policy_encode(technology, (const char *const *)flags, &policy, &error);
    g_assert_no_error(error);
    return policy;
}

static void
test_vectors(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(vectors); i++) {
        g_auto(GStrv) flags = split(vectors[i].flags);
        g_auto(GStrv) decoded = seal_policy_decode(vectors[i].technology, vectors[i].policy);

        g_assert_cmphex(encode(vectors[i].technology, flags), ==, vectors[i].policy);
        g_assert_cmpstrv(decoded, flags);
    }
}

static void
test_aliases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++) {
        g_auto(GStrv) flags = split(aliases[i].flags);

        g_assert_cmphex(encode(aliases[i].technology, flags), ==, aliases[i].policy);
    }
}

static void
test_no_flags(void)
{
    g_assert_cmphex(encode(SEAL_TECHNOLOGY_SEV, NULL), ==, 0);
    g_assert_cmphex(encode(SEAL_TECHNOLOGY_SEV_ES, NULL), ==, 4);
}

static void
test_refusals(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_auto(GStrv) flags = split(refusals[i].flags);
        GError *error = NULL;
        guint64 policy = 4711;

        g_assert_false(seal_policy_encode(refusals[i].technology, (const char *const *)flags,
                                          &policy, &error));
        test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, refusals[i].message);
        g_assert_cmpuint(policy, ==, 4711);
    }
}

static void
assert_round_trip(SealTechnology technology, guint64 policy)
{
    g_auto(GStrv) flags = seal_policy_decode(technology, policy);

    g_assert_true(seal_policy_validate(technology, policy, NULL));
    g_assert_cmphex(encode(technology, flags), ==, policy);
    for (gsize i = 0; flags[i]; i++)
        g_assert_false(g_str_has_prefix(flags[i], "bit-"));
}

/* Every legal policy of up to two bits beside those that must be one. */
static void
test_round_trip(void)
{
    for (gsize t = 0; t < G_N_ELEMENTS(technologies); t++) {
        guint64 required = seal_policy_get_required(technologies[t]);

        for (guint a = 0; a < 64; a++) {
            for (guint b = a; b < 64; b++) {
                guint64 bits = BIT(a) | BIT(b);

                if ((bits & ~named_bits[t]) == 0)
                    assert_round_trip(technologies[t], bits | required);
            }
        }
        assert_round_trip(technologies[t], named_bits[t] | required);
    }
}

/* Each bit alone: legal exactly when the specification names it. */
static void
test_every_bit(void)
{
    for (gsize t = 0; t < G_N_ELEMENTS(technologies); t++) {
        guint64 required = seal_policy_get_required(technologies[t]);

        for (guint bit = 0; bit < 64; bit++) {
            GError *error = NULL;
            gboolean legal = (BIT(bit) & (named_bits[t] | required)) != 0;
            gboolean wide = bit >= seal_technology_get_info(technologies[t])->policy_bits;
            g_autofree char *name = g_strdup_printf("bit-%u", bit);

            g_assert_true(seal_policy_validate(technologies[t], BIT(bit) | required, &error) ==
                          legal);
            if (!legal)
                test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT,
                                         wide ? "wider than" : name);
        }
    }
}

static void
test_validate_says_the_cure(void)
{
    static const struct {
        SealTechnology technology;
        guint64 policy;
        const char *message;
    } rows[] = {
        {SEAL_TECHNOLOGY_SEV, 0x43, "which leaves 0x3"},
        {SEAL_TECHNOLOGY_SEV, 0xffc1, "bit-6, bit-7, bit-8"},
        {SEAL_TECHNOLOGY_SEV, 0x7, "use technology sev-es"},
        {SEAL_TECHNOLOGY_SEV, G_GUINT64_CONSTANT(0x100000003), "at most 0xffffffff"},
        {SEAL_TECHNOLOGY_SEV_ES, 0x3, "which gives 0x7"},
        {SEAL_TECHNOLOGY_SEV_SNP, 0x10000, "which gives 0x30000"},
        {SEAL_TECHNOLOGY_SEV_SNP, 0x3, "bit-17"},
        {SEAL_TECHNOLOGY_SEV_SNP, 0x10000000, "set bit-17 as well, which gives 0x20000"},
        {SEAL_TECHNOLOGY_SEV_SNP, 0x10030000, "which leaves 0x30000"},
        {SEAL_TECHNOLOGY_SEV_ES, 0x43, "set bit-2 as well, which gives 0x7"},
        {SEAL_TECHNOLOGY_TDX, 0x3, "which leaves 0x1"},
        {SEAL_TECHNOLOGY_NONE, 0x3, "has no policy"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        GError *error = NULL;

        g_assert_false(seal_policy_validate(rows[i].technology, rows[i].policy, &error));
        test_data_assert_refused(error, SEAL_ERROR_INVALID_ARGUMENT, rows[i].message);
    }
}

/* What a refusal of one bit offers is not refused in turn; of sev with ES another technology is. */
static void
test_cure_is_taken(void)
{
    for (gsize t = 0; t < G_N_ELEMENTS(technologies); t++) {
        guint bits = seal_technology_get_info(technologies[t])->policy_bits;

        for (guint bit = 0; bit < bits; bit++) {
            g_autoptr(GError) error = NULL;
            const char *offer;

            if (seal_policy_validate(technologies[t], BIT(bit), &error))
                continue;
            offer = strrchr(error->message, ' ');
            if (g_str_has_prefix(offer, " 0x"))
                g_assert_true(seal_policy_validate(technologies[t],
                                                   g_ascii_strtoull(offer + 1, NULL, 16), NULL));
            else
                g_assert_cmpstr(offer, ==, " sev-es");
        }
    }
}

static void
test_decode_illegal(void)
{
    static const Vector rows[] = {
        {SEAL_TECHNOLOGY_SEV, "nodbg es bit-6 bit-63", BIT(63) | 0x45},
        {SEAL_TECHNOLOGY_SEV_ES, "nodbg bit-2=0", 0x1},
        {SEAL_TECHNOLOGY_SEV_SNP, "smt bit-17=0 bit-40", BIT(40) | 0x10000},
        {SEAL_TECHNOLOGY_TDX, "debug bit-1", 0x3},
        {SEAL_TECHNOLOGY_NONE, "bit-0 bit-17", 0x20001},
        {SEAL_TECHNOLOGY_S390_PV, "", 0},
        {SEAL_TECHNOLOGY_AUTO, "bit-2", 0x4},
        {SEAL_TECHNOLOGY_INVALID, "bit-2", 0x4},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) expected = split(rows[i].flags);
        g_auto(GStrv) decoded = seal_policy_decode(rows[i].technology, rows[i].policy);

        g_assert_cmpstrv(decoded, expected);
    }
}

static void
test_debug_allowed(void)
{
    g_assert_true(seal_policy_debug_allowed(SEAL_TECHNOLOGY_SEV, 0x2));
    g_assert_false(seal_policy_debug_allowed(SEAL_TECHNOLOGY_SEV, 0x1));
    g_assert_true(seal_policy_debug_allowed(SEAL_TECHNOLOGY_SEV_ES, 0x4));
    g_assert_false(seal_policy_debug_allowed(SEAL_TECHNOLOGY_SEV_ES, 0x5));
    g_assert_true(seal_policy_debug_allowed(SEAL_TECHNOLOGY_SEV_SNP, 0xb0000));
    g_assert_false(seal_policy_debug_allowed(SEAL_TECHNOLOGY_SEV_SNP, 0x30001));
    g_assert_true(seal_policy_debug_allowed(SEAL_TECHNOLOGY_TDX, 0x10000001));
    g_assert_false(seal_policy_debug_allowed(SEAL_TECHNOLOGY_TDX, 0x10000000));
    g_assert_true(seal_policy_debug_allowed(SEAL_TECHNOLOGY_NONE, 0));
    g_assert_false(seal_policy_debug_allowed(SEAL_TECHNOLOGY_S390_PV, 0));
}

/* Names are unique per technology, aliases lead to a flag on the same bits. */
static void
test_table(void)
{
    gsize n;
    const SealPolicyField *fields = seal_policy_get_fields(&n);

    for (gsize i = 0; i < n; i++) {
        gboolean found = fields[i].alias_of == NULL;

        g_assert_nonnull(fields[i].summary);
        g_assert_false(fields[i].inverted && !fields[i].alias_of);
        for (gsize k = 0; k < n; k++) {
            if (k == i || !(fields[k].technologies & fields[i].technologies))
                continue;
            g_assert_cmpstr(fields[i].name, !=, fields[k].name);
            found |= g_strcmp0(fields[i].alias_of, fields[k].name) == 0 &&
                     seal_policy_field_mask(&fields[i]) == seal_policy_field_mask(&fields[k]);
        }
        g_assert_true(found);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/vectors", test_vectors);
    g_test_add_func("/policy/aliases", test_aliases);
    g_test_add_func("/policy/no-flags", test_no_flags);
    g_test_add_func("/policy/refusals", test_refusals);
    g_test_add_func("/policy/round-trip", test_round_trip);
    g_test_add_func("/policy/every-bit", test_every_bit);
    g_test_add_func("/policy/cure", test_validate_says_the_cure);
    g_test_add_func("/policy/cure-is-taken", test_cure_is_taken);
    g_test_add_func("/policy/decode-illegal", test_decode_illegal);
    g_test_add_func("/policy/debug-allowed", test_debug_allowed);
    g_test_add_func("/policy/table", test_table);
    return g_test_run();
}
