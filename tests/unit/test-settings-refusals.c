/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Settings that are refused: the catalogue of bad input, setting by setting. The settings of a case
 * are written in GVariant's text form, so that a case is one line: the settings and a piece that
 * the message must have in it. The key and the value seen must be in every message.
 */

#include "error.h"
#include "settings.h"
#include "test-base64.h"

#include <string.h>

#define MEM "'memory': <uint64 4294967296>"
#define DISK "'disks': <[{'path': <'/images/a.qcow2'>}]>"
#define GOOD MEM ", " DISK

static SealSettings *
parse(const char *dict, GError **error)
{
    g_autoptr(GError) syntax = NULL;
    g_autofree char *short_text = g_strdup_printf("{%s}", dict);
    g_autofree char *text = test_base64_expand(short_text);
    g_autoptr(GVariant) value = g_variant_parse(G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &syntax);

    g_assert_no_error(syntax);
    return seal_settings_parse("vm", value, error);
}

static void
assert_has(const char *message, const char *piece)
{
    if (!strstr(message, piece))
        g_error("\"%s\" is not in the message \"%s\"", piece, message);
}

static void
assert_refused(const char *dict, const char *const *pieces, gsize n)
{
    g_autoptr(GError) error = NULL;

    if (parse(dict, &error))
        g_error("accepted: %s", dict);
    g_assert_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    for (gsize i = 0; i < n && pieces[i]; i++)
        assert_has(error->message, pieces[i]);
}

typedef struct {
    const char *dict;
    const char *pieces[3];
} Refusal;

static const Refusal refusals[] = {
    /* the dictionary itself */
    {"", {"memory is missing", "memory=4294967296"}},
    {MEM, {"nothing to boot from", "/var/lib/libvirt/images"}},
    {GOOD ", 'memry': <uint64 1>", {"\"memry\"", "did you mean memory?"}},
    {GOOD ", 'policy_flags': <@as []>", {"\"policy_flags\"", "did you mean policy-flags?"}},
    {GOOD ", 'VCPUS': <1>", {"\"VCPUS\"", "did you mean vcpus?"}},
    {GOOD ", 'frobnicate': <1>", {"\"frobnicate\"", "technology, memory, vcpus", "restart"}},
    {GOOD ", '': <1>", {"\"\""}},
    {GOOD ", '\\u001b[2J': <1>", {"\\u{1b}[2J"}},
    {GOOD ", 'vcpus': <uint32 1>, 'vcpus': <uint32 1>", {"vcpus is given twice"}},
    /* types */
    {"'memory': <int64 4294967296>, " DISK, {"memory = 4294967296", "\"x\"", "\"t\""}},
    {"'memory': <4096>, " DISK, {"memory = 4096", "\"i\"", "\"t\" (unsigned 64 bit number)"}},
    {"'memory': <'4G'>, " DISK, {"memory = '4G'", "\"s\"", "\"t\""}},
    {"'memory': <4e9>, " DISK, {"\"d\"", "\"t\""}},
    {"'memory': <uint32 4096>, " DISK, {"\"u\"", "\"t\""}},
    {GOOD ", 'vcpus': <uint64 2>", {"vcpus = 2", "\"t\"", "\"u\""}},
    {GOOD ", 'console': <'yes'>", {"console = 'yes'", "\"s\"", "\"b\" (boolean)"}},
    {GOOD ", 'technology': <true>", {"technology = true", "\"b\"", "\"s\""}},
    {GOOD ", 'rng': <<<<true>>>>", {"rng is of D-Bus type \"v\"", "\"b\""}},
    {GOOD ", 'policy-flags': <'nodbg'>", {"policy-flags = 'nodbg'", "\"s\"", "\"as\""}},
    {GOOD ", 'networks': <'default'>", {"networks", "\"s\"", "\"aa{sv}\""}},
    {MEM ", 'disks': <['/a.img']>", {"disks", "\"as\"", "\"aa{sv}\""}},
    {MEM ", 'disks': <{'path': <'/a.img'>}>", {"disks", "\"a{sv}\"", "\"aa{sv}\""}},
    /* numbers */
    {"'memory': <uint64 0>, " DISK, {"memory is 0", "16777216", "4294967296"}},
    {"'memory': <uint64 1>, " DISK, {"memory is 1;"}},
    {"'memory': <uint64 16777215>, " DISK, {"memory is 16777215"}},
    {"'memory': <uint64 4294967297>, " DISK, {"memory is 4294967297", "multiple of 1048576"}},
    {"'memory': <uint64 17592187092992>, " DISK, {"memory is 17592187092992"}},
    {"'memory': <uint64 18446744073709551615>, " DISK, {"18446744073709551615"}},
    {GOOD ", 'vcpus': <uint32 0>", {"vcpus is 0", "1 to 4096"}},
    {GOOD ", 'vcpus': <uint32 4097>", {"vcpus is 4097"}},
    {GOOD ", 'vcpus': <uint32 4294967295>", {"vcpus is 4294967295"}},
    /* words */
    {GOOD ", 'technology': <'SEV'>", {"technology is \"SEV\"", "auto, sev, sev-es"}},
    {GOOD ", 'technology': <'s390-pv'>", {"\"s390-pv\"", "give one of"}},
    {GOOD ", 'technology': <''>", {"technology is \"\""}},
    {GOOD ", 'display': <'rdp'>", {"display is \"rdp\"", "none, vnc, spice"}},
    {GOOD ", 'video': <'ati'>", {"video is \"ati\"", "auto, none, std, cirrus", "serial"}},
    {GOOD ", 'restart': <'always'>", {"restart is \"always\"", "no, guest-reboot"}},
    {GOOD ", 'memory-backing': <'memfd'>",
     {"memory-backing is \"memfd\"", "not needed", "hard-limit"}},
    {GOOD ", 'memory-backing': <'shared'>", {"\"shared\"", "open to other processes"}},
    {GOOD ", 'technology': <'snp'>", {"technology is \"snp\", which is called sev-snp"}},
    /* machine, firmware */
    {GOOD ", 'machine': <'microvm'>", {"machine is \"microvm\"", "q35"}},
    {GOOD ", 'machine': <'q35,accel=tcg'>", {"machine is \"q35,accel=tcg\""}},
    {GOOD ", 'machine': <''>", {"machine is \"\""}},
    {GOOD ", 'firmware': <'OVMF.fd'>", {"firmware is \"OVMF.fd\"", "absolute path"}},
    {GOOD ", 'firmware': <'/a/../OVMF.fd'>", {"firmware is", "without \"..\""}},
    {GOOD ", 'nvram-template': <'/VARS.fd'>", {"nvram-template", "firmware=PATH"}},
    {GOOD ", 'firmware': <'efi'>, 'nvram-template': <'/VARS.fd'>", {"nvram-template"}},
    /* disks */
    {MEM ", 'disks': <[{'pth': <'/a.img'>}]>", {"\"disks[0].pth\"", "did you mean path?"}},
    {MEM ", 'disks': <[{'frob': <uint64 1>}]>", {"\"disks[0].frob\"", "path, pool, volume"}},
    {MEM ", 'disks': <[{'path': <'a.img'>}]>", {"disks[0].path is \"a.img\"", "absolute"}},
    {MEM ", 'disks': <[{'path': <''>}]>", {"disks[0].path is \"\""}},
    {MEM ", 'disks': <[{'path': <'/a/../b.img'>}]>", {"without \"..\""}},
    {MEM ", 'disks': <[{'path': <'/..'>}]>", {"without \"..\""}},
    {MEM ", 'disks': <[{'path': <'/a\\nb.img'>}]>", {"/a\\u{a}b.img", "control characters"}},
    {MEM ", 'disks': <[{'path': <'/a\\uffffb.img'>}]>", {"control characters"}},
    {MEM ", 'disks': <[{'path': <'/images/'>}]>", {"not of a directory"}},
    {MEM ", 'disks': <[{'path': <'/a.img '>}]>", {"blank at its end"}},
    {MEM ", 'disks': <[{'path': <'/proc/self/fd/3'>}]>", {"under /proc"}},
    {MEM ", 'disks': <[{'path': <'//proc/./self/mem'>}]>", {"under /proc"}},
    {MEM ", 'disks': <[{'path': <'/dev/stdin'>}]>", {"/dev/fd"}},
    {MEM ", 'disks': <[{'path': <'/a.vmdk'>}]>", {"disks[0] is \"/a.vmdk\"", "format=raw"}},
    {MEM ", 'disks': <[{'path': <'/a'>, 'format': <'vmdk'>}]>", {"format is \"vmdk\"", "qcow2"}},
    {MEM ", 'disks': <[{'path': <'/a.img'>, 'bus': <'ide'>}]>", {"disks[0].bus is \"ide\"", "q35"}},
    {MEM ", 'disks': <[{'path': <'/a.img'>, 'device': <'floppy'>}]>", {"is \"floppy\""}},
    {MEM ", 'disks': <[{'path': <'/a.iso'>, 'device': <'cdrom'>, 'bus': <'virtio'>}]>", {"cdrom"}},
    {MEM ", 'disks': <[{'path': <'/a.img'>, 'bus': <'sata'>, 'readonly': <true>}]>", {"read-only"}},
    {MEM ", 'disks': <[{'path': <'/a.img'>, 'boot-order': <uint32 0>}]>", {"boot-order is 0"}},
    {MEM ", 'disks': <[@a{sv} {}]>", {"disks[0] has no source"}},
    {MEM ", 'disks': <[{'device': <'cdrom'>}]>", {"nothing to boot from"}},
    {MEM ", 'disks': <[{'pool': <'p'>}]>", {"disks[0] has pool without volume"}},
    {MEM ", 'disks': <[{'volume': <'v'>}]>", {"disks[0] has volume without pool"}},
    {MEM ", 'disks': <[{'pool': <'p'>, 'volume': <'v.img'>, 'path': <'/a.img'>}]>", {"both"}},
    {MEM ", 'disks': <[{'pool': <'a/b'>, 'volume': <'v.img'>}]>", {"disks[0].pool is \"a/b\""}},
    {MEM ", 'disks': <[{'pool': <'p'>, 'volume': <'..'>}]>", {"disks[0].volume is \"..\""}},
    {MEM ", 'disks': <[{'path': <'/a.img'>}, {'path': <'//./a.img'>}]>", {"disks[1]", "once"}},
    {MEM ", 'disks': <[{'path': <'/a.img'>, 'boot-order': <uint32 2>}, "
         "{'path': <'/b.img'>, 'boot-order': <uint32 2>}]>",
     {"disks[1].boot-order is 2"}},
    /* volumes to be created */
    {MEM ", 'disks': <[{'pool': <'p'>, 'volume': <'v.img'>, 'size': <uint64 0>}]>", {"size is 0"}},
    {MEM ", 'disks': <[{'pool': <'p'>, 'volume': <'v.img'>, 'size': <uint64 1048577>}]>",
     {"disks[0].size is 1048577", "multiple of 1048576"}},
    {MEM ", 'disks': <[{'pool': <'p'>, 'volume': <'v.img'>, 'size': <uint64 9007199254740992>}]>",
     {"disks[0].size is 9007199254740992"}},
    {MEM ", 'disks': <[{'pool': <'p'>, 'volume': <'v.img'>, 'size': <uint32 1048576>}]>",
     {"disks[0].size = 1048576", "\"u\"", "\"t\""}},
    {MEM ", 'disks': <[{'path': <'/a.img'>, 'size': <uint64 1048576>}]>",
     {"disks[0].size is 1048576", "pool and volume"}},
    {MEM ", 'disks': <[{'pool': <'p'>, 'volume': <'v.img'>, 'size': <uint64 1048576>, "
         "'readonly': <true>}]>",
     {"disks[0].size is 1048576", "never write"}},
    {MEM ", 'disks': <[{'pool': <'p'>, 'volume': <'v.iso'>, 'size': <uint64 1048576>, "
         "'device': <'cdrom'>}]>",
     {"disks[0].size is 1048576", "never write"}},
    {MEM ", 'disks': <[{'pool': <'p'>, 'volume': <'v'>, 'size': <uint64 1048576>}]>",
     {"disks[0] is \"v\"", "format=raw"}},
    /* networks */
    {GOOD ", 'networks': <[@a{sv} {}]>", {"networks[0].source is missing", "source=default"}},
    {GOOD ", 'networks': <[{'type': <'vhostuser'>}]>",
     {"networks[0].type is \"vhostuser\"", "needs guest memory"}},
    {GOOD ", 'networks': <[{'type': <'user'>, 'source': <'x'>}]>", {"networks[0].source"}},
    {GOOD ", 'networks': <[{'type': <'bridge'>, 'source': <'a-name-too-long-for-linux'>}]>",
     {"networks[0].source is \"a-name", "15 characters"}},
    {GOOD ", 'networks': <[{'type': <'direct'>, 'source': <'eth0 x'>}]>", {"\"eth0 x\""}},
    {GOOD ", 'networks': <[{'source': <'a/b'>}]>", {"networks[0].source is \"a/b\""}},
    {GOOD ", 'networks': <[{'source': <'d'>, 'mac': <'52:54:00'>}]>", {"is \"52:54:00\""}},
    {GOOD ", 'networks': <[{'source': <'d'>, 'mac': <'53:54:00:00:00:01'>}]>", {"multicast"}},
    {GOOD ", 'networks': <[{'source': <'d'>, 'mac': <'00:00:00:00:00:00'>}]>", {"chosen"}},
    {GOOD ", 'networks': <[{'source': <'d'>, 'mac': <'52-54-00-00-00-01'>}]>", {"52-54-00"}},
    {GOOD ", 'networks': <[{'source': <'d'>, 'mac': <'52:54:00:00:00:0A'>}, "
          "{'source': <'d'>, 'mac': <'52:54:00:00:00:0a'>}]>",
     {"networks[1].mac is \"52:54:00:00:00:0a\""}},
    {GOOD ", 'networks': <[{'source': <'d'>, 'mtu': <uint32 0>}]>", {"mtu is 0"}},
    {GOOD ", 'networks': <[{'source': <'d'>, 'mtu': <uint32 67>}]>", {"mtu is 67", "68"}},
    {GOOD ", 'networks': <[{'source': <'d'>, 'mtu': <uint32 65522>}]>", {"mtu is 65522", "65521"}},
    {GOOD ", 'networks': <[{'source': <'d'>, 'mtu': <uint32 65536>}]>", {"mtu is 65536"}},
    {GOOD ", 'networks': <[{'type': <'user'>, 'mtu': <uint32 1500>}]>", {"mtu is 1500"}},
    {GOOD ", 'networks': <[{'source': <'d'>, 'queues': <uint32 257>}]>", {"queues is 257"}},
    {GOOD ", 'networks': <[{'source': <'d'>, 'queues': <uint32 2>, 'model': <'e1000e'>}]>",
     {"queues is 2", "model virtio"}},
    {GOOD ", 'networks': <[{'type': <'user'>, 'queues': <uint32 2>}]>", {"queues is 2"}},
    {GOOD ", 'networks': <[{'source': <'d'>, 'model': <'virtio-transitional'>}]>", {"e1000e"}},
    /* kernel */
    {GOOD ", 'initrd': <'/initrd'>", {"initrd is given without a kernel"}},
    {GOOD ", 'cmdline': <'quiet'>", {"cmdline is given without a kernel"}},
    {GOOD ", 'kernel-hashes': <true>", {"kernel-hashes is given without a kernel"}},
    {GOOD ", 'kernel': <'vmlinuz'>", {"kernel is \"vmlinuz\""}},
    {GOOD ", 'kernel': <'/vmlinuz'>, 'cmdline': <'a\\nb'>", {"cmdline is \"a\\u{a}b\""}},
    {GOOD ", 'kernel': <'/vmlinuz'>, 'cmdline': <''>", {"cmdline is \"\"", "leave it out"}},
    /* policy and owner */
    {GOOD ", 'policy': <uint64 3>, 'policy-flags': <['nodbg']>", {"policy and policy-flags"}},
    {GOOD ", 'policy-flags': <['no dbg']>", {"policy-flags[0] is \"no dbg\""}},
    {GOOD ", 'dh-cert': <'@2084@'>", {"dh-cert is given without session"}},
    {GOOD ", 'session': <'@128@'>", {"session is given without dh-cert"}},
    {GOOD ", 'dh-cert': <'@2083@'>, 'session': <'@128@'>",
     {"dh-cert decodes to 2083", "exactly 2084"}},
    {GOOD ", 'dh-cert': <'@2084@'>, 'session': <'@129@'>",
     {"session decodes to 129", "exactly 128"}},
    {GOOD ", 'dh-cert': <''>, 'session': <'AAAA'>", {"dh-cert is not base64"}},
    {GOOD ", 'dh-cert': <'AAA'>, 'session': <'AAAA'>", {"length is 3"}},
    {GOOD ", 'dh-cert': <'AA=A'>, 'session': <'AAAA'>", {"character 3"}},
    {GOOD ", 'dh-cert': <'A==='>, 'session': <'AAAA'>", {"character 2"}},
    {GOOD ", 'dh-cert': <'AAAA\\nAAAA'>, 'session': <'AAAA'>", {"character 5", "base64 -w0"}},
    {GOOD ", 'dh-cert': <'/etc/passwd.b64.'>, 'session': <'AAAA'>", {"not a file name"}},
    {GOOD ", 'id-block': <'@95@'>, 'id-auth': <'@4096@'>",
     {"id-block decodes to 95", "exactly 96"}},
    {GOOD ", 'id-block': <'@96@'>, 'id-auth': <'@4095@'>", {"id-auth decodes to 4095", "4096"}},
    {GOOD ", 'id-block': <'@97@'>", {"id-block decodes to 97"}},
    {GOOD ", 'id-block': <'@96@'>", {"id-block is given without id-auth"}},
    {GOOD ", 'id-auth': <'@4096@'>", {"id-auth is given without id-block"}},
    {GOOD ", 'id-block': <'/etc/id-block.b'>", {"id-block is not base64", "not a file name"}},
    {GOOD ", 'author-key': <true>", {"author-key is true", "no id-auth"}},
    {GOOD ", 'author-key': <'yes'>", {"author-key = 'yes'", "\"b\""}},
    {GOOD ", 'vcek': <'no'>", {"vcek = 'no'", "\"b\""}},
    {GOOD ", 'host-data': <'@31@'>", {"host-data decodes to 31", "exactly 32"}},
    {GOOD ", 'host-data': <'@33@'>", {"host-data decodes to 33"}},
    {GOOD ", 'host-data': <'!!!!'>", {"host-data is not base64", "character 1"}},
    {GOOD ", 'guest-visible-workarounds': <'@15@'>", {"decodes to 15", "exactly 16"}},
    {GOOD ", 'mr-config-id': <'@47@'>", {"mr-config-id decodes to 47", "exactly 48"}},
    {GOOD ", 'mr-owner': <'@32@'>", {"mr-owner decodes to 32", "exactly 48"}},
    {GOOD ", 'mr-owner-config': <'@64@'>", {"mr-owner-config decodes to 64"}},
    {GOOD ", 'mr-owner-config': <''>", {"mr-owner-config is not base64"}},
    {GOOD ", 'quote-generation-socket': <'qgs.socket'>", {"absolute path"}},
    {GOOD ", 'quote-generation-socket': <'vsock:2:4050'>", {"absolute path"}},
    {GOOD
     ", 'quote-generation-socket': "
     "<'/run/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.socket'>",
     {"at most 107 bytes"}},
    /* what is not offered */
    {GOOD ", 'hostdev': <'0000:01:00.0'>", {"\"hostdev\"", "passed-through"}},
    {GOOD ", 'filesystems': <['/srv']>", {"\"filesystems\"", "virtiofs"}},
    {GOOD ", 'max-memory': <uint64 1>", {"\"max-memory\"", "neither added nor taken away"}},
    {GOOD ", 'max-vcpus': <uint32 1>", {"\"max-vcpus\"", "added later"}},
    {GOOD ", 'cbitpos': <uint32 51>", {"\"cbitpos\"", "processor generation"}},
    {GOOD ", 'cpu-model': <'EPYC'>", {"\"cpu-model\"", "host's own processor"}},
    /* memory backing and placement */
    {GOOD ", 'hugepage-size': <uint64 2097152>", {"hugepage-size is 2097152", "=hugepages"}},
    {GOOD ", 'memory-backing': <'hugepages'>, 'hugepage-size': <uint64 4096>", {"is 4096"}},
    {GOOD ", 'memory-backing': <'hugepages'>, 'hugepage-size': <uint64 6291456>",
     {"hugepage-size is 6291456", "1 GiB"}},
    {GOOD ", 'memory-backing': <'hugepages'>, 'hugepage-size': <uint64 4194304>",
     {"hugepage-size is 4194304", "no x86 processor"}},
    {"'memory': <uint64 3145728000>, " DISK
     ", 'memory-backing': <'hugepages'>, 'hugepage-size': <uint64 1073741824>",
     {"memory is 3145728000", "1073741824"}},
    {GOOD ", 'hard-limit-extra': <uint64 268435456>", {"hard-limit-extra", "=hard-limit"}},
    {GOOD ", 'memory-backing': <'hard-limit'>, 'hard-limit-extra': <uint64 0>", {"is 0"}},
    {GOOD ", 'numa-nodes': <''>", {"numa-nodes is \"\""}},
    {GOOD ", 'numa-nodes': <'0-'>", {"numa-nodes is \"0-\""}},
    {GOOD ", 'numa-nodes': <'3-1'>", {"numa-nodes is \"3-1\""}},
    {GOOD ", 'numa-nodes': <'0,^0'>", {"something must be left"}},
    {GOOD ", 'numa-nodes': <'^1'>", {"numa-nodes is \"^1\""}},
    {GOOD ", 'cpu-pinning': <'0-3,'>", {"cpu-pinning is \"0-3,\""}},
    {GOOD ", 'cpu-pinning': <'0, 1'>", {"cpu-pinning is \"0, 1\""}},
    {GOOD ", 'cpu-pinning': <'16384'>", {"cpu-pinning is \"16384\""}},
    {GOOD ", 'cpu-pinning': <'99999999999999999999'>", {"cpu-pinning is"}},
    /* display */
    {GOOD ", 'display': <'vnc'>, 'video': <'none'>", {"video is none"}},
    {GOOD ", 'video-memory': <uint64 16777216>", {"video-memory is 16777216", "video=std"}},
    {GOOD ", 'video': <'cirrus'>, 'video-memory': <uint64 16777216>", {"video=std"}},
    {GOOD ", 'video': <'qxl'>, 'video-memory': <uint64 536870912>", {"video-memory is 536870912"}},
    {GOOD ", 'display': <'vnc'>, 'video': <'serial'>", {"video is serial", "display=none"}},
    {GOOD ", 'video': <'serial'>, 'console': <false>", {"video is serial", "console=true"}},
    {GOOD ", 'video': <'virtio-gl'>", {"video is virtio-gl", "display=vnc"}},
    {GOOD ", 'clipboard': <true>", {"clipboard is true", "no display"}},
    {GOOD ", 'clipboard': <'yes'>", {"clipboard = 'yes'", "\"b\""}},
    {GOOD ", 'video': <'std'>, 'video-memory': <uint64 3145728>", {"power of two"}},
    {GOOD ", 'video': <'std'>, 'video-memory': <uint64 268435456>, 'memory-backing': "
          "<'hard-limit'>",
     {"video-memory is 268435456", "hard-limit-extra=335544320"}},
    {GOOD ", 'video': <'qxl'>, 'video-memory': <uint64 134217728>, 'memory-backing': "
          "<'hard-limit'>, 'hard-limit-extra': <uint64 402653183>",
     {"hard-limit-extra is 402653183"}},
    {GOOD ", 'video': <'qxl'>, 'video-memory': <uint64 134217728>, 'memory-backing': "
          "<'hard-limit'>, 'hard-limit-extra': <uint64 401604608>",
     {"leaves only 401604608", "hard-limit-extra=402653184"}},
};

static void
test_refusals(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
        assert_refused(refusals[i].dict, refusals[i].pieces, G_N_ELEMENTS(refusals[i].pieces));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/settings-refusals/all", test_refusals);
    return g_test_run();
}
