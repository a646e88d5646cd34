# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Life of a lab, as its first process lives it.
#
# Private file system, users, simulated platform, services, command, end: in this order, each step
# in words when it fails. The services come up side by side where they do not need each other, for a
# lab should be there before one has forgotten what it was for.

"""Bring the lab up, run the command, take the lab down."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

from . import kernel, libvirtconf, paths, profile, services, world
from .errors import LabError
from .supervisor import Supervisor, say

USER_NAME, USER_ID = "lab-user", 60001
SYSUSERS = pathlib.Path("/usr/lib/sysusers.d/sealvirt.conf")
POLKIT_RULES = pathlib.Path("/etc/polkit-1/rules.d")


def _add_user():
    """An ordinary user, for the refusals that such a user must meet."""
    with open("/etc/passwd", "a") as passwd, open("/etc/group", "a") as group:
        home = paths.LAB / "home"
        passwd.write(f"{USER_NAME}:x:{USER_ID}:{USER_ID}:lab user:{home}:/bin/bash\n")
        group.write(f"{USER_NAME}:x:{USER_ID}:\n")
    home.mkdir()
    os.chown(home, USER_ID, USER_ID)


def _add_service_users():
    if not SYSUSERS.exists():
        return
    done = subprocess.run(["systemd-sysusers", str(SYSUSERS)], capture_output=True, text=True)
    if done.returncode != 0:
        raise LabError(f"systemd-sysusers refused {SYSUSERS}: {done.stderr.strip()}")


def _ensure_machine_id():
    path = pathlib.Path("/etc/machine-id")
    if not path.exists() or not path.read_text().strip():
        path.write_text(os.urandom(16).hex() + "\n")


def _install_platform(host, preload):
    """The simulated processor's library, settings and keys."""
    if not host.simulated:
        return
    shutil.copy(preload, paths.PRELOAD)
    paths.PLATFORM_FILE.write_text(host.platform_file())
    paths.INJECTION_FILE.touch()
    paths.LAUNCHES.mkdir()
    (paths.LOG / "psp.log").touch()
    if host.has_secure_processor:
        # Here and not above, so that main can say what to install when its library is missing.
        import sevcert

        sevcert.write_platform(paths.PSP, host.api)


def _install_commands(host):
    for command in paths.COMMANDS.iterdir():
        (paths.BIN / command.name).symlink_to(command)
    paths.PROFILE_FILE.write_text(host.name + "\n")


def _loopback_up():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=False, capture_output=True)


def _prepare(request, host):
    world.isolate()
    keep = [paths.PROJECT, request.build, request.directory, paths.LAB_SOURCE]
    world.build(request.stage, keep, host)
    profile.apply(host)
    libvirtconf.write()
    _ensure_machine_id()
    _add_service_users()
    _add_user()
    _install_platform(host, request.preload)
    _install_commands(host)
    _loopback_up()


def _bring_up(lab, request):
    bus, polkit, libvirt = services.bus(), services.polkit(), services.libvirt()
    lab.start(bus)
    lab.launch(polkit)
    lab.launch(libvirt)
    lab.await_ready(polkit)
    lab.await_ready(libvirt)
    daemon = services.daemon(request.wrapper, lab.profile.tells_policy_bits)
    if daemon is None:
        say("this build has no sealvirtd; everything else is up")
        return
    lab.start(daemon)


def _take_down(lab):
    """In reverse; a service that does not end by itself is reported by name."""
    for service in reversed(list(lab.services.values())):
        try:
            lab.stop(service)
        except LabError as error:
            say(str(error))


def _save_logs(directory):
    if directory is None:
        return
    shutil.copytree(paths.LOG, directory, dirs_exist_ok=True)
    qemu = pathlib.Path("/var/log/libvirt/qemu")
    if qemu.is_dir():
        shutil.copytree(qemu, directory / "qemu", dirs_exist_ok=True)


def _environment(host, build):
    kept = {key: value for key, value in os.environ.items() if key not in HIDDEN}
    return {
        **kept,
        "PATH": f"{paths.BIN}:{os.environ.get('PATH', '/usr/bin:/bin')}:/usr/sbin:/sbin",
        "LIBVIRT_DEFAULT_URI": "qemu:///system",
        "SEALVIRT_LAB": host.name,
        "SEALVIRT_LAB_BUILD": str(build),
        "SEALVIRT_LAB_SIMULATED": "yes" if host.simulated else "no",
        "XDG_CACHE_HOME": str(paths.LAB / "tmp"),
        "XDG_RUNTIME_DIR": str(paths.LAB / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


HIDDEN = ("LD_PRELOAD", "DBUS_SYSTEM_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS", "NOTIFY_SOCKET")

WARNING = {
    True: "The secure processor is SIMULATED here. Nothing is encrypted and nothing is protected.",
    False: "Nothing is simulated here: guests use this machine's own secure processor, or none.",
}

BANNER = """\
This is a lab: {name}, {description}.
{warning}
virsh, busctl, gdbus and sealctl talk to private services; lab-psp injects faults of the
processor, lab-service stops and starts services. `exit` takes it all away.
"""


def _announce(host, seconds):
    if not os.path.exists("/dev/kvm"):
        say("this machine has no /dev/kvm: guests cannot start (enable virtualization, load kvm)")
    say(f"{host.name} is up after {seconds:.1f} s ({host.kind})")


def _banner(host):
    warning = WARNING[host.simulated]
    return BANNER.format(name=host.name, description=host.description, warning=warning)


def _directory(wanted):
    return wanted if os.path.isdir(wanted) else "/"


def _live(request, host):
    began = time.monotonic()
    _prepare(request, host)
    lab = Supervisor(host)
    try:
        _bring_up(lab, request)
        _announce(host, time.monotonic() - began)
        if not request.command:
            print(_banner(host), flush=True)
        argv = request.command or [os.environ.get("SHELL", "/bin/bash")]
        return lab.run_command(argv, _environment(host, request.build), _directory(request.directory))
    finally:
        _take_down(lab)
        _save_logs(request.logs)


def main(request, host):
    """First process of the lab; returns the exit status."""
    kernel.die_with_parent(signal.SIGKILL)
    try:
        return _live(request, host)
    except LabError as error:
        say(str(error))
        return error.status
    except FileNotFoundError as error:
        say(f"cannot run {error.filename}: {error.strerror}")
        return 127
