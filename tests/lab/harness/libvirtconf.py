# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Configuration of the lab's private libvirtd.
#
# Everything that needs a whole machine is off: namespaces (so /dev/sev need not be a real device),
# control groups, security drivers, virtlogd. The network `default` has neither name service nor
# address service nor firewall rules, so that a guest can be plugged in on a machine that has no
# dnsmasq and no iptables; nothing leads from it to the outside.

"""Write /etc/libvirt."""

import pathlib

ETC = pathlib.Path("/etc/libvirt")

DAEMON = """\
unix_sock_group = "libvirt"
unix_sock_ro_perms = "0777"
unix_sock_rw_perms = "0770"
auth_unix_ro = "none"
auth_unix_rw = "none"
max_clients = 500
log_filters = "4:object 4:json 4:event 4:util"
log_outputs = "3:stderr"
"""

QEMU = """\
user = "root"
group = "root"
namespaces = []
cgroup_controllers = []
security_driver = "none"
stdio_handler = "file"
remember_owner = 0
"""

NETWORK = """\
<network>
  <name>default</name>
  <uuid>7e1f6b5c-1c9e-4b8b-9d05-5ea1f17ab001</uuid>
  <forward mode='open'/>
  <bridge name='virbr0' stp='off'/>
  <mac address='52:54:00:5e:a1:01'/>
  <dns enable='no'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'/>
</network>
"""

POOL = """\
<pool type='dir'>
  <name>default</name>
  <uuid>7e1f6b5c-1c9e-4b8b-9d05-5ea1f17ab002</uuid>
  <target><path>/var/lib/libvirt/images</path></target>
</pool>
"""

FILES = {
    "libvirtd.conf": DAEMON,
    "qemu.conf": QEMU,
    "libvirt.conf": "",
    "qemu/networks/default.xml": NETWORK,
    "storage/default.xml": POOL,
}
AUTOSTART = {
    "qemu/networks/autostart/default.xml": "qemu/networks/default.xml",
    "storage/autostart/default.xml": "storage/default.xml",
}


def write():
    """Fill the empty /etc/libvirt of the lab."""
    for name, text in FILES.items():
        path = ETC / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for link, target in AUTOSTART.items():
        path = ETC / link
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(ETC / target)
    for name in ("images", "dnsmasq"):
        directory = pathlib.Path("/var/lib/libvirt") / name
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o711)
