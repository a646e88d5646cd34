#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Holds together what is written in several places: the interface descriptions
# and their documentation, the polkit actions and the gate, the error names and
# their page, the settings and their list. Any of them that is changed alone
# fails here, so that no text can go stale.

import glob
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import tap

sys.path.insert(0, os.path.join(tap.ROOT, 'docs'))
import dbus_doc  # noqa: E402  (it lies beside the pages that it makes)

DBUS = os.path.join(tap.ROOT, 'data', 'dbus')
POLICY = os.path.join(tap.ROOT, 'data', 'polkit', 'org.sealvirt1.policy.in')
ERRORS = os.path.join(tap.ROOT, 'docs', 'errors.md')
RANKS = ['no', 'auth_admin', 'auth_admin_keep', 'auth_self', 'auth_self_keep', 'yes']


def interfaces():
    return dbus_doc.read(sorted(glob.glob(os.path.join(DBUS, '*.xml'))))


def members():
    for interface in interfaces():
        for member in interface.members:
            yield f'{interface.name}.{member.name}', member


def documented():
    for interface in interfaces():
        if not interface.doc or not interface.doc.paragraphs:
            yield f'{interface.name}: the interface has no documentation'
    for where, member in members():
        if not member.doc or not member.doc.paragraphs:
            yield f'{where}: no comment "{member.name}:" with text right above it'
            continue
        named = [arg[0] for arg in member.args]
        if not all(named):
            yield f'{where}: an argument without a name'
        for name in named:
            if name not in member.doc.args:
                yield f'{where}: argument {name} is not documented as "@{name}: ..."'
        for name in set(member.doc.args) - set(named):
            yield f'{where}: documents @{name}, which it does not have'


def methods_say():
    errors = error_codes()
    for where, member in members():
        if member.kind != 'method' or not member.doc:
            continue
        for name in ('Authorization', 'Errors'):
            if name not in member.doc.fields:
                yield f'{where}: says nothing about "{name}:"'
        listed = member.doc.fields.get('Errors', 'none')
        for name in [] if listed == 'none' else listed.split(', '):
            if f'org.sealvirt1.Error.{name}' not in errors:
                yield f'{where}: error {name} is not in lib/error.c'
        options = [arg for arg in member.args if arg[0] == 'options']
        told = 'Options' in member.doc.lists or 'Options' in member.doc.fields
        if bool(options) != told:
            yield f'{where}: its options and what is said of them do not agree'
        if options and (options[0][1] != 'a{sv}' or [a for a in member.args if a[2] == 'in'][-1]
                        != options[0]):
            yield f'{where}: options must be a{{sv}} and come last'


def properties_say():
    for where, member in members():
        if member.kind == 'property' and member.emits not in ('true', 'const'):
            yield f'{where}: must emit changes or be const, not "{member.emits}"'


def valid_xml():
    for pattern in ('data/dbus/*.xml', 'data/dbus/*.conf', 'data/polkit/*.policy.in'):
        for path in glob.glob(os.path.join(tap.ROOT, pattern)):
            run = subprocess.run(['xmllint', '--noout', '--nonet', path], capture_output=True,
                                 text=True, check=False)
            yield from run.stderr.splitlines()


def bus_policy():
    for rule in ET.parse(os.path.join(DBUS, 'org.sealvirt1.conf')).iter():
        if rule.tag in ('allow', 'deny') and 'own' not in rule.attrib \
                and 'send_destination' not in rule.attrib:
            yield f'{rule.attrib}: a rule without send_destination would open other services'


def actions():
    return {action.get('id'): action for action in ET.parse(POLICY).iter('action')}


def polkit_defaults():
    for name, action in actions().items():
        for who in ('allow_any', 'allow_inactive', 'allow_active'):
            default = action.findtext(f'defaults/{who}')
            highest = 'auth_admin_keep' if who == 'allow_active' else 'auth_admin'
            if default not in RANKS or RANKS.index(default) > RANKS.index(highest):
                yield f'{name}: {who} is {default}, at most {highest}'
        owner = action.find("annotate[@key='org.freedesktop.policykit.owner']")
        if owner is None or owner.text != 'unix-user:sealvirt':
            yield f'{name}: polkit does not answer the daemon, which is not root and no owner'
        for text in ('description', 'message'):
            if not action.findtext(text):
                yield f'{name}: no {text}'


def action_names(text):
    """Actions that a text names in full or, in the gate, by ACTION("name")."""
    short = re.findall(r'\bACTION\("([a-z-]+)"\)', text)
    return set(re.findall(r'org\.sealvirt1\.[a-z][a-z-]*', text)) | {
        f'org.sealvirt1.{name}' for name in short}


def polkit_names():
    known = set(actions())
    documented_names = set()
    for path in glob.glob(os.path.join(DBUS, '*.xml')):
        documented_names |= action_names(tap.read(path))
    used = set()
    for path in glob.glob(os.path.join(tap.ROOT, 'daemon', '*', '*.[ch]')):
        used |= action_names(tap.read(path))
    yield from (f'{n}: documented in data/dbus, no such action' for n in documented_names - known)
    yield from (f'{n}: an action that no member needs' for n in known - documented_names)
    yield from (f'{n}: used by the daemon, no such action' for n in used - known)
    yield from (f'{n}: an action that the daemon never asks for' for n in known - used)
    examples = glob.glob(os.path.join(tap.ROOT, 'docs', 'examples', '*.rules'))
    for path in examples:
        yield from (f'{path}: no action {n}' for n in action_names(tap.read(path)) - known)


GATE_ROW = re.compile(r'\{SERVICE_(\w+)_INTERFACE, "(\w+)", GATE_(METHOD|PROPERTY),\s*'
                      r'(?:NULL|ACTION\("([a-z-]+)"\))')


def gate():
    """The gate has a row for what is documented, and asks for the action that is documented."""
    rows = {(interface.lower(), name, kind): action and f'org.sealvirt1.{action}'
            for interface, name, kind, action
            in GATE_ROW.findall(tap.read('daemon', 'bus', 'gate.c'))}
    for where, member in members():
        interface = where.split('.')[-2].lower()
        kind = 'METHOD' if member.kind == 'method' else 'PROPERTY'
        if member.kind == 'signal' or member.access == 'read':
            continue
        if (interface, member.name, kind) not in rows:
            yield f'{where}: no row in the gate'
            continue
        asked = rows[interface, member.name, kind]
        told = member.doc.fields.get('Authorization', ' '.join(member.doc.paragraphs))
        first = sorted(action_names(told), key=told.index)[:1]
        if not told.startswith('none') and first != [asked]:
            yield f'{where}: the gate asks for {asked}, documented is {first}'
        if told.startswith('none') and asked:
            yield f'{where}: the gate asks for {asked}, documented is none'


def error_codes():
    text = tap.read('lib', 'error.c')
    ours = re.findall(r'=\s*OURS "(\w+)"', text)
    return [f'org.sealvirt1.Error.{n}' for n in ours] + re.findall(r'"(org\.freedesktop\.[\w.]+)"',
                                                                  text)


def error_page():
    page = {name: (cure, status) for name, _, cure, status in dbus_doc.read_errors(ERRORS)}
    yield from (f'{n}: not in docs/errors.md' for n in error_codes() if n not in page)
    yield from (f'{n}: in docs/errors.md only' for n in page if n not in error_codes())
    yield from (f'{n}: no cure ("Do: ...")' for n, (cure, _) in page.items() if not cure)
    failure = os.path.join('cli', 'failure.c')
    codes = dict(re.findall(r'(FAILURE_\w+) = (\d+)', tap.read('cli', 'failure.h')))
    rows = re.findall(r'\{(OURS|DBUS) "([\w]+)", (FAILURE_\w+)', tap.read(failure))
    exits = {('org.sealvirt1.Error.' if kind == 'OURS' else 'org.freedesktop.DBus.Error.') + name:
             codes[code] for kind, name, code in rows}
    for name, (_, status) in page.items():
        if status != exits.get(name, codes['FAILURE_GENERAL']):
            yield f'{name}: docs/errors.md says exit {status}, {failure} says ' \
                  + exits.get(name, codes['FAILURE_GENERAL'])


def setting_rows(text, table):
    body = re.search(rf'SealSettingsRow {table}_rows\[\] = \{{(.*?)\n\}};', text, re.DOTALL)
    signatures = dict(re.findall(r'\[SEAL_SETTINGS_KIND_(\w+)\] = \{"([^"]+)"', text))
    return {(key, signatures[kind]) for key, kind in re.findall(r'ROW\("([\w-]+)", (\w+),',
                                                               body.group(1))}


def settings():
    text = tap.read('lib', 'settings-table.c')
    create = next(m.doc for w, m in members() if w.endswith('.CreateVM'))
    for title, table in (('Settings', 'top'), ('Disk', 'disk'), ('Network', 'network')):
        coded = setting_rows(text, table)
        told = {(key, kind) for key, kind, _ in create.lists[title]}
        yield from (f'{title} {key} ({kind}): not documented' for key, kind in coded - told)
        yield from (f'{title} {key} ({kind}): documented only' for key, kind in told - coded)


# Tables of words that go over the bus: file, prefix of their enum, member that names them.
WORDS = [
    ('daemon/core/vm.c', 'VM_STATE_', 'org.sealvirt1.VM.State'),
    ('daemon/core/jobs.c', 'JOB_OPERATION_', 'org.sealvirt1.Job.Operation'),
    ('daemon/core/jobs.c', 'JOB_RESULT_', 'org.sealvirt1.Manager.JobRemoved'),
    ('daemon/core/core.c', 'VIRT_CONNECTION_', 'org.sealvirt1.Manager.BackendState'),
]


def words():
    docs = {where: member.doc for where, member in members()}
    for path, prefix, where in WORDS:
        text = ' '.join(docs[where].paragraphs + list(docs[where].args.values()))
        coded = re.findall(rf'\[{prefix}\w+\] = "([\w-]+)"', tap.read(path))
        if not coded:
            yield f'{path}: no table of {prefix}* found'
        yield from (f'{where}: does not name "{word}"' for word in coded if f'"{word}"' not in text)


if __name__ == '__main__':
    sys.exit(tap.run([
        ('XML files are well formed', valid_xml),
        ('every D-Bus member and argument is documented', documented),
        ('every method tells authorization, errors and options', methods_say),
        ('every property emits changes or is const', properties_say),
        ('bus policy names its destination', bus_policy),
        ('polkit defaults let nobody in without an administrator', polkit_defaults),
        ('polkit actions, documentation and gate agree', polkit_names),
        ('every member has its documented row in the gate', gate),
        ('errors, their page and the exit codes agree', error_page),
        ('settings and their documentation agree', settings),
        ('words of the bus are documented', words),
    ]))
