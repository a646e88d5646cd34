#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Checks the systemd unit as it is installed: no mistake in it, and an exposure
# of 0.5 or lower. The program's path is replaced by one that exists, for the
# daemon need not be installed to be tested. Usage: check-unit.py SERVICE

import os
import re
import shutil
import subprocess
import sys
import tempfile

import tap

# systemd-analyze takes ten times the score.
THRESHOLD = '5'
BUS_SERVICE = ('data', 'dbus', 'org.sealvirt1.service')
SYSUSERS = ('data', 'systemd', 'sealvirt.sysusers.conf')


def tool(name):
    path = shutil.which(name)
    if not path:
        raise tap.Skip(f'{name} is missing; install systemd')
    return path


def analyze(*arguments):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'sealvirtd.service')
        with open(sys.argv[1], encoding='utf-8') as source, \
                open(path, 'w', encoding='utf-8') as target:
            target.write(re.sub(r'^ExecStart=\S+', 'ExecStart=/bin/true', source.read(),
                                flags=re.MULTILINE))
        run = subprocess.run([tool('systemd-analyze'), *arguments, path], text=True, check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return run.returncode, run.stdout


def verify():
    status, output = analyze('verify', '--man=no')
    if status or output.strip():
        yield from output.splitlines()


def exposure():
    status, output = analyze('security', '--offline=true', f'--threshold={THRESHOLD}')
    if status:
        yield from (line for line in output.splitlines() if line.startswith(('✗', '→')))


def activation():
    text, unit = tap.read(*BUS_SERVICE), tap.read('data', 'systemd', 'sealvirtd.service.in')
    if 'SystemdService=sealvirtd.service' not in text:
        yield 'no SystemdService=: the bus would start the daemon outside of its sandbox'
    if 'BusName=org.sealvirt1' not in unit or 'Type=notify' not in unit:
        yield 'the unit needs BusName= and Type=notify'


def user():
    run = subprocess.run([tool('systemd-sysusers'), '--dry-run',
                          os.path.join(tap.ROOT, *SYSUSERS)],
                         capture_output=True, text=True, check=False)
    if run.returncode:
        yield from run.stderr.splitlines()
    names = set(re.findall(r'^u (\S+)', tap.read(*SYSUSERS), re.MULTILINE))
    unit = tap.read('data', 'systemd', 'sealvirtd.service.in')
    wanted = set(re.findall(r'^User=(\S+)', unit, re.MULTILINE))
    wanted |= set(re.findall(r'<policy user="((?!root)[^"]+)"',
                             tap.read('data', 'dbus', 'org.sealvirt1.conf')))
    yield from (f'user {name} is used, but sysusers does not make it' for name in wanted - names)


if __name__ == '__main__':
    sys.exit(tap.run([
        ('systemd-analyze verify', verify),
        (f'systemd-analyze security at {THRESHOLD} tenths', exposure),
        ('activation goes through systemd', activation),
        ('the user is made by sysusers', user),
    ]))
