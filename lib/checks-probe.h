/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The probes of the check table, inside lib/ only: each looks at one kind of
 * fact and serves every row of that kind. Parameters and ownership are those
 * of SealCheckProbe; what a state means is the row's. They live by kind in
 * checks-probe-*.c, and a probe relies on the gates and needs of its rows.
 */

#include "checks-table.h"

/* checks-probe-cpu.c: what the processor is and says of itself */
SealCheckProbe seal_checks_probe_cpu_vendor;         /* NA for a make without any technology */
SealCheckProbe seal_checks_probe_cpu_generation;     /* PASS when known, else NA */
SealCheckProbe seal_checks_probe_cpu_virtualization; /* FAIL when svm and vmx are both off */
SealCheckProbe seal_checks_probe_cpu_hypervisor;     /* NA in a virtual machine */
SealCheckProbe seal_checks_probe_cpu_guest;          /* NA in an encrypted virtual machine */
SealCheckProbe seal_checks_probe_cpu_flag;           /* NA without the technology's flag */
SealCheckProbe seal_checks_probe_cpu_erratum;        /* WARN for bugs that concern TDX */

/* checks-probe-leaf.c: leaf 8000001F; NA where neither the leaf nor libvirt tells */
SealCheckProbe seal_checks_probe_leaf_sme;
SealCheckProbe seal_checks_probe_leaf_page_flush;
SealCheckProbe seal_checks_probe_leaf_cbit;
SealCheckProbe seal_checks_probe_leaf_asids; /* WARN when libvirt believes another split */
SealCheckProbe seal_checks_probe_leaf_vmpl;

/* checks-probe-kernel.c: version, command line and module parameters */
SealCheckProbe seal_checks_probe_kernel_version;       /* WARN when unknown */
SealCheckProbe seal_checks_probe_kernel_kvm;           /* /dev/kvm */
SealCheckProbe seal_checks_probe_kernel_parameter;     /* FAIL unless it is there and on */
SealCheckProbe seal_checks_probe_kernel_cause;         /* FAIL when off and the technology is off */
SealCheckProbe seal_checks_probe_kernel_mem_encrypt;   /* PASS always: SEV does not need it */
SealCheckProbe seal_checks_probe_kernel_iommu;         /* FAIL when it keeps SNP off */
SealCheckProbe seal_checks_probe_kernel_hibernation;   /* FAIL when it keeps TDX off */
SealCheckProbe seal_checks_probe_kernel_es_beside_snp; /* FAIL from API 1.58 on, WARN before */
SealCheckProbe seal_checks_probe_kernel_smt;           /* PASS always, for the policy's sake */

/* checks-probe-device.c: the secure processor */
SealCheckProbe seal_checks_probe_device_sev;        /* /dev/sev is there */
SealCheckProbe seal_checks_probe_device_sev_access; /* FAIL when QEMU cannot open it */
SealCheckProbe seal_checks_probe_device_api;        /* NA when not known */
SealCheckProbe seal_checks_probe_device_api_snp;    /* FAIL when too old for SNP */
SealCheckProbe seal_checks_probe_device_firmware;   /* boot loader and TEE versions */
SealCheckProbe seal_checks_probe_device_attribute;  /* WARN when the row's attribute is 0 */
SealCheckProbe seal_checks_probe_device_tsme;       /* PASS always, NA when not told */
SealCheckProbe seal_checks_probe_device_qgs;        /* NA without quoting service */

/* checks-probe-libvirt.c: libvirt and QEMU */
SealCheckProbe seal_checks_probe_libvirt_connection;
SealCheckProbe seal_checks_probe_libvirt_version;      /* WARN when unknown */
SealCheckProbe seal_checks_probe_libvirt_qemu_version; /* WARN when unknown */
SealCheckProbe seal_checks_probe_libvirt_domcaps_there;
SealCheckProbe seal_checks_probe_libvirt_cache; /* WARN when the host can and libvirt says no */
SealCheckProbe
    seal_checks_probe_libvirt_claims; /* WARN when libvirt says yes and the host cannot */
SealCheckProbe seal_checks_probe_libvirt_domcaps; /* FAIL when the technology is not offered */

/* checks-probe-capacity.c: key slots */
SealCheckProbe seal_checks_probe_capacity_pool;       /* FAIL when empty, WARN when used up */
SealCheckProbe seal_checks_probe_capacity_ciphertext; /* WARN when SNP has taken all of SEV-ES */
SealCheckProbe seal_checks_probe_capacity_ledger;     /* WARN when the kernel keeps no count */
SealCheckProbe seal_checks_probe_capacity_misc_max;   /* WARN when machine.slice may take less */

/* checks-probe-firmware.c: UEFI for guests */
SealCheckProbe seal_checks_probe_firmware_available;   /* FAIL when none fits */
SealCheckProbe seal_checks_probe_firmware_descriptors; /* WARN when one cannot be read */
SealCheckProbe seal_checks_probe_firmware_declared;    /* WARN when descriptors say too little */
SealCheckProbe seal_checks_probe_firmware_hashes;      /* NA when no image can check them */
SealCheckProbe seal_checks_probe_firmware_secret;      /* NA when no image can take one */

/* checks-probe-memory.c: memory of the host */
SealCheckProbe seal_checks_probe_memory_free;      /* WARN below 1 GiB */
SealCheckProbe seal_checks_probe_memory_hugepages; /* PASS always */
SealCheckProbe seal_checks_probe_memory_lock;      /* PASS always: libvirt raises it */
SealCheckProbe seal_checks_probe_memory_slice;     /* WARN when guests have no limit */

/* checks-probe-host.c: what else on the host meets guests */
SealCheckProbe seal_checks_probe_host_libvirt_guests; /* WARN when it would save guests */
SealCheckProbe seal_checks_probe_host_auto_shutdown;  /* WARN when it would save guests */
SealCheckProbe seal_checks_probe_host_selinux;        /* NA where there is none */
SealCheckProbe seal_checks_probe_host_apparmor;       /* NA where there is none */
SealCheckProbe seal_checks_probe_host_swiotlb;        /* PASS always: advice for guests */
