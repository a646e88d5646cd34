# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the bench needs of the lab around it: services, their memory, a daemon of its own.
#
# The daemon is started exactly as the lab starts it (user, groups, environment); only the socket
# that it says READY=1 to belongs to the bench, because that moment is what is measured.

"""Services of the lab, seen from inside."""

import contextlib
import grp
import os
import pathlib
import pwd
import re
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lab"))

import precedence  # noqa: E402
from harness import services  # noqa: E402

TEMPORARY = pathlib.Path("/run/sealvirt-lab/tmp")
READY_SECONDS = 60


def lab_service(*words):
    """lab-service, which answers with text."""
    done = subprocess.run(["lab-service", *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def raise_services():
    """Give precedence to what serves ours and the peers."""
    for name in ("dbus", "libvirtd", "sealvirtd"):
        precedence.give(lab_service("pid", name))


def start_daemon(order="restart"):
    """`lab-service restart sealvirtd`, or start."""
    lab_service(order, "sealvirtd")
    raise_services()


def settled_kib(field, seconds=4):
    """A field of smaps_rollup of the lab's daemon in KiB, when it has nothing to do."""
    time.sleep(seconds)
    text = pathlib.Path(f"/proc/{lab_service('pid', 'sealvirtd')}/smaps_rollup").read_text()
    return int(re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE).group(1))


def processor_ms():
    """Processor time that all threads of the lab's daemon have used so far."""
    tasks = pathlib.Path(f"/proc/{lab_service('pid', 'sealvirtd')}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6


class NotifySocket:
    """Where a daemon of the bench says that it is ready."""

    def __init__(self):
        self.path = TEMPORARY / "bench-notify.sock"
        self.path.unlink(missing_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.path.chmod(0o777)

    def wait(self):
        """Returns at READY=1."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self.socket.settimeout(max(0.01, deadline - time.monotonic()))
            if b"READY=1" in self.socket.recv(4096):
                return
        raise TimeoutError("sealvirtd was not ready in time")

    def close(self):
        self.socket.close()
        self.path.unlink()


class Starter:
    """Starts sealvirtd as the lab does and times it from exec to READY=1."""

    def __init__(self):
        service = services.daemon()
        self.argv = service.argv[service.argv.index("--") + 1 :]
        self.user = pwd.getpwnam("sealvirt")
        self.groups = [group.gr_gid for group in grp.getgrall() if group.gr_name == "libvirt"]
        self.notify = NotifySocket()
        self.environment = {**service.environment, "NOTIFY_SOCKET": str(self.notify.path)}
        self.process = None

    def start(self):
        """Milliseconds from exec to READY=1."""
        begin = time.perf_counter()
        self.process = precedence.popen(
            self.argv,
            env=self.environment,
            user=self.user.pw_uid,
            group=self.user.pw_gid,
            extra_groups=self.groups,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.notify.wait()
        return (time.perf_counter() - begin) * 1000

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout=20) != 0:
            raise RuntimeError(f"sealvirtd ended with {self.process.returncode}")

    def close(self):
        self.notify.close()


@contextlib.contextmanager
def libvirt_dbus():
    """The peer on the lab's bus, as the user that its own bus policy names."""
    libvirt = grp.getgrnam("libvirt").gr_gid
    user = pwd.getpwnam("libvirtdbus")
    process = precedence.popen(
        ["/usr/sbin/libvirt-dbus", "--system"],
        env=services.base_environment(),
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[libvirt],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        subprocess.run(
            ["gdbus", "wait", "--system", "--timeout=20", "org.libvirt"], check=True
        )
        yield
    finally:
        process.terminate()
        process.wait()


def make_disk():
    """The image that all VMs of the bench have."""
    path = "/var/lib/libvirt/images/bench.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", path, "1G"], check=True)
    return path


def time_process(argv):
    """Milliseconds of a whole process; its output is thrown away, its failure is not."""
    begin = time.perf_counter()
    process = precedence.popen(
        argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    complaint = process.communicate()[1]
    milliseconds = (time.perf_counter() - begin) * 1000
    if process.returncode != 0:
        raise RuntimeError(f"{os.path.basename(argv[0])} failed: {complaint}")
    return milliseconds
