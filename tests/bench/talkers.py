# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The programs that the figures are taken from, as objects to talk to.
#
# Client is bench-client.c, Virsh one session of virsh; both take one order a line, stay open, and
# tell themselves how long the order took, so that pipes and Python are outside the timing of both.

"""Long-lived processes that obey lines."""

import re
import subprocess

import precedence

TIME = re.compile(r"\(Time: ([0-9.]+) ms\)")
PROMPT = "virsh # "


class TalkError(Exception):
    """An order failed; the text is what the program said."""


class Client:
    """The D-Bus client; times are in milliseconds."""

    def __init__(self, program):
        self.process = precedence.popen(
            [str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, *words):
        """One order; returns the words of its answer."""
        order = " ".join(str(word) for word in words)
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer or answer.startswith("error"):
            raise TalkError(f"{order}: {answer.strip() or 'the client ended'}")
        return answer.rstrip("\n").split(" ")

    def time(self, *words):
        """One order; returns its milliseconds."""
        return float(self.ask(*words)[0]) / 1000

    def create(self, name, disk):
        """(milliseconds, object path)."""
        usec, path = self.ask("create", name, disk)
        return float(usec) / 1000, path

    def preview(self, name, disk):
        """The XML that CreateVM would define."""
        return " ".join(self.ask("preview", name, disk)[1:])

    def inventory(self, order="inventory"):
        """(milliseconds, VMs)."""
        usec, count = self.ask(order)
        return float(usec) / 1000, int(count)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Virsh:
    """One session, with virsh's own timing of each command (-t)."""

    def __init__(self):
        self.process = precedence.popen(
            ["virsh", "-t", "-c", "qemu:///system"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._read()

    def _read(self):
        text = b""
        while not text.endswith(PROMPT.encode()):
            more = self.process.stdout.read1(65536)
            if not more:
                raise TalkError(f"virsh ended: {text.decode()}")
            text += more
        return text.decode()

    def time(self, *words):
        """One command; returns its milliseconds as virsh measured them."""
        self.process.stdin.write((" ".join(words) + "\n").encode())
        self.process.stdin.flush()
        text = self._read()
        found = TIME.search(text)
        if "error:" in text or not found:
            raise TalkError(f"virsh {' '.join(words)}: {text}")
        return float(found.group(1))

    def close(self):
        self.process.stdin.close()
        self.process.wait()
