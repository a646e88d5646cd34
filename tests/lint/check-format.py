#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Checks that every C file is as clang-format would write it, so that no change
# ever mixes form and meaning, and nobody has to talk about form in a review.
# To cure a finding: clang-format -i FILE

import glob
import os
import shutil
import subprocess
import sys

import tap

ROOMS = ('lib', 'wire', 'daemon', 'cli', 'tests')
# Different releases break lines differently; the tree is formatted by these.
RELEASES = range(14, 15)


def sources():
    for room in ROOMS:
        for ending in 'ch':
            yield from glob.glob(os.path.join(tap.ROOT, room, '**', f'*.{ending}'), recursive=True)


def formatted():
    program = shutil.which('clang-format')
    if not program:
        raise tap.Skip('clang-format is missing; install it to check the form')
    version = subprocess.run([program, '--version'], capture_output=True, text=True,
                             check=True).stdout
    release = int(version.split('version ')[1].split('.')[0])
    if release not in RELEASES:
        raise tap.Skip(f'clang-format {release} breaks lines differently; 14 is wanted')
    run = subprocess.run([program, '--dry-run', '-Werror', *sorted(sources())], cwd=tap.ROOT,
                         capture_output=True, text=True, check=False)
    yield from (line.replace(tap.ROOT + '/', '') for line in run.stderr.splitlines()
                if 'error:' in line)


if __name__ == '__main__':
    sys.exit(tap.run([('clang-format', formatted)]))
