#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# sealctl on captured hosts, as a program and without any daemon: every
# simulated host gets the verdicts of its expected.tsv, exit codes follow them,
# JSON can be read, and what is wrong on the command line is said. The first
# argument is the program under test. Speaks TAP.

import json
import os
import pathlib
import subprocess
import sys

PROFILES = pathlib.Path(__file__).resolve().parent.parent / 'lab' / 'profiles'
TECHNOLOGIES = ('sev', 'sev-es', 'sev-snp', 'tdx')
# No bus of this machine may be asked, and messages must be the English ones.
ENVIRONMENT = {'PATH': os.environ['PATH'], 'LC_ALL': 'C.UTF-8', 'HOME': '/nonexistent',
               'DBUS_SYSTEM_BUS_ADDRESS': 'unix:path=/nonexistent'}
KEPT = ('ASAN_OPTIONS', 'LSAN_OPTIONS', 'UBSAN_OPTIONS', 'LD_LIBRARY_PATH')


def sealctl(*words):
    environment = {**ENVIRONMENT, **{k: os.environ[k] for k in KEPT if k in os.environ}}
    return subprocess.run([sys.argv[1], *map(str, words)], capture_output=True, text=True,
                          env=environment, stdin=subprocess.DEVNULL, check=False, timeout=120)


def capture(profile):
    """Options that name a profile as a captured host."""
    words = ['--root', profile / 'root']
    if (profile / 'domcaps.xml').exists():
        words += ['--domcaps', profile / 'domcaps.xml']
    for line in (profile / 'versions').read_text().splitlines():
        if '=' in line:
            name, version = line.split('=')
            words += [f'--{name.strip()}-version', version.strip()]
    return words


def hosts():
    return sorted(path.parent for path in PROFILES.glob('*/expected.tsv'))


def expected_verdicts(profile):
    rows = (line.split('\t') for line in (profile / 'expected.tsv').read_text().splitlines())
    return {row[1]: (row[2], row[3].replace('-', '') if row[3] == '-' else row[3])
            for row in rows if row[0] == 'verdict'}


def every_host():
    for profile in hosts():
        done = sealctl('check', '--json=short', *capture(profile))
        verdicts = {name: (told['verdict'], told['check'])
                    for name, told in json.loads(done.stdout)['verdicts'].items()}
        expected = expected_verdicts(profile)
        if verdicts != expected:
            yield f'{profile.name}: {verdicts} and not {expected}'
        usable = any(verdict != 'unavailable' for verdict, _ in expected.values())
        if done.returncode != (0 if usable else 1):
            yield f'{profile.name}: exit code {done.returncode}'


def exit_codes_of_technologies():
    for profile in hosts():
        expected = expected_verdicts(profile)
        for technology in TECHNOLOGIES:
            done = sealctl('check', '--quiet', '-t', technology, *capture(profile))
            if done.returncode != (1 if expected[technology][0] == 'unavailable' else 0):
                yield f'{profile.name} {technology}: exit code {done.returncode}'
            if done.stdout or done.stderr:
                yield f'{profile.name} {technology}: not quiet: {done.stdout}{done.stderr}'


def text_for_people():
    done = sealctl('check', *capture(PROFILES / 'stale-cache'))
    for piece in ('sev: unavailable', 'fail  libvirt.domcaps.sev',
                  '-> the kernel can do it, so libvirt\'s cached capabilities',
                  'This host cannot run encrypted VMs.'):
        if piece not in done.stdout:
            yield f'"{piece}" is not said'
    if '\x1b' in done.stdout:
        yield 'colours although no terminal reads'


def without_libvirt():
    done = sealctl('check', '--root', PROFILES / 'milan' / 'root')
    if done.returncode != 1 or 'it stays open' not in done.stdout:
        yield f'exit code {done.returncode}: {done.stdout[-200:]}'
    if 'n/a   libvirt.connection' not in done.stdout:
        yield 'libvirt.connection is not n/a'


def almost_empty_tree():
    done = sealctl('check', '--json=short', '--root', PROFILES)
    checks = {check['id']: check for check in json.loads(done.stdout)['checks']}
    for check in checks.values():
        if check['state'] == 'fail':
            yield f'{check["id"]} fails although nothing was captured'
    if 'copy /proc/cpuinfo' not in checks['cpu.vendor']['remedy']:
        yield 'it is not said what to capture'


def wrong_command_lines():
    root = PROFILES / 'milan' / 'root'
    expected = PROFILES / 'milan' / 'expected.tsv'
    for words, code, piece in (
            (('check', '--domcaps', 'x'), 2, '--root'),
            (('check', '--libvirt-version', '9.0'), 2, '--root'),
            (('check', '--root', '/nonexistent'), 10, 'there is no directory'),
            (('check', '--root', root, '--qemu-version', 'new'), 2, 'is no version'),
            (('check', '--root', root, '--domcaps', '/nonexistent'), 10, 'nonexistent'),
            (('check', '--root', root, '--domcaps', '/dev/zero'), 2, 'virsh domcapabilities'),
            (('check', '--root', root, '--domcaps', expected), 2, 'not well formed'),
            (('check', '--root', root, '--domcaps', root / 'usr/share/OVMF/OVMF_CODE_4M.fd'), 2,
             'no domain capabilities'),
            (('check', '--root', root, '-t', 'sgx'), 2, 'is no technology'),
            (('firmware', '--root', '/nonexistent'), 10, 'there is no directory'),
            (('firmware', '-t', 'none'), 2, 'is no technology'),
            (('capacity',), 8, 'bus')):
        done = sealctl(*words)
        if done.returncode != code or piece not in done.stderr:
            yield f'{words}: {done.returncode} {done.stderr}'


def firmware():
    root = PROFILES / 'milan-snp' / 'root'
    told = json.loads(sealctl('firmware', '--json=short', '--root', root).stdout)
    images = {name: told['technologies'][name]['image'] for name in TECHNOLOGIES}
    if images != {'sev': '/usr/share/OVMF/OVMF_CODE_4M.fd',
                  'sev-es': '/usr/share/OVMF/OVMF_CODE_4M.fd',
                  'sev-snp': '/usr/share/ovmf/OVMF.amdsev.fd', 'tdx': ''}:
        yield f'images: {images}'
    says = {image['name']: image['says'] for image in told['images']}
    if 'SEV metadata version 1 with 4 sections' not in says['60-edk2-x86_64-amdsev.json']:
        yield f'says: {says}'
    why = told['technologies']['sev-snp']['candidates']
    if [one['verdict'] for one in why] != ['taken', 'rejected'] or 'ROM' not in why[1]['why']:
        yield f'candidates: {why}'
    text = sealctl('firmware', '--root', PROFILES / 'stale-cache' / 'root').stdout
    if '10-broken.json: unreadable, firmware descriptor 10-broken.json' not in text:
        yield text
    for name, code in (('milan', 1), ('xeon-tdx', 0)):
        done = sealctl('firmware', '-q', '-t', 'tdx', '--root', PROFILES / name / 'root')
        if done.returncode != code:
            yield f'{name}: exit code {done.returncode}'


def main():
    checks = (every_host, exit_codes_of_technologies, text_for_people, without_libvirt,
              almost_empty_tree, wrong_command_lines, firmware)
    print(f'1..{len(checks)}')
    failed = 0
    for number, check in enumerate(checks, 1):
        wrong = list(check())
        for line in wrong:
            print('\n'.join(f'# {part}' for part in line.splitlines()))
        failed += bool(wrong)
        print(f'{"not ok" if wrong else "ok"} {number} - {check.__name__}', flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
