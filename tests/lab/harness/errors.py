# SPDX-License-Identifier: LGPL-2.1-or-later
#
# How the lab fails.
#
# Two exit codes are the lab's own: 2 when it refuses to begin (wrong user, wrong place, bad option)
# and 125 when it could not be brought up; everything else is the status of the command inside. Both
# come with what is wrong and what to do about it.

"""Exceptions and exit codes of the lab."""

EXIT_REFUSED = 2
EXIT_BROKEN = 125


class LabError(Exception):
    """The lab cannot do it; `status` is the exit code."""

    status = EXIT_BROKEN


class Refused(LabError):
    """The lab will not begin."""

    status = EXIT_REFUSED


class Interrupted(LabError):
    """A signal ended the lab while it was coming up."""

    def __init__(self, number):
        super().__init__(f"interrupted by signal {number}")
        self.status = 128 + number
