# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The services of the lab and how each is told from being up.
#
# They are the real ones, started by hand as systemd would start them: the system bus, polkitd,
# libvirtd with the preload library, and sealvirtd as the unprivileged user that its unit names. The
# unit is read for that, so that the lab runs what production runs.

"""Definitions of dbus, polkitd, libvirtd and sealvirtd."""

import configparser
import grp
import os
import pathlib
import pwd
import shlex
import shutil
import socket

from . import paths
from .errors import LabError

UNIT = pathlib.Path("/usr/lib/systemd/system/sealvirtd.service")
POLKITD = ("/usr/lib/polkit-1/polkitd", "/usr/libexec/polkitd")
UNITS = {"": 1, "s": 1, "sec": 1, "ms": 0.001, "min": 60, "h": 3600}
LIMITS = {"LimitNOFILE": "--nofile", "LimitCORE": "--core"}
PASSED_ON = ("ASAN_", "UBSAN_", "LSAN_", "TSAN_", "G_", "GLIB_", "SEALVIRT_", "LIBVIRT_LOG")


class Service:
    """A program, its environment and the proof that it serves."""

    def __init__(self, name, argv, is_ready, environment=None, seconds=30, umask=0o022,
                 flawed=False):
        self.name = name
        self.argv = argv
        self.is_ready = is_ready
        self.environment = {**base_environment(), **(environment or {})}
        self.seconds = seconds
        self.umask = umask
        self.flawed = flawed
        self.patience = 5 if flawed else 20
        self.log = paths.LOG / f"{name}.log"
        self.pid = None
        self.stopping = False

    def log_tail(self, lines=25):
        """The end of what the service said."""
        try:
            text = self.log.read_text(errors="replace").splitlines()
        except OSError:
            text = []
        return "\n".join("    " + line for line in text[-lines:]) or "    (nothing)"


def base_environment():
    """What systemd gives a service, and the switches of sanitizers and logs from outside."""
    kept = {key: value for key, value in os.environ.items() if key.startswith(PASSED_ON)}
    return {
        **kept,
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "TMPDIR": str(paths.LAB / "tmp"),
    }


def _connects(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def bus():
    """The system bus at its usual place."""
    program = shutil.which("dbus-daemon")
    if program is None:
        raise LabError("dbus-daemon is missing; install it: apt-get install dbus")
    argv = [program, "--system", "--nofork", "--nopidfile", "--nosyslog"]
    return Service("dbus", argv, lambda lab: _connects(paths.BUS_SOCKET))


def polkit():
    """The authority."""
    program = next((path for path in POLKITD if os.path.exists(path)), None)
    if program is None:
        raise LabError("polkitd is missing; install it: apt-get install polkitd")
    ask = ["gdbus", "wait", "--system", "--timeout=5", "org.freedesktop.PolicyKit1"]
    return Service("polkitd", [program, "--no-debug"], lambda lab: lab.call(ask, 5))


def libvirt():
    """The real libvirtd; the preload library goes on to every QEMU that it starts.

    It has flaws: told to end just after it began, 11.3 hangs in two of forty cases, and 9.0 crashes
    once in some thousand times when a client is killed, over the callbacks of that client.
    """
    program = shutil.which("libvirtd", path="/usr/sbin:/usr/bin")
    if program is None:
        raise LabError("libvirtd is missing; install it: apt-get install libvirt-daemon-system")
    ask = ["virsh", "-q", "-c", "qemu:///system", "uri"]

    def is_ready(lab):
        return _connects(paths.LIBVIRT_SOCKET) and lab.call(ask, 10)

    environment = {"PATH": f"{paths.STUBS}:{base_environment()['PATH']}"}
    if paths.PRELOAD.exists():
        environment["LD_PRELOAD"] = str(paths.PRELOAD)
    return Service("libvirtd", [program], is_ready, environment, flawed=True)


def _unit_settings():
    parser = configparser.ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    parser.optionxform = str
    parser.read(UNIT)
    return dict(parser["Service"])


def _seconds(text):
    """A time of systemd in seconds: 180, 30s, 3min."""
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz ")
    return float(number) * UNITS[text[len(number) :].strip()]


def _make_directory(parent, name, user, mode):
    path = pathlib.Path(parent) / name
    path.mkdir(exist_ok=True)
    os.chown(path, user.pw_uid, user.pw_gid)
    path.chmod(int(mode, 8))
    return str(path)


def _daemon_environment(unit, user):
    directories = {
        key.upper() + "_DIRECTORY": _make_directory(
            parent, unit[f"{key}Directory"], user, unit.get(f"{key}DirectoryMode", "0755")
        )
        for key, parent in (("Runtime", "/run"), ("State", "/var/lib"))
        if f"{key}Directory" in unit
    }
    environment = {"NOTIFY_SOCKET": str(paths.NOTIFY_SOCKET), **directories}
    if "WatchdogSec" in unit:
        environment["WATCHDOG_USEC"] = str(int(_seconds(unit["WatchdogSec"]) * 1_000_000))
    for assignment in shlex.split(unit.get("Environment", "")):
        key, _, value = assignment.partition("=")
        environment[key] = value
    return environment


def daemon(wrapper=(), asks_kvm=False):
    """sealvirtd as in production, or None when the build has none; `wrapper` goes before it.

    Where KVM itself is asked (`asks_kvm`), the simulation has to answer in sealvirtd too.
    """
    if not UNIT.exists():
        return None
    unit = _unit_settings()
    argv = shlex.split(unit["ExecStart"])
    if not os.path.exists(argv[0]):
        return None
    user = pwd.getpwnam(unit["User"])
    groups = [str(grp.getgrnam(name).gr_gid) for name in unit.get("SupplementaryGroups", "").split()]
    drop = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}"]
    drop += [f"--groups={','.join(groups)}"] if groups else ["--clear-groups"]
    drop += ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all"]
    limits = [f"{option}={unit[key]}" for key, option in LIMITS.items() if key in unit]
    environment = _daemon_environment(unit, user)
    if asks_kvm:
        environment["LD_PRELOAD"] = str(paths.PRELOAD)
    return Service(
        "sealvirtd",
        ["prlimit", *limits, *drop, "--", *wrapper, *argv],
        lambda lab: "READY" in lab.ready,
        environment,
        seconds=60,
        umask=int(unit.get("UMask", "0022"), 8),
    )
