# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The outer half of tools/lab: options, refusals, build, and the fork into the lab.
#
# This process stays outside, passes signals on and waits. Should it be killed, the kernel kills the
# lab's first process and with it everything inside.

"""Entry point of tools/lab."""

import argparse
import dataclasses
import importlib.util
import os
import pathlib
import shlex
import signal
import sys

from . import build, inside, kernel, paths, profile
from .errors import EXIT_BROKEN, EXIT_REFUSED, LabError, Refused
from .supervisor import from_terminal, say


@dataclasses.dataclass
class Request:
    """What the caller wants of the lab."""

    command: list
    directory: str
    build: pathlib.Path
    stage: pathlib.Path | None
    preload: pathlib.Path
    wrapper: list
    logs: pathlib.Path | None


def _parser():
    parser = argparse.ArgumentParser(
        prog="tools/lab",
        description="Run COMMAND (a shell without one) on a private host with a SIMULATED secure "
        "processor: real libvirt and QEMU, nothing encrypted, nothing outside touched.",
        epilog="Exit status: that of COMMAND; 2 when the lab refuses to begin, 125 when it could "
        "not be brought up.",
    )
    parser.add_argument("--profile", default="milan", help="host to simulate (default: milan)")
    parser.add_argument("--list-profiles", action="store_true", help="say which hosts there are")
    parser.add_argument("--stack", metavar="NAME", help="another Debian (trixie, sid), made and kept")
    parser.add_argument("--build", type=pathlib.Path, metavar="DIR", help="meson build directory")
    parser.add_argument("--without-daemon", action="store_true", help="do not build the project")
    parser.add_argument("--no-build", action="store_true", help="take the stage as it is")
    parser.add_argument("--wrap", default="", metavar="PROGRAM", help="run sealvirtd under it")
    parser.add_argument("--logs", type=pathlib.Path, metavar="DIR", help="keep the logs there")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="[--] COMMAND...")
    return parser


def _refuse_where_it_cannot_be():
    if os.geteuid() != 0:
        raise Refused("the lab makes namespaces and mounts and so needs root; run: sudo tools/lab")
    if paths.LAB.exists():
        raise Refused(f"{paths.LAB} exists: this is a lab already; leave it first (exit)")
    if not pathlib.Path("/proc/self/ns/pid").exists():
        raise Refused("this kernel has no pid namespaces, and the lab never runs without")
    if importlib.util.find_spec("cryptography") is None:
        raise Refused("the python module is missing; install it: apt-get install python3-cryptography")


def _built(arguments):
    """(build directory, stage, preload library)."""
    directory = (arguments.build or paths.default_build()).resolve()
    if arguments.without_daemon:
        return directory, None, build.preload_only(directory.with_name(directory.name + "-psp"))
    if arguments.no_build:
        return directory, *build.existing(directory)
    return directory, *build.project(directory)


def _listing():
    for name in profile.names():
        host = profile.Profile(name)
        print(f"{name:18} {host.description}{' (only to be read)' if host.offline else ''}")
    return 0


def _child(request, host, guard):
    """Becomes the lab; a parent that is gone already has closed its end of the guard."""
    os.close(guard[1])
    kernel.die_with_parent(signal.SIGKILL)
    os.set_blocking(guard[0], False)
    try:
        if os.read(guard[0], 1) == b"":
            return EXIT_REFUSED
    except BlockingIOError:
        pass
    return inside.main(request, host)


def _enter(request, host):
    """Fork the lab's first process; returns its pid."""
    guard = os.pipe2(os.O_CLOEXEC)
    try:
        kernel.unshare(kernel.CLONE_NEWPID)
    except OSError as error:
        raise Refused(
            f"this system does not allow namespaces ({error.strerror}), and the lab never runs "
            "without; in a container, allow CAP_SYS_ADMIN"
        ) from error
    pid = os.fork()
    if pid != 0:
        os.close(guard[0])
        return pid
    status = EXIT_BROKEN
    try:
        status = _child(request, host, guard)
    except BaseException as error:  # noqa: B902  (nothing may unwind into the parent's code)
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _pass_on(pid, number):
    if number == signal.SIGINT and from_terminal():
        return
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _wait(pid):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: _pass_on(pid, number))
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _run(arguments):
    host = profile.Profile(arguments.profile)
    if host.offline:
        raise Refused(
            f"{host.name} can only be read, not run: {host.offline}; try: "
            f"sealctl check --root {host.root} --domcaps {host.directory}/domcaps.xml"
        )
    _refuse_where_it_cannot_be()
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    directory, stage, preload = _built(arguments)
    request = Request(
        command=command,
        directory=os.getcwd(),
        build=directory,
        stage=stage,
        preload=preload,
        wrapper=shlex.split(arguments.wrap),
        logs=arguments.logs.resolve() if arguments.logs else None,
    )
    return _wait(_enter(request, host))


def _go_to_stack(arguments):
    """Become the same command in the root of another Debian, unless this is it already."""
    if arguments.stack in (None, os.environ.get("SEALVIRT_STACK")):
        return
    _refuse_where_it_cannot_be()
    from stack import enter, root

    place = root.Root(arguments.stack).ready()
    more = [path.resolve() for path in (arguments.build, arguments.logs) if path is not None]
    for path in more:
        path.mkdir(parents=True, exist_ok=True)
    command = ["/usr/bin/python3", str(paths.PROJECT / "tools" / "lab"), *sys.argv[1:]]
    enter.become(place, command, arguments.stack, (*more, os.getcwd()))


def main():
    """Exit status of the lab."""
    arguments = _parser().parse_args()
    try:
        _go_to_stack(arguments)
        return _listing() if arguments.list_profiles else _run(arguments)
    except LabError as error:
        say(str(error))
        return error.status
