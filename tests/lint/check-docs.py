#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Checks what is written for people: manual page and completion know every verb,
# option and operation of sealctl, links between pages lead somewhere, and every text
# that is to be translated is in POTFILES and translated to each language.

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

import tap

VERBS = re.compile(r'extern const Verb verb_(\w+);')
OPTION = re.compile(r'\{"([a-z][a-z-]*)",\s*(?:0|\'.\'),\s*ARGS_')


def verbs():
    return {name.replace('_', '-') for name in VERBS.findall(tap.read('cli', 'verb.h'))}


def options():
    found = set()
    for path in glob.glob(os.path.join(tap.ROOT, 'cli', '*.c')):
        found |= set(OPTION.findall(tap.read(path)))
    return found


def manual():
    page = tap.read('docs', 'man', 'sealctl.1.rst')
    section = page[page.index('\nVERBS\n'):page.index('\nOPTIONS\n')]
    told = set(re.findall(r'^([a-z-]+)(?: |$)', section, re.MULTILINE))
    yield from (f'verb {name}: not in sealctl(1)' for name in verbs() - told)
    yield from (f'verb {name}: in sealctl(1) only' for name in told - verbs())
    known = set(re.findall(r'--([a-z][a-z-]*)', page))
    yield from (f'option --{name}: not in sealctl(1)' for name in options() - known)
    yield from (f'option --{name}: in sealctl(1) only' for name in known - options())


def exit_codes():
    codes = set(re.findall(r'FAILURE_\w+ = (\d+)', tap.read('cli', 'failure.h')))
    page = tap.read('docs', 'man', 'sealctl.1.rst')
    section = page[page.index('\nEXIT STATUS\n'):page.index('\nEXAMPLES\n')]
    told = set(re.findall(r'^(\d+)$', section, re.MULTILINE))
    yield from (f'exit code {code}: not in sealctl(1)' for code in codes - told)
    yield from (f'exit code {code}: in sealctl(1) only' for code in told - codes)


# Words as bash breaks a line, and what the last one may become. No program is asked.
COMPLETED = {
    'sealctl sta': 'start',
    'sealctl --no-legend sto': 'stop',
    'sealctl create vault --technology sev-': 'sev-es sev-snp',
    'sealctl create vault --technology = sev-': 'sev-es sev-snp',
    'sealctl create vault --display =': 'none vnc spice',
    'sealctl --json =': 'pretty short off',
    'sealctl --json = s': 'short',
    'sealctl --json sto': 'stop',
    'sealctl create vault --kernel nothing-is-he': '',
    'sealctl create vault --kernel = SECUR': 'SECURITY.md',
}


def complete(words):
    path = os.path.join(tap.ROOT, 'data', 'completions', 'sealctl.bash')
    script = 'compopt() { :; }; . "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sealctl; ' \
             'echo "${COMPREPLY[*]}"'
    run = subprocess.run(['bash', '-c', script, path, *words], cwd=tap.ROOT, capture_output=True,
                         text=True, check=False)
    return (run.stdout + run.stderr).strip()


def completion():
    text = tap.read('data', 'completions', 'sealctl.bash')
    told = set(re.search(r"_sealctl_verbs='([^']*)'", text).group(1).split())
    yield from (f'verb {name}: not completed' for name in verbs() - told)
    yield from (f'verb {name}: completed, but unknown' for name in told - verbs())
    for line, wanted in COMPLETED.items():
        found = complete(line.split(' '))
        if found != wanted:
            yield f'"{line}" is completed to "{found}", not "{wanted}"'


def operations():
    """What can be asked of sealctl can, in the manual, the completion and the contract."""
    table = tap.read('lib', 'operation-guard.c')
    known = set(re.findall(r'^ {4}\{"([a-z-]+)", "[^"]*"\},$', table, re.MULTILINE))
    page = tap.read('docs', 'man', 'sealctl.1.rst')
    section = page[page.index('\ncan *VM*'):page.index('\nxml *VM*')]
    completed = re.search(r"_sealctl_operations='([^']*)'",
                          tap.read('data', 'completions', 'sealctl.bash')).group(1)
    contract = tap.read('data', 'dbus', 'org.sealvirt1.VM.xml')
    line = re.search(r'@operation: (.*)', contract).group(1)
    for place, told in (('sealctl(1)', set(re.findall(r'\*([a-z-]+)\*', section))),
                        ('the completion', set(completed.split())),
                        ('org.sealvirt1.VM.xml', set(re.findall(r'"([a-z-]+)"', line)))):
        yield from (f'operation {name}: not in {place}' for name in sorted(known - told))
        yield from (f'operation {name}: in {place} only' for name in sorted(told - known))


def potfiles():
    listed = [line for line in tap.read('po', 'POTFILES').splitlines()
              if line and not line.startswith('#')]
    yield from (f'po/POTFILES: no file {name}' for name in listed
                if not os.path.exists(os.path.join(tap.ROOT, name)))
    yield from (f'po/POTFILES: {name} is there twice' for name in listed if listed.count(name) > 1)
    for room in ('cli', 'daemon', 'lib', 'wire'):
        for path in glob.glob(os.path.join(tap.ROOT, room, '**', '*.[ch]'), recursive=True):
            name = os.path.relpath(path, tap.ROOT)
            if re.search(r'\b(?:N?_|ngettext)\(\s*"', tap.read(path)) and name not in listed:
                yield f'{name}: has texts to translate, but is not in po/POTFILES'


def gettext(*command):
    """What a tool of gettext complains about, line by line."""
    if shutil.which(command[0]) is None:
        raise tap.Skip(f'{command[0]} is missing; install gettext')
    run = subprocess.run(command, cwd=tap.ROOT, capture_output=True, text=True, check=False,
                         env=os.environ | {'LC_ALL': 'C.UTF-8', 'LANGUAGE': '',
                                           'GETTEXTDATADIRS': 'data/polkit'})
    lines = run.stderr.splitlines()
    return lines if lines or run.returncode == 0 else [f'{command[0]} failed']


def quote_template(line, template):
    """The text instead of the line in a file that is gone by the time somebody reads this."""
    found = re.match(re.escape(template) + r':(\d+): (.*)', line)
    if not found:
        return line
    with open(template, encoding='utf-8') as stream:
        above = ''.join(stream.readlines()[:int(found[1])])
    text = ' '.join(re.findall('"(.+)"', above[above.rindex('\nmsgid'):]))
    return f'{found[2]}: {text}'


def translations():
    """No text without a translation, none that is unsure or left over, no broken %s."""
    with tempfile.TemporaryDirectory() as folder:
        template = os.path.join(folder, 'sealvirt.pot')
        yield from gettext('xgettext', '--from-code=UTF-8', '--keyword=_', '--keyword=N_',
                           '--files-from=po/POTFILES', f'--output={template}')
        for language in tap.read('po', 'LINGUAS').split('\n'):
            if language and not language.startswith('#'):
                yield from (quote_template(line, template) for line in gettext(
                    'msgcmp', '--no-fuzzy-matching', f'po/{language}.po', template))
                yield from gettext('msgfmt', '--check', '--output-file=/dev/null',
                                   f'po/{language}.po')


def pages():
    for pattern in ('*.md', 'docs/**/*.md'):
        yield from glob.glob(os.path.join(tap.ROOT, pattern), recursive=True)


def links():
    for path in pages():
        for target in re.findall(r'\]\(([^)#:]+)(?:#[^)]*)?\)', tap.read(path)):
            if not os.path.exists(os.path.join(os.path.dirname(path), target)):
                yield f'{os.path.relpath(path, tap.ROOT)}: link to {target} leads nowhere'


def named_files():
    """Files of the tree that a page names in `code` must be there."""
    for path in pages():
        for name in re.findall(r'`((?:lib|wire|daemon|cli|data|docs|tests|tools|po)/[\w./-]+\w)`',
                               tap.read(path)):
            if 'NAME' not in name and not os.path.exists(os.path.join(tap.ROOT, name)):
                yield f'{os.path.relpath(path, tap.ROOT)}: there is no {name}'


if __name__ == '__main__':
    sys.exit(tap.run([
        ('sealctl(1) has every verb and option', manual),
        ('sealctl(1) has every exit code', exit_codes),
        ('completion knows every verb', completion),
        ('operations are told alike', operations),
        ('POTFILES is complete', potfiles),
        ('every text is translated', translations),
        ('links lead somewhere', links),
        ('files that pages name exist', named_files),
    ]))
