# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The few system calls that Python 3.11 does not offer: namespaces, mounts, death signals, inotify.
#
# Called through ctypes rather than through unshare(1) and mount(8), for speed (a lab makes some
# forty mounts) and because the first process of the lab has to be this program itself.

"""Thin wrappers over libc that raise OSError."""

import ctypes
import os

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE, MS_REMOUNT = 0x1000, 0x4000, 1 << 18, 0x20
MNT_DETACH = 2
PR_SET_PDEATHSIG = 1
IN_CLOSE, IN_OPEN = 0x18, 0x20

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result, what):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags):
    """Give this process (for a pid namespace: its children) namespaces of its own."""
    _check(_libc.unshare(flags), "unshare")


def mount(source, target, kind=None, flags=0, options=None):
    """mount(2)."""
    arguments = [os.fsencode(value) if value else None for value in (source, target, kind)]
    data = os.fsencode(options) if options else None
    _check(
        _libc.mount(*arguments, ctypes.c_ulong(flags), data),
        f"mount {kind or source} on {target}",
    )


def bind(source, target):
    """Show the tree at `source` at `target` too, with what is mounted below it."""
    mount(source, target, None, MS_BIND | MS_REC)


def make_read_only(target):
    """Let nothing be written to the mount at `target`; what is mounted below it stays as it is."""
    mount(None, target, None, MS_REMOUNT | MS_BIND | MS_RDONLY)


def pivot_root(new, old):
    """Make the mount at `new` the root and put the present root at `old`."""
    _check(_libc.pivot_root(os.fsencode(new), os.fsencode(old)), "pivot_root")


def tmpfs(target, mode="0755"):
    """A fresh, empty file system in memory."""
    os.makedirs(target, exist_ok=True)
    mount("tmpfs", target, "tmpfs", MS_NOSUID, f"mode={mode}")


def unmount(target):
    """Take a mount and everything below it away."""
    _check(_libc.umount2(os.fsencode(target), MNT_DETACH), f"umount {target}")


def die_with_parent(signal_number):
    """Have the kernel send this process a signal when its parent is gone."""
    _check(_libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0), "prctl")


def watch_closes(path):
    """An inotify descriptor that becomes readable when someone opens or closes the file."""
    fd = _check(_libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC), "inotify_init1")
    _check(_libc.inotify_add_watch(fd, os.fsencode(path), IN_CLOSE | IN_OPEN), f"watch {path}")
    return fd
