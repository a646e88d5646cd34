# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The lab's first process: starts the services, reaps the orphans, obeys lab-service.
#
# One loop over file descriptors, no threads. An end that nobody ordered is reported. A service that is
# known to be flawed is started again when it crashes, as its unit would; nothing else is, because
# tests of faults want to see what the others do meanwhile. When this process ends, the kernel kills
# whatever is left in the lab.

"""Event loop and process table."""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import time

from . import kernel, paths, usage
from .errors import Interrupted, LabError

FATAL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
CRASHES = (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS)


def say(text):
    print(f"lab: {text}", file=sys.stderr, flush=True)


def describe(status):
    """An exit status in words."""
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"exit status {status}"


def from_terminal():
    """True when a Ctrl-C reached the whole group, the command included."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    finally:
        os.close(terminal)


class Supervisor:
    """Knows every child by pid and every service by name."""

    def __init__(self, profile):
        self.profile = profile
        self.services = {}
        self.exited = {}
        self.ready = set()
        self.caught = []
        self.selector = selectors.DefaultSelector()
        self._watch_signals()
        self._listen()

    def _watch_signals(self):
        self.wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake_write)
        for number in (signal.SIGCHLD, *FATAL):
            signal.signal(number, lambda number, frame: self._on_signal(number))
        self.selector.register(self.wake_read, selectors.EVENT_READ, self._drain)

    def _listen(self):
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self.notify.setblocking(False)
        self.notify.bind(str(paths.NOTIFY_SOCKET))
        os.chmod(paths.NOTIFY_SOCKET, 0o666)
        self.selector.register(self.notify, selectors.EVENT_READ, self._on_notify)
        self.control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        self.control.setblocking(False)
        self.control.bind(str(paths.CONTROL_SOCKET))
        os.chmod(paths.CONTROL_SOCKET, 0o600)
        self.control.listen(16)
        self.selector.register(self.control, selectors.EVENT_READ, self._on_control)
        paths.ASID_FILE.touch(mode=0o600)
        self.usage = usage.Usage(self.profile)
        self.watch = kernel.watch_closes(paths.ASID_FILE)
        self.selector.register(self.watch, selectors.EVENT_READ, self._on_asid)

    def _on_signal(self, number):
        if number in FATAL:
            self.caught.append(number)

    def _drain(self):
        os.read(self.wake_read, 4096)
        self._reap()

    def _reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.exited[pid] = os.waitstatus_to_exitcode(status)
            self._note_end(pid)

    def _note_end(self, pid):
        for service in self.services.values():
            if service.pid != pid:
                continue
            status, service.pid = self.exited[pid], None
            if service.stopping:
                continue
            say(f"{service.name} ended ({describe(status)}); see {service.log}")
            if service.flawed and status in CRASHES:
                say(f"{service.name} is started again")
                self.launch(service)

    def _on_notify(self):
        text = self.notify.recv(4096).decode(errors="replace")
        if "READY=1" in text.splitlines():
            self.ready.add("READY")

    def _on_asid(self):
        os.read(self.watch, 4096)
        # The descriptor is reported closed a moment before its locks are gone.
        time.sleep(0.01)
        self.usage.publish()

    def _on_control(self):
        connection, _ = self.control.accept()
        self.selector.unregister(self.control)
        with connection:
            connection.settimeout(2)
            try:
                words = connection.recv(4096).decode().split()
                reply = self._obey(words)
            except LabError as error:
                reply = f"error {error}"
            except (OSError, UnicodeDecodeError) as error:
                reply = f"error bad request: {error}"
            try:
                connection.sendall(reply.encode() + b"\n")
            except OSError:
                pass
        self.selector.register(self.control, selectors.EVENT_READ, self._on_control)

    def _obey(self, words):
        if words == ["status"]:
            lines = [f"{item.name} {item.pid or 'stopped'}" for item in self.services.values()]
            return "\n".join(["ok", *lines])
        action, name = words if len(words) == 2 else ("", "")
        if action not in ORDERS or name not in self.services:
            known = ", ".join(self.services)
            raise LabError(f"say {'|'.join(ORDERS)} and one of: {known}; or status")
        answer = ORDERS[action](self, self.services[name])
        return f"ok {answer}" if answer else "ok"

    def step(self, seconds):
        """Wait for something to happen, at most so long, and deal with it."""
        for key, _ in self.selector.select(seconds):
            # Dealing with one may have waited in a loop of its own, which took the others.
            with contextlib.suppress(BlockingIOError):
                key.data()

    def wait(self, condition, seconds):
        """Run the loop until `condition()` holds; False when the time is over."""
        deadline = time.monotonic() + seconds
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self.step(min(left, 0.05))
        return True

    def check_signals(self):
        """While coming up, a signal ends the lab."""
        if self.caught:
            raise Interrupted(self.caught[0])

    def spawn(self, argv, log=None, **options):
        """Start a child; returns its pid."""
        options.setdefault("start_new_session", True)
        with open(log or os.devnull, "ab") as output:
            if "stdout" not in options:
                options.update(stdin=subprocess.DEVNULL, stdout=output, stderr=output)
            child = subprocess.Popen(argv, **options)
        # Told that it ended, the object leaves the reaping to the loop even when it is collected.
        child.returncode = 0
        self.exited.pop(child.pid, None)
        return child.pid

    def call(self, argv, seconds):
        """Run a short command; True when it ended well in time."""
        try:
            pid = self.spawn(argv, env=dict(os.environ, LC_ALL="C"))
        except OSError:
            return False
        if not self.wait(lambda: pid in self.exited, seconds):
            os.kill(pid, signal.SIGKILL)
            return False
        return self.exited.pop(pid) == 0

    def start(self, service):
        """Start a service and wait until it is ready to serve."""
        if service.pid is not None:
            raise LabError(f"{service.name} runs already")
        self.launch(service)
        self.await_ready(service)

    def launch(self, service):
        """Start a service without waiting for it."""
        self.services[service.name] = service
        self.ready.discard("READY")
        service.stopping = False
        service.pid = self.spawn(
            service.argv, service.log, env=service.environment, umask=service.umask
        )

    def await_ready(self, service):
        """Wait for a launched service; LabError with the end of its log when it does not come."""
        deadline = time.monotonic() + service.seconds
        while service.pid is not None and time.monotonic() < deadline:
            self.check_signals()
            if service.is_ready(self):
                return
            self.step(0.02)
        what = "ended at once" if service.pid is None else f"was not ready in {service.seconds} s"
        raise LabError(f"{service.name} {what}; the end of its log:\n{service.log_tail()}")

    def stop(self, service, number=signal.SIGTERM):
        """End a service and wait for it."""
        if service.pid is None:
            return
        service.stopping = True
        pid = service.pid
        os.kill(pid, number)
        os.kill(pid, signal.SIGCONT)
        if not self.wait(lambda: pid in self.exited, service.patience):
            os.kill(pid, signal.SIGKILL)
            self.wait(lambda: pid in self.exited, 5)
            word = f"{service.name} had to be killed: SIGTERM did not end it"
            if not service.flawed:
                raise LabError(word)
            say(word)

    def restart(self, service):
        self.stop(service)
        self.start(service)

    def signal_service(self, service, number):
        if service.pid is None:
            raise LabError(f"{service.name} is not running")
        os.kill(service.pid, number)

    def pid_of(self, service):
        if service.pid is None:
            raise LabError(f"{service.name} is not running")
        return str(service.pid)

    def run_command(self, argv, environment, directory):
        """Run the lab's command to its end; returns its exit status as a shell gives it."""
        self.check_signals()
        pid = self.spawn(
            argv,
            env=environment,
            cwd=directory,
            stdin=None,
            stdout=None,
            stderr=None,
            start_new_session=False,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        # What came before the command was there did not reach it from the terminal either.
        self._pass_on_signals(pid, even_from_terminal=True)
        while pid not in self.exited:
            self.step(None)
            self._pass_on_signals(pid)
        status = self.exited[pid]
        return status if status >= 0 else 128 - status

    def _pass_on_signals(self, pid, even_from_terminal=False):
        """A wish to end goes to the command; it has five seconds to follow it."""
        for number in self.caught:
            if number == signal.SIGINT and from_terminal() and not even_from_terminal:
                continue
            if pid not in self.exited:
                os.kill(pid, number)
            if not self.wait(lambda: pid in self.exited, 5):
                os.kill(pid, signal.SIGKILL)
        self.caught.clear()


ORDERS = {
    "start": Supervisor.start,
    "stop": Supervisor.stop,
    "restart": Supervisor.restart,
    "kill": lambda lab, service: lab.stop(service, signal.SIGKILL),
    "hang": lambda lab, service: lab.signal_service(service, signal.SIGSTOP),
    "wake": lambda lab, service: lab.signal_service(service, signal.SIGCONT),
    "hup": lambda lab, service: lab.signal_service(service, signal.SIGHUP),
    "pid": Supervisor.pid_of,
}
