/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One fault in settings that were good: a table of ways, each a small function
 * that changes the dictionary and tells the word by which the error must name
 * what is wrong.
 */

#include "random-chance.h"
#include "random-settings.h"

#include "settings.h"

#define MAC "52:54:00:00:00:0a"
#define MIB (G_GUINT64_CONSTANT(1) << 20)

typedef struct {
    GRand *rand;
    RandomVm *vm;
    GVariantDict dict;
} Spoil;

typedef const char *(*Way)(Spoil *spoil);

static void
put(Spoil *spoil, const char *key, const char *value)
{
    g_variant_dict_insert_value(&spoil->dict, key, g_variant_new_parsed(value));
}

static const char *
wrong_type(Spoil *spoil)
{
    gsize n;
    g_autofree SealSettingInfo *infos = seal_settings_list(&n);
    const SealSettingInfo *info = &infos[g_rand_int_range(spoil->rand, 0, (gint32)n)];

    /* No setting is a signed number, nor an array of them. */
    put(spoil, info->key, random_chance_once(spoil->rand, 2) ? "int64 1" : "[1, 2]");
    return info->key;
}

static const char *
unknown_key(Spoil *spoil)
{
    static const char *const keys[] = {"qqqqqqqqqqqq", "hostdev",  "filesystems",
                                       "max-memory",   "kernel ",  "Memory-Backing",
                                       "policy_flags", "cpu-model"};
    const char *key = keys[g_rand_int_range(spoil->rand, 0, G_N_ELEMENTS(keys))];

    put(spoil, key, "'x'");
    return key;
}

static const char *
no_memory(Spoil *spoil)
{
    g_variant_dict_remove(&spoil->dict, "memory");
    return "memory";
}

static const char *
bad_memory(Spoil *spoil)
{
    const guint64 bad[] = {0, 1, 15 * MIB, 16 * MIB + 1, G_MAXUINT64, MIB << 40};

    g_variant_dict_insert(&spoil->dict, "memory", "t",
                          bad[g_rand_int_range(spoil->rand, 0, G_N_ELEMENTS(bad))]);
    return "memory is ";
}

static const char *
bad_vcpus(Spoil *spoil)
{
    const guint32 bad[] = {0, 256, 4096, 4097, G_MAXUINT32};

    g_variant_dict_insert(&spoil->dict, "vcpus", "u",
                          bad[g_rand_int_range(spoil->rand, 0, G_N_ELEMENTS(bad))]);
    return "vcpus is ";
}

static const char *
bad_word(Spoil *spoil)
{
    static const char *const keys[] = {"technology", "memory-backing", "display", "video",
                                       "restart"};
    const char *key = keys[g_rand_int_range(spoil->rand, 0, G_N_ELEMENTS(keys))];
    g_autofree char *word = random_chance_pick(spoil->rand, "x NONE none, auto- ide");

    g_variant_dict_insert(&spoil->dict, key, "s", word);
    return key;
}

static const char *
bad_base64(Spoil *spoil)
{
    static const struct {
        const char *key;
        gsize size;
    } keys[] = {{"id-block", 96},
                {"id-auth", 4096},
                {"host-data", 32},
                {"mr-config-id", 48},
                {"mr-owner", 48},
                {"mr-owner-config", 48},
                {"guest-visible-workarounds", 16}};
    guint i = (guint)g_rand_int_range(spoil->rand, 0, G_N_ELEMENTS(keys));
    gsize size = keys[i].size + (random_chance_once(spoil->rand, 2) ? 1 : (gsize)-1);
    g_autofree char *base64 = random_chance_base64(spoil->rand, size);

    if (random_chance_once(spoil->rand, 3))
        base64[g_rand_int_range(spoil->rand, 0, 4)] =
            random_chance_once(spoil->rand, 2) ? '-' : ' ';
    g_variant_dict_insert(&spoil->dict, keys[i].key, "s", base64);
    return keys[i].key;
}

static const char *
bad_text(Spoil *spoil)
{
    static const struct {
        const char *key;
        const char *value;
    } texts[] = {
        {"machine", "'microvm'"},       {"machine", "'q35,accel=tcg'"},
        {"firmware", "'OVMF.fd'"},      {"firmware", "'/a/../b.fd'"},
        {"kernel", "'vmlinuz'"},        {"numa-nodes", "'3-1'"},
        {"numa-nodes", "''"},           {"cpu-pinning", "'all'"},
        {"cpu-pinning", "'0,'"},        {"quote-generation-socket", "'qgs'"},
        {"policy-flags", "['no dbg']"}, {"kernel", "'/a\\nb'"},
    };
    guint i = (guint)g_rand_int_range(spoil->rand, 0, G_N_ELEMENTS(texts));

    put(spoil, texts[i].key, texts[i].value);
    return texts[i].key;
}

static const char *
bad_disk(Spoil *spoil)
{
    static const char *const disks[] = {
        "[@a{sv} {}]",
        "[{'path': <'a.img'>}]",
        "[{'path': <'/a.vmdk'>}]",
        "[{'path': <'/a.img'>, 'size': <uint64 1048576>}]",
        "[{'path': <'/a.img'>, 'pool': <'p'>, 'volume': <'v'>}]",
        "[{'pool': <'p'>, 'volume': <'v.img'>, 'size': <uint64 1048577>}]",
        "[{'pool': <'p'>}]",
        "[{'path': <'/a.img'>, 'bus': <'ide'>}]",
        "[{'path': <'/a.img'>, 'boot-order': <uint32 0>}]",
        "[{'path': <'/a.img'>, 'cache': <'none'>}]",
        "[{'path': <'/a.iso'>, 'device': <'cdrom'>, 'bus': <'virtio'>}]",
        "[{'path': <'/b.img'>}, {'path': <'/b.img'>}]",
        "[{'path': <'/dev/stdin'>}]",
    };

    put(spoil, "disks", disks[g_rand_int_range(spoil->rand, 0, G_N_ELEMENTS(disks))]);
    return "disks[";
}

static const char *
bad_network(Spoil *spoil)
{
    static const char *const networks[] = {
        "[@a{sv} {}]",
        "[{'type': <'user'>, 'source': <'x'>}]",
        "[{'type': <'hostdev'>, 'source': <'x'>}]",
        "[{'type': <'bridge'>, 'source': <'a-name-too-long-for-linux'>}]",
        "[{'source': <'d'>, 'mac': <'53:54:00:00:00:01'>}]",
        "[{'source': <'d'>, 'mtu': <uint32 67>}]",
        "[{'source': <'d'>, 'queues': <uint32 257>}]",
        "[{'source': <'d'>, 'queues': <uint32 2>, 'model': <'e1000e'>}]",
        "[{'source': <'d'>, 'model': <'ne2k'>}]",
        "[{'type': <'user'>, 'mac': <'52:54:0:0:0:1'>}]",
        "[{'type': <'user'>, 'mac': <'" MAC "'>}, {'type': <'user'>, 'mac': <'" MAC "'>}]",
        "[{'source': <'d'>, 'speed': <uint32 1>}]",
    };

    put(spoil, "networks", networks[g_rand_int_range(spoil->rand, 0, G_N_ELEMENTS(networks))]);
    return "networks[";
}

static const char *
orphan(Spoil *spoil)
{
    static const char *const keys[] = {"initrd", "cmdline"};
    const char *key = keys[g_rand_int_range(spoil->rand, 0, 2)];

    g_variant_dict_remove(&spoil->dict, "kernel");
    g_variant_dict_remove(&spoil->dict, g_str_equal(key, "initrd") ? "cmdline" : "initrd");
    put(spoil, key, "'/x'");
    return key;
}

static const char *
half_pair(Spoil *spoil)
{
    static const struct {
        const char *given;
        gsize size;
        const char *missing;
    } pairs[] = {{"dh-cert", 2084, "session"},
                 {"session", 128, "dh-cert"},
                 {"id-block", 96, "id-auth"},
                 {"id-auth", 4096, "id-block"}};
    guint i = (guint)g_rand_int_range(spoil->rand, 0, G_N_ELEMENTS(pairs));
    g_autofree char *base64 = random_chance_base64(spoil->rand, pairs[i].size);

    g_variant_dict_insert(&spoil->dict, pairs[i].given, "s", base64);
    g_variant_dict_remove(&spoil->dict, pairs[i].missing);
    return pairs[i].missing;
}

static const char *
two_policies(Spoil *spoil)
{
    put(spoil, "policy", "uint64 3");
    put(spoil, "policy-flags", "['nodbg']");
    return "policy and policy-flags";
}

static const char *
pages_of_nothing(Spoil *spoil)
{
    put(spoil, "memory-backing", "'locked'");
    put(spoil, "hugepage-size", "uint64 2097152");
    return "hugepage-size";
}

static const char *
bad_video_memory(Spoil *spoil)
{
    put(spoil, "video", "'std'");
    put(spoil, "video-memory", "uint64 3145728");
    return "video-memory is 3145728";
}

static const char *
clipboard_of_nobody(Spoil *spoil)
{
    g_variant_dict_remove(&spoil->dict, "video");
    g_variant_dict_remove(&spoil->dict, "video-memory");
    g_variant_dict_remove(&spoil->dict, "display");
    put(spoil, "clipboard", "true");
    return "clipboard";
}

/* A setting that only another technology has. */
static const char *
misfit(Spoil *spoil)
{
    gboolean snp = spoil->vm->technology == SEAL_TECHNOLOGY_SEV_SNP;
    const char *key = snp ? "mr-owner" : "host-data";
    g_autofree char *base64 = random_chance_base64(spoil->rand, snp ? 48 : 32);

    g_variant_dict_insert(&spoil->dict, key, "s", base64);
    return key;
}

static const char *
reserved_bit(Spoil *spoil)
{
    g_variant_dict_remove(&spoil->dict, "policy-flags");
    /* The bit 40 is reserved everywhere, and beyond the field of SEV. */
    put(spoil, "policy", "uint64 1099511627776");
    return "policy";
}

static const Way ways[] = {
    wrong_type,       unknown_key,         no_memory,    bad_memory,   bad_vcpus,
    bad_word,         bad_base64,          bad_text,     bad_disk,     bad_network,
    orphan,           half_pair,           misfit,       two_policies, pages_of_nothing,
    bad_video_memory, clipboard_of_nobody, reserved_bit,
};

const char *
random_settings_spoil(RandomVm *vm, GRand *rand)
{
    Spoil spoil = {.rand = rand, .vm = vm};
    const char *word;

    g_variant_dict_init(&spoil.dict, vm->dict);
    word = ways[g_rand_int_range(rand, 0, G_N_ELEMENTS(ways))](&spoil);
    g_variant_unref(vm->dict);
    vm->dict = g_variant_ref_sink(g_variant_dict_end(&spoil.dict));
    return word;
}
