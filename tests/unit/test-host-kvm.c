/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which policy bits KVM takes is asked of a kernel made here: one that tells,
 * one that is older, and one that promises and then fails. What is no KVM
 * device is never asked at all.
 */

#include <errno.h>
#include <linux/kvm.h>

#include "host-kvm.h"
#include "test-tree.h"

#define BITS G_GUINT64_CONSTANT(0x1fbffff)

/* Group and attribute of KVM_X86_SNP_POLICY_BITS, as the kernel's header numbers them. */
static gboolean
is_policy_bits(const struct kvm_device_attr *attribute)
{
    return attribute->group == 1 && attribute->attr == 1 && attribute->flags == 0;
}

static int
ask_newer(int fd, unsigned long request, gpointer argument)
{
    const struct kvm_device_attr *attribute = argument;

    g_assert_cmpint(fd, ==, 7);
    g_assert_true(is_policy_bits(attribute));
    if (request == KVM_HAS_DEVICE_ATTR)
        return 0;
    g_assert_cmpuint(request, ==, KVM_GET_DEVICE_ATTR);
    *(guint64 *)(guintptr)attribute->addr = BITS;
    return 0;
}

static int
ask_older(int fd, unsigned long request, gpointer argument)
{
    errno = ENXIO;
    return -1;
}

static int
ask_broken(int fd, unsigned long request, gpointer argument)
{
    errno = EFAULT;
    return request == KVM_HAS_DEVICE_ATTR ? 0 : -1;
}

static void
test_answers(void)
{
    guint64 bits = 42;

    g_assert_false(host_kvm_ask_policy(7, ask_older, &bits));
    g_assert_false(host_kvm_ask_policy(7, ask_broken, &bits));
    g_assert_cmpuint(bits, ==, 42);
    g_assert_true(host_kvm_ask_policy(7, ask_newer, &bits));
    g_assert_cmpuint(bits, ==, BITS);
}

static void
test_only_the_device_is_asked(void)
{
    char *root = test_tree_new();
    SealFacts *facts = seal_facts_new();

    facts->snp_policy = (SealFactsPolicy){TRUE, BITS};
    host_kvm_read(root, facts);
    g_assert_false(facts->snp_policy.known);
    test_tree_write(root, "/dev/kvm", "no device");
    host_kvm_read(root, facts);
    g_assert_false(facts->snp_policy.known);
    seal_facts_free(facts);
    test_tree_free(root);
}

/* Whatever this machine's KVM says, it says in bits that a policy can have. */
static void
test_this_machine(void)
{
    SealFacts *facts = seal_facts_new();

    host_kvm_read("/", facts);
    if (facts->snp_policy.known)
        g_assert_cmpuint(facts->snp_policy.bits & 0xffff, !=, 0);
    else
        g_assert_cmpuint(facts->snp_policy.bits, ==, 0);
    seal_facts_free(facts);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host-kvm/answers", test_answers);
    g_test_add_func("/host-kvm/only-the-device-is-asked", test_only_the_device_is_asked);
    g_test_add_func("/host-kvm/this-machine", test_this_machine);
    return g_test_run();
}
