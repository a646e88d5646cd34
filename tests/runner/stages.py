# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What a test run consists of, as tables: the stages on this system, and for each other Debian what
# runs there in full (tools/test --stack NAME) and in part (at the end of every whole run, so that a
# modern stack never rots).
"""Stages of a test run."""

import dataclasses

SANITIZERS = ("-Db_sanitize=address,undefined", "-Db_lundef=false")
SANITIZER_ENV = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}


@dataclasses.dataclass(frozen=True)
class Stage:
    """Build directory, meson options, environment, meson suites left out, labs, end-to-end runs."""

    name: str
    directory: str
    options: tuple = ()
    environment: dict = dataclasses.field(default_factory=dict)
    without: tuple = ()
    labs: tuple = ("milan", "naples", "plain", "tight")
    runs: tuple = ((),)


HERE = (
    Stage("plain", "build-test"),
    Stage("sanitized", "build-asan", SANITIZERS, SANITIZER_ENV, ("lint",)),
)

# Tests of a newer Debian need no style checker of another version.
STACKS = {
    "trixie": Stage("trixie", "build-stack-trixie", without=("lint",),
                    labs=("milan", "naples", "plain", "tight", "milan-snp", "genoa-snp")),
    "sid": Stage("sid", "build-stack-sid", without=("lint",),
                 labs=("milan", "naples", "plain", "tight", "milan-snp", "genoa-snp", "xeon-tdx")),
}

PARTS = {
    "trixie": dataclasses.replace(
        STACKS["trixie"], labs=("milan", "milan-snp"),
        runs=(("--profile", "milan", "--filter", "life"), ("--profile", "milan-snp"))),
}

# Tests that may be skipped, by the beginning of "program: name". Everything else must run. A stack
# may be out of reach; its absence is told at the end of the run.
MAY_SKIP = ("stack ",)
