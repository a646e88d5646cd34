#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The bench itself, run inside the lab by tools/bench.
#
# The order of the measurements matters: memory first, while nothing else maps the daemon's
# libraries that an ordinary host would not have; libvirt-dbus only while it is measured.

"""Take all figures and print the table."""

import argparse
import json
import os
import pathlib
import statistics
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import figures  # noqa: E402
import lab_host  # noqa: E402
import measures  # noqa: E402
from talkers import Client, Virsh  # noqa: E402


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def busyness():
    """What else runs here: more than the bench's own share blurs the ratios of short calls."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def measure(arguments):
    """Yields the results, each as soon as it is there."""
    rounds, vms = arguments.rounds, arguments.vms
    lab_host.start_daemon()
    yield figures.Result("memory", [lab_host.settled_kib("Pss")], [])
    yield from measures.writer(arguments.programs / "bench-writer")
    client, disk = Client(arguments.programs / "bench-client"), lab_host.make_disk()
    empty = measures.served_kib(client)
    say(f"creating {vms} encrypted VMs")
    begin = time.monotonic()
    measures.populate(client, vms, disk)
    say(f"created in {time.monotonic() - begin:.1f} s")
    yield measures.growth(client, vms, empty)
    yield measures.sleep()
    yield measures.ready(client, vms, rounds)
    yield measures.inventory(client, vms, rounds)
    path = client.ask("create", "bench-property", disk)[1]
    yield measures.one_property(client, path, rounds * 4)
    client.time("vm", path, "Delete")
    yield measures.cached_check(client, rounds * 4)
    yield measures.probe(arguments.programs, rounds)
    virsh = Virsh()
    yield measures.create(client, virsh, disk, rounds * 8)
    yield measures.compose(client, disk, rounds)
    if measures.have_kvm():
        yield measures.start(client, virsh, disk, rounds * 3)
    else:
        say("there is no /dev/kvm, so no guest can start: that figure is left out")
    virsh.close()
    client.close()


def _parser():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--programs", type=pathlib.Path, required=True, metavar="DIR", help="bench-* as built"
    )
    parser.add_argument("--vms", type=int, default=1000, help="defined VMs (default: 1000)")
    parser.add_argument("--rounds", type=int, default=5, help="a scale of samples (default: 5)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write all samples there")
    return parser


def main():
    arguments = _parser().parse_args()
    results, before = [], busyness()
    for result in measure(arguments):
        say(f"{result.key}: {statistics.median(result.ours):.3f} {result.figure.unit}")
        results.append(result)
    order = [figure.key for figure in figures.FIGURES]
    results.sort(key=lambda result: order.index(result.key))
    print(f"\n{arguments.vms} VMs defined, medians; {before} before, {busyness()} after:\n")
    print(figures.table(results))
    if arguments.json:
        report = {
            "vms": arguments.vms,
            "before": before,
            "after": busyness(),
            "figures": [result.as_dict() for result in results],
        }
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    complete = len(results) == len(figures.FIGURES)
    return 0 if complete and all(result.reached for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
