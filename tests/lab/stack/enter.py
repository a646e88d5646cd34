#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Goes into the root of a stack and becomes a program there.
#
# enter.py [--writable] ROOT COMMAND...: in a mount namespace of its own the root takes the place of /,
# read-only unless packages are being installed, with the real /dev, /proc, /sys and /tmp and the
# source tree where it is outside. Nothing is forked: signals and the exit status are the program's.

"""Enter a stack."""

import os
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from harness import kernel, paths  # noqa: E402

REAL = ("/dev", "/proc", "/sys", "/tmp")
EMPTY = ("/run", "/root", "/var/tmp")
HIDDEN = ("LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "GI_TYPELIB_PATH")
RESOLVER = "/etc/resolv.conf"


def _show(path, root):
    """Bind a file or directory to its own place in the root."""
    target = root / str(path).lstrip("/")
    if os.path.isdir(path):
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    kernel.bind(path, target)


def _is_shown(path, shown):
    return any(path == top or path.startswith(top + "/") for top in shown)


def _populate(root, more):
    for path in EMPTY:
        kernel.tmpfs(root / path[1:])
    (root / "run/lock").mkdir()
    shown = list(REAL)
    for path in REAL:
        _show(path, root)
    for path in map(os.path.realpath, (paths.PROJECT, *more)):
        if os.path.exists(path) and path != "/" and not _is_shown(path, shown):
            _show(path, root)
            shown.append(path)
    if os.path.exists(RESOLVER):
        _show(RESOLVER, root)


def _swap(root):
    """Make `root` the root, and let go of the old one."""
    os.chdir(root)
    kernel.pivot_root(".", ".")
    kernel.unmount(".")
    os.chdir("/")


def enter(root, more=(), writable=False):
    """Put this process into the root; `more` are directories to see there too."""
    root, directory = pathlib.Path(root), os.getcwd()
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.bind(root, root)
    _populate(root, more)
    if not writable:
        kernel.make_read_only(root)
    _swap(root)
    os.chdir(directory if os.path.isdir(directory) else "/")


def environment(name):
    """What a program in the stack needs to know, and nothing that leads out of it."""
    kept = {key: value for key, value in os.environ.items() if key not in HIDDEN}
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    known = {"SEALVIRT_STACK": name} if name else {}
    return {**kept, "PATH": path, "HOME": "/root", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **known}


def become(root, command, name=None, more=(), writable=False):
    """Enter and run; does not return."""
    enter(root, more, writable)
    os.execvpe(command[0], command, environment(name))


def main(words):
    writable = words[:1] == ["--writable"]
    words = words[writable:]
    if len(words) < 2:
        sys.exit("usage: enter.py [--writable] ROOT COMMAND...")
    become(words[0], words[1:], writable=writable)


if __name__ == "__main__":
    main(sys.argv[1:])
