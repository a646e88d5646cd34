# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The reboot of a guest whose processor state is encrypted, which QEMU cannot set back.
#
# Before 11.0 QEMU turns it into an end, after which the daemon starts the VM again where that is
# asked for; since then it launches the guest anew by itself, and nobody else has anything to do.
# Either way a guest that then really shuts down stays off.

"""What the guest's reboot comes to, for every technology."""

import json

from . import bus, lab, watch

WORDS = ("no", "guest-reboot")
LAST_STEP = {"sev-es": "launch-finish", "sev-snp": "snp-launch-finish", "tdx": "tdx-finalize-vm"}


def _launches(technology):
    """How often the simulated hardware has launched such a guest since the lab began."""
    return lab.log("psp").count(f"simulated {LAST_STEP[technology]}: status 0")


def _told():
    """How often the daemon has said that it started a VM again."""
    return lab.log("sealvirtd").count("could not reset it: started again")


def _measured():
    """What the hardware knows of the guest's launch; nothing where its owner asks for that instead."""
    return json.loads(lab.run("lab-psp", "status", "--json"))["launches"].get("phoenix")


def _states(world, path, mark):
    """The states that were signalled since."""
    changes = [event.changed() for event in world.watch.since(mark) if event.path == path]
    return [change["State"] for change in changes if "State" in change]


def _jobs(world, mark):
    """The kinds of all jobs that began since."""
    begun = [event.args[1] for event in world.watch.since(mark) if event.member == "InterfacesAdded"]
    return [shown[bus.JOB]["Operation"] for shown in begun if bus.JOB in shown]


def _launched_anew(world, path, mark, technology, launches):
    lab.wait_for(lambda: _launches(technology) == launches + 1, what="the second launch")
    assert (_states(world, path, mark), _jobs(world, mark)) == ([], [])
    assert world.bus.state(path) == "running" and lab.virsh("domstate", "phoenix") == "running"


def _started_again(world, path, mark, technology, launches, told):
    world.watch.wait(watch.job_removed("restart", result="done"), mark)
    states = _states(world, path, mark)
    assert states[-2:] == ["starting", "running"], states
    lab.wait_for(lambda: _told() == told + 1, what="a word of it in the log")
    assert _jobs(world, mark) == ["restart"] and _launches(technology) == launches + 1
    assert world.bus.state(path) == "running"


def _stays_off(world, path, mark):
    world.watch.wait(watch.changed(path, State="shutoff"), mark)
    assert world.bus.state(path) == "shutoff" and _jobs(world, mark) == []


def _off_at_the_button(path, world):
    """The lab's firmware listens to the button a moment after its start; a press before is lost."""
    if world.bus.state(path) != "shutoff":
        lab.virsh("shutdown", "phoenix", check=False)
    return world.bus.state(path) == "shutoff"


def _shuts_down(world, path):
    """A shutdown of which the daemon hears only when the guest is gone."""
    mark = world.watch.mark()
    lab.wait_for(lambda: _off_at_the_button(path, world), 20, "the end of the guest", step=0.3)
    _stays_off(world, path, mark)


def guest_reboots(world, technology, word):
    """A guest with this setting `restart` reboots, and shuts down if that has not ended it."""
    with world.guest("phoenix", technology=technology, restart=word, start=True) as path:
        assert world.bus.get(path, bus.VM, "Restart") == word
        mark, launches, told = world.watch.mark(), _launches(technology), _told()
        measured = _measured()
        # What a guest does to reboot: a write to the chipset's reset register.
        lab.virsh("qemu-monitor-command", "phoenix", "--hmp", "o /b 0xcf9 6", check=False)
        if lab.qemu_major() >= 11:
            _launched_anew(world, path, mark, technology, launches)
        elif word == "no":
            _stays_off(world, path, mark)
            return
        else:
            _started_again(world, path, mark, technology, launches, told)
        assert _measured() == measured, "the same guest is measured as another"
        _shuts_down(world, path)
