#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests the run of all tests: a stack that is out of reach is told within seconds, leaves nothing and
# counts as skipped, which nothing else may; and a program that dies early, keeps its plan badly or
# says nothing can never pass.

"""Self-test of tests/runner."""

import contextlib
import http.server
import importlib.util
import io
import os
import pathlib
import socket
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lab")]

import abroad  # noqa: E402
import main  # noqa: E402
import stages  # noqa: E402
import tap  # noqa: E402
from stack import root  # noqa: E402

SPEC = importlib.util.spec_from_file_location("speaker", HERE.parent / "lint" / "tap.py")
speaker = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(speaker)

# A mirror that is silent costs as long as we wait, and the rest must be quick.
PATIENCE = 1
SLACK = 5


class Nowhere(http.server.BaseHTTPRequestHandler):
    """A mirror without the suite."""

    def do_GET(self):  # noqa: N802  (the name is http.server's)
        self.send_error(404)

    def log_message(self, *words):
        """Say nothing."""


@contextlib.contextmanager
def refusing():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}/debian"


@contextlib.contextmanager
def silent():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/debian"


@contextlib.contextmanager
def without_the_suite():
    with http.server.HTTPServer(("127.0.0.1", 0), Nowhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/debian"
        server.shutdown()


@contextlib.contextmanager
def no_address():
    yield "this is no address"


MIRRORS = {"refuses": refusing, "is silent": silent, "lacks the suite": without_the_suite,
           "is none": no_address}


def out_of_reach(mirror):
    """A run on a stack that nobody has, with such a mirror."""

    def check():
        printed = io.StringIO()
        root.ANSWER_SECONDS = PATIENCE
        root.shutil.which = lambda program: f"/usr/sbin/{program}"
        with tempfile.TemporaryDirectory() as place, mirror() as address:
            os.environ.update(SEALVIRT_STACK_DIR=place, SEALVIRT_STACK_MIRROR=address)
            began = time.monotonic()
            with contextlib.redirect_stdout(printed):
                count = abroad.run_stage(stages.STACKS["trixie"], whole=True)
                status = main.judge(count)
            if time.monotonic() - began > PATIENCE + SLACK:
                yield f"it took {time.monotonic() - began:.0f} s"
            if left := sorted({path.name for path in pathlib.Path(place).iterdir()} - {"trixie.lock"}):
                yield f"it leaves {', '.join(left)}"
        if count.passed or count.failed or len(count.skipped) != 1:
            yield f"it counts as {count.line()}"
        if status != main.SKIPPED:
            yield f"the exit status is {status}"
        text = printed.getvalue()
        yield from (f"{word!r} is not told" for word in (
            "STACK trixie WAS NOT TESTED", address, "SEALVIRT_STACK_MIRROR", "0 passed, 0 failed, 1 skipped")
            if word not in text)

    return check


# What a test program printed, and what of it counts: passed, failed, skipped.
OUTPUTS = {
    "all pass": ("1..2\nok 1 - a\nok 2 - b\n", (2, 0, 0)),
    "one fails": ("1..2\nok 1 - a\nnot ok 2 - b\n", (1, 1, 0)),
    "one is skipped": ("1..1\nok 1 - a # SKIP no libvirt\n", (0, 0, 1)),
    "all are skipped": ("1..0 # SKIP no libvirt\n", (0, 0, 1)),
    "it dies early": ("1..3\nok 1 - a\n", (1, 1, 0)),
    "it says nothing": ("", (0, 1, 0)),
    "it gives up": ("1..2\nok 1 - a\nBail out! no memory\n", (1, 2, 0)),
    "parts of a test": ("1..1\n    ok 1 - part\n    not ok 2 - part\nnot ok 1 - a\n", (0, 1, 0)),
}


def counts():
    for name, (text, expected) in OUTPUTS.items():
        count = tap.read(text, "program")
        if (found := (count.passed, len(count.failed), len(count.skipped))) != expected:
            yield f"{name}: {found}, not {expected}"


VERDICTS = {
    "good": (tap.Count(passed=3), 0),
    "a failure": (tap.Count(passed=3, failed=["a: b"]), 1),
    "a skip": (tap.Count(passed=3, skipped=["a: b"]), 1),
    "a stack out of reach": (tap.Count(passed=3, skipped=["stack sid: no network"]), 0),
    "nothing": (tap.Count(), main.SKIPPED),
}


def verdicts():
    for name, (count, expected) in VERDICTS.items():
        with contextlib.redirect_stdout(io.StringIO()):
            status = main.judge(count)
        if status != expected:
            yield f"{name}: exit status {status}, not {expected}"


if __name__ == "__main__":
    CHECKS = [(f"a stack whose mirror {name}", out_of_reach(mirror)) for name, mirror in MIRRORS.items()]
    sys.exit(speaker.run([*CHECKS, ("output counts", counts), ("verdicts", verdicts)]))
