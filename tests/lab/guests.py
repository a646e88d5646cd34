# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Guests for tests of the lab itself, by virsh alone.
#
# The lab must be right before anything that is tested in it, so these domains owe nothing to the
# project: plain domain XML, as small as an encrypted guest can be.

"""Define, start and question guests inside the lab."""

import pathlib
import subprocess

IMAGES = "/usr/share/sealvirt-lab"
FIRMWARE = {
    "stateless": f"<loader readonly='yes' type='pflash' stateless='yes'>{IMAGES}/OVMF.lab.fd</loader>",
    "rom": f"<loader readonly='yes' type='rom' stateless='yes'>{IMAGES}/OVMF.lab.fd</loader>",
    "split": f"<loader readonly='yes' type='pflash'>{IMAGES}/OVMF_CODE.lab.fd</loader>"
    f"<nvram template='{IMAGES}/OVMF_VARS.lab.fd'/>",
    "debian": "<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>"
    "<nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'/>",
    "chosen": "",
}
KERNEL = (
    f"<kernel>{IMAGES}/kernel</kernel><initrd>{IMAGES}/initrd</initrd>"
    "<cmdline>console=ttyS0</cmdline>"
)

HOST_CPU = "<cpu mode='host-passthrough'/>"

# What a guest with private memory needs beside its launch security.
PRIVATE_FEATURES = {"sev-snp": "", "tdx": "<ioapic driver='qemu'/><pmu state='off'/>"}


class VirshError(Exception):
    """virsh said no; the text is its standard error."""


def virsh(*words):
    """Run one virsh command; returns what it printed."""
    done = subprocess.run(
        ["virsh", "-q", "-c", "qemu:///system", *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise VirshError(done.stderr.strip())
    return done.stdout.strip()


def domain_xml(
    name,
    policy,
    firmware="stateless",
    vcpus=1,
    cpu=HOST_CPU,
    session=None,
    kernel=False,
    more="",
):
    """Domain XML; `session` is a directory with godh.b64 and session.b64."""
    owner = ""
    if session is not None:
        certificate = (pathlib.Path(session) / "godh.b64").read_text()
        blob = (pathlib.Path(session) / "session.b64").read_text()
        owner = f"<dhCert>{certificate}</dhCert><session>{blob}</session>"
    automatic = " firmware='efi'" if firmware == "chosen" else ""
    hashes = " kernelHashes='yes'" if kernel else ""
    return f"""
        <domain type='kvm'>
          <name>{name}</name>
          <memory unit='MiB'>32</memory>
          <vcpu>{vcpus}</vcpu>
          <os{automatic}>
            <type arch='x86_64' machine='q35'>hvm</type>
            {FIRMWARE[firmware]}{KERNEL if kernel else ''}
          </os>
          <features><acpi/><apic/></features>
          {cpu}
          <memoryBacking><locked/></memoryBacking>
          <devices><memballoon model='none'/>{more}</devices>
          <launchSecurity type='sev'{hashes}>{owner}<policy>{policy:#x}</policy></launchSecurity>
        </domain>"""


def private_xml(name, technology, security, attributes="", vcpus=1, cpu=HOST_CPU, kernel=False):
    """Domain XML of an SEV-SNP or TDX guest; `security` is what its launchSecurity holds."""
    return f"""
        <domain type='kvm'>
          <name>{name}</name>
          <memory unit='MiB'>32</memory>
          <vcpu>{vcpus}</vcpu>
          <os>
            <type arch='x86_64' machine='q35'>hvm</type>
            {FIRMWARE['rom']}{KERNEL if kernel else ''}
          </os>
          <features><acpi/><apic/>{PRIVATE_FEATURES[technology]}</features>
          {cpu}
          <devices><memballoon model='none'/></devices>
          <launchSecurity type='{technology}'{attributes}>{security}</launchSecurity>
        </domain>"""


class Guest:
    """A transient-minded guest: it is undefined again when the block ends."""

    def __init__(self, name, policy=0x3, paused=True, xml=None, **settings):
        self.name = name
        self.xml = xml or domain_xml(name, policy, **settings)
        self.paused = paused

    def __enter__(self):
        path = pathlib.Path(f"/run/sealvirt-lab/tmp/{self.name}.xml")
        path.write_text(self.xml)
        virsh("define", str(path))
        try:
            virsh("start", self.name, *(["--paused"] if self.paused else []))
        except VirshError:
            self._remove()
            raise
        return self

    def __exit__(self, *_error):
        self._remove()

    def _remove(self):
        if self.state() != "shut off":
            virsh("destroy", self.name)
        virsh("undefine", self.name, "--nvram")

    def state(self):
        return virsh("domstate", self.name)

    def launch_info(self):
        """What the platform said of this launch: name -> text."""
        lines = virsh("domlaunchsecinfo", self.name).splitlines()
        return {key.strip(): value.strip() for key, value in (line.split(":", 1) for line in lines)}

    def memory(self, address, size):
        """Guest memory, as the host sees it (nothing is encrypted here)."""
        path = pathlib.Path(f"/run/sealvirt-lab/tmp/{self.name}.memory")
        virsh("qemu-monitor-command", self.name, "--hmp", f'pmemsave {address} {size} "{path}"')
        return path.read_bytes()
