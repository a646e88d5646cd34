# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The figures to reach and how a measurement becomes a verdict.
#
# One row of the table below is one promise of the project. Times are compared as ratios of medians
# that were taken in turn (ours, peer, ours, peer) on the same machine in the same minutes, because
# absolute times say more about the machine than about the program.

"""Figures, verdicts, the printed table."""

import dataclasses
import statistics

FASTER, AT_MOST = "faster", "at most"
# These two have no peer: a number of our own that must not be above, or below, what is wanted.
SIZE, LEAST = "size", "least"


@dataclasses.dataclass(frozen=True)
class Figure:
    """What is promised; `kind` says how ours and the peer's make a ratio."""

    key: str
    what: str
    kind: str
    wanted: float
    unit: str
    how: str


FIGURES = (
    Figure("inventory", "whole inventory", FASTER, 120, "ms",
           "one GetManagedObjects against libvirt-dbus: ListDomains, then GetAll of each domain; "
           "the same C client for both, every reply read to its end"),
    Figure("property", "one property Get", AT_MOST, 1.2, "ms",
           "Properties.Get of a VM's State against Peer.Ping of the daemon, call by call in turn"),
    Figure("check", "cached Check", AT_MOST, 3, "ms",
           "Host.Check of all technologies against Peer.Ping of the daemon, call by call in turn"),
    Figure("probe", "fresh probe of the host", AT_MOST, 1, "ms",
           "every fact read and every check evaluated, without libvirt's part, against one "
           "virt-host-validate qemu as a whole process"),
    Figure("create", "CreateVM against define", AT_MOST, 1.5, "ms",
           "CreateVM against virsh define of the XML that PreviewVM gives, in one virsh session "
           "(times of virsh -t); each is undefined again, outside the timing"),
    Figure("compose", "CreateVM against virt-install", FASTER, 40, "ms",
           "CreateVM against the whole process virt-install --print-xml for the same VM, "
           "without its search of all VMs for the disk (--check path_in_use=off)"),
    Figure("start", "Start against virsh start", AT_MOST, 1.1, "ms",
           "Start against virsh start of the same VM in one virsh session (times of virsh -t); "
           "stopped in between, outside the timing"),
    Figure("memory", "memory when idle", SIZE, 12 * 1024, "KiB",
           "Pss of the daemon with no VM, 4 s after its start"),
    Figure("growth", "memory for one VM", SIZE, 4, "KiB",
           "Pss_Anon (what others map too does not grow) of a daemon after its start with all VMs "
           "and 3 inventories, less the same with none"),
    Figure("sleep", "processor when idle", SIZE, 2, "ms/s",
           "processor time of the daemon with all VMs while nobody asks for anything, over 10 s"),
    Figure("ready", "ready after exec", AT_MOST, 2, "ms",
           "from exec to READY=1 with all VMs known, against the whole process virsh list --all"),
    Figure("writes", "domain XML written", LEAST, 2000, "/s",
           "VMs with 20 devices, by lib alone, in processor time"),
    Figure("writes-growth", "a device among 200", SIZE, 1.2, "x",
           "how much longer than a device among 20 it takes to write"),
)


@dataclasses.dataclass
class Result:
    """Samples of one figure; peer is empty where there is none."""

    key: str
    ours: list
    peer: list
    note: str = ""

    @property
    def figure(self):
        return next(figure for figure in FIGURES if figure.key == self.key)

    @property
    def ours_median(self):
        return statistics.median(self.ours)

    @property
    def peer_median(self):
        return statistics.median(self.peer) if self.peer else None

    @property
    def ratio(self):
        """As the promise is worded: times faster, or times as long."""
        if not self.peer:
            return None
        if self.figure.kind == FASTER:
            return self.peer_median / self.ours_median
        return self.ours_median / self.peer_median

    @property
    def reached(self):
        if self.figure.kind == SIZE:
            return self.ours_median <= self.figure.wanted
        if self.figure.kind == LEAST:
            return self.ours_median >= self.figure.wanted
        if self.figure.kind == FASTER:
            return self.ratio >= self.figure.wanted
        return self.ratio <= self.figure.wanted

    def as_dict(self):
        """For --json."""
        return {
            **dataclasses.asdict(self.figure),
            "ours": self.ours_median,
            "peer": self.peer_median,
            "ratio": self.ratio,
            "reached": self.reached,
            "note": self.note,
            "ours_samples": self.ours,
            "peer_samples": self.peer,
        }


def _number(value):
    if value is None:
        return "-"
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 100 else f"{value:.0f}"


def _wanted(figure):
    if figure.kind == SIZE:
        return f"<= {figure.wanted:g} {figure.unit}"
    if figure.kind == LEAST:
        return f">= {figure.wanted:g} {figure.unit}"
    if figure.kind == FASTER:
        return f">= {figure.wanted:g} x faster"
    return f"<= {figure.wanted:g} x"


def _row(result):
    figure = result.figure
    unit = "" if figure.unit == "ms" else " " + figure.unit
    return (
        figure.what,
        _number(result.ours_median) + unit,
        _number(result.peer_median),
        _number(result.ratio),
        _wanted(figure),
        "ok" if result.reached else "MISSED",
    )


def table(results):
    """The table as text."""
    rows = [("what", "ours (ms)", "peer (ms)", "ratio", "wanted", "")]
    rows += [_row(result) for result in results]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if 0 < column < 4 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(map(len, lines)))
    lines.append("")
    for result in results:
        count = f"{len(result.ours)} samples" if len(result.ours) > 1 else "1 sample"
        note = f" {result.note}." if result.note else ""
        lines.append(f"{result.figure.what}: {result.figure.how}; {count}.{note}")
    return "\n".join(lines)
