/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What linux/kvm.h says since Linux 6.8 to 6.16, for builds with older headers.
 *
 * The lab's library is built on Debian 12, whose headers are those of Linux 6.1, and is asked by a
 * QEMU that was built with newer ones. The names differ from the kernel's on purpose, so that both
 * can be included together; the numbers and the layout are its binary interface.
 */

#pragma once

#include <stdint.h>

#include <linux/ioctl.h>

#define NEW_CAP_EXIT_HYPERCALL 201
#define NEW_CAP_USER_MEMORY2 231
#define NEW_CAP_MEMORY_ATTRIBUTES 233
#define NEW_CAP_GUEST_MEMFD 234
#define NEW_CAP_VM_TYPES 235
#define NEW_CAP_APIC_BUS_CYCLES 237
#define NEW_CAP_GUEST_MEMFD_FLAGS 244

#define NEW_VM_PLAIN 0u
#define NEW_VM_SEV 2u
#define NEW_VM_SEV_ES 3u
#define NEW_VM_SNP 4u
#define NEW_VM_TDX 5u

#define NEW_HC_MAP_GPA_RANGE 12
#define NEW_MEMORY_PRIVATE (1u << 3)
#define NEW_MEM_GUEST_MEMFD (1u << 2)

#define NEW_GROUP_SEV 1u
#define NEW_SEV_VMSA_FEATURES 0u
#define NEW_SNP_POLICY_BITS 1u

#define NEW_SEV_INIT2 22u
#define NEW_SNP_LAUNCH_START 100u
#define NEW_SNP_LAUNCH_UPDATE 101u
#define NEW_SNP_LAUNCH_FINISH 102u

#define NEW_SNP_PAGE_NORMAL 1u
#define NEW_SNP_PAGE_VMSA 2u

#define NEW_TDX_CAPABILITIES 0u
#define NEW_TDX_INIT_VM 1u
#define NEW_TDX_INIT_VCPU 2u
#define NEW_TDX_INIT_MEM_REGION 3u
#define NEW_TDX_FINALIZE_VM 4u
#define NEW_TDX_GET_CPUID 5u

/** Argument of KVM_SET_USER_MEMORY_REGION2. */
typedef struct {
    uint32_t slot;
    uint32_t flags;
    uint64_t guest_phys_addr;
    uint64_t memory_size;
    uint64_t userspace_addr;
    uint64_t guest_memfd_offset;
    uint32_t guest_memfd;
    uint32_t pad1;
    uint64_t pad2[14];
} NewMemoryRegion;

/** Argument of KVM_SET_MEMORY_ATTRIBUTES. */
typedef struct {
    uint64_t address;
    uint64_t size;
    uint64_t attributes;
    uint64_t flags;
} NewMemoryAttributes;

/** Argument of KVM_CREATE_GUEST_MEMFD. */
typedef struct {
    uint64_t size;
    uint64_t flags;
    uint64_t reserved[6];
} NewGuestMemfd;

/** Data of KVM_SEV_INIT2. */
typedef struct {
    uint64_t vmsa_features;
    uint32_t flags;
    uint16_t ghcb_version;
    uint16_t pad1;
    uint32_t pad2[8];
} NewSevInit;

/** Data of KVM_SEV_SNP_LAUNCH_START. */
typedef struct {
    uint64_t policy;
    uint8_t workarounds[16];
    uint16_t flags;
    uint8_t pad0[6];
    uint64_t pad1[4];
} NewSnpStart;

/** Data of KVM_SEV_SNP_LAUNCH_UPDATE. */
typedef struct {
    uint64_t gfn_start;
    uint64_t uaddr;
    uint64_t len;
    uint8_t type;
    uint8_t pad0;
    uint16_t flags;
    uint32_t pad1;
    uint64_t pad2[4];
} NewSnpUpdate;

/** Data of KVM_SEV_SNP_LAUNCH_FINISH. */
typedef struct {
    uint64_t id_block_uaddr;
    uint64_t id_auth_uaddr;
    uint8_t id_block_en;
    uint8_t auth_key_en;
    uint8_t vcek_disabled;
    uint8_t host_data[32];
    uint8_t pad0[3];
    uint16_t flags;
    uint64_t pad1[4];
} NewSnpFinish;

/** Argument of KVM_MEMORY_ENCRYPT_OP of a TDX guest. */
typedef struct {
    uint32_t id;
    uint32_t flags;
    uint64_t data;
    uint64_t hw_error;
} NewTdxCommand;

/** Data of KVM_TDX_CAPABILITIES; n_cpuid heads the list of entries that follows. */
typedef struct {
    uint64_t supported_attributes;
    uint64_t supported_xfam;
    uint64_t reserved[254];
    uint32_t n_cpuid;
    uint32_t pad;
} NewTdxCapabilities;

/** Data of KVM_TDX_INIT_VM, without the list of CPUID entries that ends it. */
typedef struct {
    uint64_t attributes;
    uint64_t xfam;
    uint64_t mrconfigid[6];
    uint64_t mrowner[6];
    uint64_t mrownerconfig[6];
} NewTdxInit;

/** Data of KVM_TDX_INIT_MEM_REGION. */
typedef struct {
    uint64_t source;
    uint64_t address;
    uint64_t n_pages;
} NewTdxRegion;

#define NEW_SET_USER_MEMORY_REGION2 _IOW(0xae, 0x49, NewMemoryRegion)
#define NEW_SET_MEMORY_ATTRIBUTES _IOW(0xae, 0xd2, NewMemoryAttributes)
#define NEW_CREATE_GUEST_MEMFD _IOWR(0xae, 0xd4, NewGuestMemfd)

_Static_assert(sizeof(NewMemoryRegion) == 160, "layout of the kernel");
_Static_assert(sizeof(NewGuestMemfd) == 64, "layout of the kernel");
_Static_assert(sizeof(NewSevInit) == 48, "layout of the kernel");
_Static_assert(sizeof(NewSnpStart) == 64, "layout of the kernel");
_Static_assert(sizeof(NewSnpUpdate) == 64, "layout of the kernel");
_Static_assert(sizeof(NewSnpFinish) == 88, "layout of the kernel");
