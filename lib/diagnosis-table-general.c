/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What has no subject of its own: libvirt's view of memory encryption, guests
 * that fail while they run, and the everyday failures of any VM, which are here
 * so that they are not taken for failures of the encryption.
 */

#include "diagnosis-table.h"

#define ANY SEAL_DIAGNOSIS_ANY
#define AMD SEAL_DIAGNOSIS_AMD
#define X86 SEAL_DIAGNOSIS_X86
#define ENCRYPTED_STATE (SEAL_DIAGNOSIS_ES | SEAL_DIAGNOSIS_PRIVATE)
#define LIBVIRT SEAL_DIAGNOSIS_LIBVIRT
#define QEMU SEAL_DIAGNOSIS_QEMU

static const SealDiagnosisRow rows[] = {
    /* libvirt about memory encryption */
    {
        .id = "libvirt.no-firmware",
        .applies = X86,
        .source = LIBVIRT,
        .patterns = {"Unable to find any firmware to satisfy 'efi'",
                     "Unable to find 'efi' firmware that is compatible"},
        .cause = "no firmware descriptor on this host claims what the domain asks for, as on "
                 "distributions whose descriptors say less than their images can",
        .remedy = "install the package with OVMF for this technology, or name the image in "
                  "<loader>; sealctl firmware shows what each image can",
    },
    {
        .id = "libvirt.sev-not-offered",
        .applies = AMD,
        .source = LIBVIRT,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"QEMU does not support SEV guest",
                     "SEV launch security is not supported with this QEMU binary",
                     "'sev' launch security is not supported with this QEMU binary"},
        .cause = "libvirt remembers a QEMU without SEV, because SEV was not usable when it last "
                 "asked, or /dev/sev could not be opened then",
        .remedy = "mend what sealctl check shows, then rm /var/cache/libvirt/qemu/capabilities/* "
                  "and restart libvirtd or virtqemud",
    },
    {
        .id = "libvirt.no-kernel-hashes",
        .applies = AMD,
        .source = LIBVIRT,
        .patterns = {"SEV measured direct kernel boot is not supported with this QEMU binary"},
        .cause = "this QEMU cannot measure kernel, initrd and command line",
        .remedy = "install QEMU 6.2 or newer, or set kernelHashes='no'",
    },
    {
        .id = "libvirt.s390-pv",
        .applies = SEAL_DIAGNOSIS_S390,
        .source = LIBVIRT,
        .patterns = {"S390 PV launch security is not supported"},
        .cause = "this host, kernel or QEMU has no IBM Secure Execution",
        .remedy = "boot an IBM z15 or newer with prot_virt=1 on the kernel's command line, and "
                  "install QEMU 5.1 or newer",
    },
    {
        .id = "libvirt.memfd-hugepages",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"hugepages is not supported with memfd memory source"},
        .cause = "the domain asks for hugepages of memory from memfd, which this libvirt cannot do",
        .remedy = "remove <source type='memfd'/> from <memoryBacking>, which encryption does not "
                  "need, or remove <hugepages/>",
    },
    {
        .id = "libvirt.memlock-denied",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"cannot limit locked memory of process*Operation not permitted"},
        .cause = "libvirt's daemon may not let QEMU lock memory",
        .remedy = "run libvirtd or virtqemud as root with CAP_SYS_RESOURCE; an own session "
                  "(qemu:///session) needs a memlock limit as large as the guest in "
                  "/etc/security/limits.d",
    },
    /* devices and encryption */
    {
        .id = "device.iommu-platform",
        .applies = ANY,
        .source = QEMU,
        .patterns = {"iommu_platform=true is not supported by the device"},
        .cause = "a virtio device cannot work with encrypted memory (iommu_platform)",
        .remedy = "use another device, or for vhost-user devices another back end",
    },
    {
        .id = "device.transitional",
        .applies = ANY,
        .source = QEMU,
        .patterns =
            {"VIRTIO_F_IOMMU_PLATFORM was supported by neither legacy nor transitional device"},
        .cause = "a virtio device is of the old or transitional model, which cannot work with "
                 "encrypted memory",
        .remedy = "set model='virtio-non-transitional', or use machine type q35, where "
                  "model='virtio' is the new one",
    },
    /* guests that run */
    {
        .id = "guest.reset",
        .applies = ENCRYPTED_STATE,
        .source = QEMU,
        .patterns = {"cpus are not resettable, terminating"},
        .cause = "the guest rebooted, and QEMU older than 11 cannot reset CPUs whose state is "
                 "encrypted, so the VM ended",
        .remedy = "start the VM again, and let sealvirtd restart it after reboots",
    },
    {
        .id = "guest.terminated",
        .applies = ENCRYPTED_STATE,
        .source = SEAL_DIAGNOSIS_KERNEL,
        .confidence = SEAL_DIAGNOSIS_LIKELY,
        .patterns = {"SEV-ES guest requested termination:", "KVM_SYSTEM_EVENT_SEV_TERM"},
        .cause = "the guest's firmware or kernel refused to run under this host's encryption",
        .remedy = "update the OVMF image and the kernel in the guest; codes 0:1 and 0:2 mean that "
                  "host and guest do not know a common protocol or feature",
    },
    {
        .id = "guest.run-failed",
        .applies = X86,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_POSSIBLE,
        .patterns = {"error: kvm run failed Invalid argument"},
        .cause = "the processor refused to run the guest's CPU state",
        .remedy = "use firmware built for this technology, update the kernel, and look at dmesg "
                  "for lines with kvm",
    },
    {
        .id = "guest.entry-failed",
        .applies = ANY,
        .source = QEMU,
        .confidence = SEAL_DIAGNOSIS_POSSIBLE,
        .patterns = {"KVM: entry failed, hardware error 0x"},
        .cause = "the processor failed to enter the guest",
        .remedy = "look at dmesg for lines with kvm; update kernel and BIOS",
    },
    /* any VM */
    {
        .id = "host.kvm-missing",
        .applies = ANY,
        .source = QEMU,
        .patterns = {"Could not access KVM kernel module"},
        .cause = "QEMU cannot use /dev/kvm",
        .remedy = "enable virtualization (SVM or VT-x) in the machine's firmware setup, load "
                  "kvm_amd or kvm_intel, and check ls -l /dev/kvm",
    },
    {
        .id = "host.no-kvm-domains",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"does not support virt type 'kvm'",
                     "could not find capabilities for domaintype=kvm"},
        .cause = "libvirt sees no KVM on this host",
        .remedy = "load kvm_amd or kvm_intel so that /dev/kvm is there, then restart libvirtd or "
                  "virtqemud",
    },
    {
        .id = "host.out-of-memory",
        .applies = ANY,
        .source = QEMU,
        .patterns = {"cannot set up guest memory*Cannot allocate memory"},
        .cause = "the host has not enough free memory for the guest",
        .remedy = "give the guest less memory, or stop other VMs",
    },
    {
        .id = "host.memory-lock",
        .applies = ANY,
        .source = QEMU,
        .patterns = {"mlockall: ", "locking memory failed"},
        .cause = "QEMU could not lock all of its memory: the host has not that much free, or a "
                 "limit forbids it",
        .remedy = "give the guest less memory, or stop other VMs; raise <hard_limit> where the "
                  "domain has one beside <locked/>, for QEMU's own memory is locked as well",
    },
    {
        .id = "host.hugepages-short",
        .applies = ANY,
        .source = QEMU,
        .patterns = {"unable to map backing store for guest RAM*Cannot allocate memory",
                     "preallocating memory failed"},
        .cause = "the host has not enough free huge pages for the guest",
        .remedy = "set more aside (sysctl vm.nr_hugepages=N, or hugepages=N on the kernel's "
                  "command line), stop other VMs, or take another memory-backing",
    },
    {
        .id = "host.hugetlbfs",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"hugetlbfs filesystem is not mounted",
                     "Unable to find any usable hugetlbfs mount"},
        .cause = "the host has no huge pages of the size that the domain asks for, or they are not "
                 "mounted",
        .remedy =
            "take a size that ls /sys/kernel/mm/hugepages shows, mount it (mount -t hugetlbfs "
            "-o pagesize=2M hugetlbfs /dev/hugepages) and restart libvirtd or virtqemud",
    },
    {
        .id = "host.cpu-pinning",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"cannot set CPU affinity on process*Invalid argument",
                     "Unable to write to '*cpuset.cpus'"},
        .cause = "the domain is to run on processors that this host does not have, or that are not "
                 "online",
        .remedy = "correct cpuset of <vcpu> (the setting cpu-pinning) to processors that lscpu "
                  "shows as online",
    },
    {
        .id = "host.msr",
        .applies = ANY,
        .source = QEMU,
        .patterns = {"error: failed to set MSR 0x"},
        .cause = "this host's KVM refuses a CPU feature that the guest's CPU model has, as on "
                 "hosts that are virtual machines",
        .remedy = "use another CPU model, or disable the feature in <cpu>; for MSR 0x10a that is "
                  "arch-capabilities",
    },
    {
        .id = "libvirt.qemu-binary",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"Cannot check QEMU binary"},
        .cause = "the domain's QEMU is not installed",
        .remedy = "install it, or correct <emulator>",
    },
    {
        .id = "libvirt.machine-type",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"does not support machine type '", "unsupported machine type"},
        .cause = "the domain's machine type is not known to this QEMU",
        .remedy = "take one that qemu-system-x86_64 -machine help lists, or plain q35",
    },
    {
        .id = "storage.missing",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"Cannot access storage file*No such file",
                     "Cannot access backing file*No such file", "Could not open '*No such file",
                     "unable to stat: *No such file", "Storage volume not found"},
        .cause = "a file of the VM is not there: a disk image, its kernel or its firmware",
        .remedy = "bring the file back, or correct its path in the domain",
    },
    {
        .id = "storage.denied",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"Cannot access storage file*Permission denied",
                     "Cannot access backing file*Permission denied",
                     "Could not open '*Permission denied"},
        .cause = "QEMU may not open a file of the VM",
        .remedy =
            "move disk images to /var/lib/libvirt/images, or let the user that QEMU runs as enter "
            "every directory above them, and look for AppArmor or SELinux denials in the journal",
    },
    {
        .id = "storage.in-use",
        .applies = ANY,
        .source = QEMU,
        .patterns = {"Failed to get*write*lock", "is already in use by other guest"},
        .cause = "another VM or program uses the same disk image",
        .remedy = "stop the other one, or give each VM an image of its own",
    },
    {
        .id = "storage.format",
        .applies = ANY,
        .source = QEMU,
        .patterns = {"Image is not in qcow2 format"},
        .cause = "a disk is said to be qcow2, but its image is not",
        .remedy = "see with qemu-img info what it is, and correct the disk's format",
    },
    {
        .id = "storage.pool-inactive",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"storage pool '*is not active", "Storage pool not found"},
        .cause = "a storage pool that the VM uses is not there or not started",
        .remedy = "start it with virsh pool-start NAME; if virsh pool-list --all does not show it, "
                  "correct the name or define it",
    },
    {
        .id = "network.inactive",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"network '*is not active", "Network not found"},
        .cause = "a network that the VM uses is not there or not started",
        .remedy = "start it with virsh net-start NAME and virsh net-autostart NAME; if virsh "
                  "net-list --all does not show it, correct the name or define it",
    },
    {
        .id = "network.device-missing",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"Cannot get interface MTU on '*No such device",
                     "Unable to get index for interface*No such device"},
        .cause = "a bridge or network device of the host that the VM is to be on is not there",
        .remedy = "make it, or correct its name in the domain; ip link shows those that are",
    },
    {
        .id = "network.mtu",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"Cannot set interface MTU on '"},
        .cause = "the host's network device does not take the MTU that the domain asks for",
        .remedy = "give an mtu that the bridge has (ip link shows it), at most 65521, or leave it "
                  "to the bridge",
    },
    {
        .id = "device.tpm-setup",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"Could not run '*swtpm_setup'"},
        .cause = "the state of the emulated TPM could not be made",
        .remedy = "read the end of /var/log/swtpm/libvirt/qemu/NAME-swtpm.log; if it asks for "
                  "rights on /var/lib/swtpm-localca, chown -R tss:tss that directory; or leave "
                  "the TPM out",
    },
    {
        .id = "device.tpm-died",
        .applies = ANY,
        .source = LIBVIRT,
        .patterns = {"swtpm died", "swtpm didn't show up", "swtpm socket did not show up",
                     "Could not get process id of swtpm"},
        .cause = "the program that emulates the TPM did not come up",
        .remedy = "read the end of /var/log/swtpm/libvirt/qemu/NAME-swtpm.log, and look for "
                  "AppArmor or SELinux denials of swtpm in the journal",
    },
    {
        .id = "device.vfio",
        .applies = ANY,
        .source = QEMU,
        .patterns = {"vfio*group*is not viable"},
        .cause =
            "a passed-through device shares its IOMMU group with devices that the host still uses",
        .remedy = "pass the whole group through, or put the device into another slot",
    },
    /* only what follows from others */
    {
        .id = "sev.no-context",
        .applies = AMD,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_CONSEQUENCE,
        .confidence = SEAL_DIAGNOSIS_POSSIBLE,
        .patterns = {"failed to create encryption context"},
        .cause = "the launch of the encrypted VM could not be started, and the line that says why "
                 "is missing",
        .remedy = "look at the line above it in /var/log/libvirt/qemu/NAME.log",
    },
    {
        .id = "qemu.kvm-init",
        .applies = ANY,
        .source = QEMU,
        .rank = SEAL_DIAGNOSIS_CONSEQUENCE,
        .confidence = SEAL_DIAGNOSIS_POSSIBLE,
        .patterns = {"failed to initialize kvm:"},
        .cause = "QEMU could not set KVM up, and the line that says why is missing; \"Operation "
                 "not permitted\" here says nothing about permissions",
        .remedy = "look at the lines above it in /var/log/libvirt/qemu/NAME.log",
    },
    {
        .id = "qemu.died",
        .applies = ANY,
        .source = LIBVIRT,
        .rank = SEAL_DIAGNOSIS_CONSEQUENCE,
        .confidence = SEAL_DIAGNOSIS_POSSIBLE,
        .patterns = {"process exited while connecting to monitor$",
                     "qemu unexpectedly closed the monitor$",
                     "Unable to read from monitor: Connection reset by peer",
                     "End of file from qemu monitor", "failed to connect to monitor socket"},
        .cause = "QEMU ended without a word, as when it crashes; QEMU 7.2 does so when SEV-ES is "
                 "not usable",
        .remedy = "look at the end of /var/log/libvirt/qemu/NAME.log and at coredumpctl list, and "
                  "at sealctl check for the technology",
    },
};

const SealDiagnosisRow *
seal_diagnosis_table_general_rows(gsize *ret_n)
{
    *ret_n = G_N_ELEMENTS(rows);
    return rows;
}
