/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel says on Intel hosts (dmesg) when TDX cannot be switched on
 * or loses its keys. Texts are those of Linux 6.11 to 6.18 and of the kernels
 * that distributions shipped with TDX before.
 */

#include "diagnosis-table.h"

#define TDX SEAL_DIAGNOSIS_TDX
#define KERNEL SEAL_DIAGNOSIS_KERNEL

static const SealDiagnosisRow rows[] = {
    /* the machine's firmware */
    {
        .id = "tdx.no-keyids",
        .applies = TDX,
        .source = KERNEL,
        .patterns = {"too few private KeyIDs available", "tdx: no TDX private KeyIDs available"},
        .cause = "the machine's firmware setup gives TDX no private keys (KeyIDs)",
        .remedy = "enable TME, TME-MT and TDX in the firmware setup, and set the TME-MT/TDX key "
                  "split above 0",
    },
    {
        .id = "tdx.not-enabled-by-bios",
        .applies = TDX,
        .source = KERNEL,
        .patterns = {"tdx: not enabled by BIOS"},
        .cause = "TDX is off in the machine's firmware setup",
        .remedy = "enable TME, TME-MT, TDX and the SEAM loader in the firmware setup",
    },
    {
        .id = "tdx.module-failed",
        .applies = TDX,
        .source = KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"virt/tdx: module not loaded", "tdx: TDX module not loaded",
                     "tdx: module initialization failed", "tdx: SEAMCALL (*) failed: 0x"},
        .cause = "the TDX module or its loader is missing or too old",
        .remedy = "update the BIOS with its TDX module (version 1.5 or newer), and enable the SEAM "
                  "loader in the firmware setup",
    },
    {
        .id = "tdx.module-rbp",
        .applies = TDX,
        .source = KERNEL,
        .patterns = {"frame pointer (RBP) clobber bug present"},
        .cause = "the TDX module has a fault that the kernel does not work around",
        .remedy = "update the BIOS with its TDX module",
    },
    {
        .id = "tdx.reserved-areas",
        .applies = TDX,
        .source = KERNEL,
        .patterns = {"TDMR*reserved areas exhausted"},
        .cause = "this host's memory map has more holes than the TDX module can take",
        .remedy = "update the kernel and the BIOS with its TDX module",
    },
    /* kernel and its parameters */
    {
        .id = "tdx.hibernation",
        .applies = TDX,
        .source = KERNEL,
        .patterns = {"initialization failed: Hibernation support is enabled"},
        .cause = "the kernel can hibernate, and TDX and hibernation exclude each other",
        .remedy = "add nohibernate to the kernel's command line and restart the host",
    },
    {
        .id = "tdx.ept",
        .applies = TDX,
        .source = KERNEL,
        .patterns = {"EPT is required for TDX"},
        .cause = "KVM runs without extended page tables",
        .remedy = "remove ept=0 of kvm_intel from /etc/modprobe.d and the kernel's command line",
    },
    {
        .id = "tdx.tdp-mmu",
        .applies = TDX,
        .source = KERNEL,
        .patterns = {"TDP MMU and MMIO caching and EPT A/D bit is required"},
        .cause = "KVM runs without a kind of memory management that TDX needs",
        .remedy = "remove tdp_mmu=0 and mmio_caching=0 of kvm and eptad=0 of kvm_intel from "
                  "/etc/modprobe.d and the kernel's command line",
    },
    {
        .id = "tdx.movdir64b",
        .applies = TDX,
        .source = KERNEL,
        .patterns = {"MOVDIR64B is required"},
        .cause = "the processor has no MOVDIR64B, or it is hidden",
        .remedy =
            "remove clearcpuid= from the kernel's command line; a processor without it has no TDX",
    },
    {
        .id = "tdx.virt-at-load",
        .applies = TDX,
        .source = KERNEL,
        .patterns = {"tdx requires kvm.enable_virt_at_load=1"},
        .cause = "KVM does not switch virtualization on when it is loaded",
        .remedy = "remove enable_virt_at_load=0 of kvm from /etc/modprobe.d and the kernel's "
                  "command line",
    },
    {
        .id = "tdx.max-vcpus",
        .applies = TDX,
        .source = KERNEL,
        .patterns = {"Disable TDX: MAX_VCPU_PER_TD"},
        .cause = "the host has more CPUs than the TDX module can give to one guest",
        .remedy = "update the BIOS with its TDX module, or switch off SMT or some of the CPUs "
                  "(maxcpus= on the kernel's command line)",
    },
    /* at run time */
    {
        .id = "tdx.package-offline",
        .applies = TDX,
        .source = KERNEL,
        .patterns = {"All packages need to have online CPU to create TD",
                     "TDX requires all packages to have an online CPU"},
        .cause = "a processor socket has no CPU online, and the TDX module needs one in each",
        .remedy = "switch a CPU of each socket on: echo 1 > /sys/devices/system/cpu/cpuN/online",
    },
    {
        .id = "tdx.keyid-leaked",
        .applies = TDX,
        .source = KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"tdh_mng_key_freeid() failed. HKID*is leaked"},
        .cause = "the kernel could not give a TDX key back, so one guest less fits until the next "
                 "restart",
        .remedy = "update the kernel and restart the host",
    },
};

const SealDiagnosisRow *
seal_diagnosis_table_host_tdx_rows(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(rows);
    return rows;
}
