#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Writes the manual page org.sealvirt1(5), in reStructuredText, from the
# interface descriptions and from docs/errors.md, so that it cannot say
# anything else than they do. Usage: gen-dbus-man.py ERRORS.md INTERFACE.xml...

import re
import sys

import dbus_doc

HEAD = '''\
=============
org.sealvirt1
=============

------------------------------------------------------
The D-Bus interface of sealvirtd, and how to call it
------------------------------------------------------

:Manual section: 5
:Manual group: Sealvirt

INTRODUCTION
============

**sealvirtd**\\(8) is on the system bus as *org.sealvirt1* and is started when
somebody calls it. Everybody may call; for what changes something it asks
polkit, and the action asked for is named with each method below. To be asked
for a password, set the flag that allows interactive authorization, and give
the call a timeout of some minutes, for a person has to type.

A method replies when its work is done or has failed. Every method that acts
ends in a dictionary of options; a key that is not listed is refused. What
properties and lists return comes from memory and never waits for libvirt.

Values are words and numbers; text in errors is English and for people to
read. A program compares the name of an error, never its text.

Objects
-------

/org/sealvirt1
    org.sealvirt1.Manager and org.freedesktop.DBus.ObjectManager
/org/sealvirt1/host
    org.sealvirt1.Host
/org/sealvirt1/vm/...
    org.sealvirt1.VM, one for each virtual machine that libvirt knows
/org/sealvirt1/job/...
    org.sealvirt1.Job, one for each call that is being worked on
/org/freedesktop/LogControl1
    org.freedesktop.LogControl1, see **org.freedesktop.LogControl1**\\(5)

Examples
--------

::

    busctl call org.sealvirt1 /org/sealvirt1 org.sealvirt1.Manager ListVMs
    busctl call org.sealvirt1 /org/sealvirt1/host org.sealvirt1.Host Check 'a{sv}' 0
    busctl call org.sealvirt1 /org/sealvirt1 org.sealvirt1.Manager CreateVM \\
        'sa{sv}a{sv}' vault \\
        4 technology s sev-es memory t 4294967296 vcpus u 2 \\
        disks 'aa{sv}' 1 1 path s /var/lib/libvirt/images/vault.qcow2 \\
        0
'''
TAIL = '''
STABILITY
=========

Within version 1 nothing of the above is removed, renamed or changed in type.
Methods, properties, options, settings, words and errors may be added; a client
must pass over words that it does not know.

SEE ALSO
========

**sealvirtd**\\(8), **sealctl**\\(1), **busctl**\\(1), **polkit**\\(8)
'''


def escape(text):
    return re.sub(r'([*`|\\_])', r'\\\1', text)


def title(text, mark):
    return [text, mark * len(text), '']


def signature(member):
    """The member as one line, names before types."""
    def show(direction):
        return ', '.join(f'{a[1]} {a[0]}' for a in member.args if a[2] == direction)
    if member.kind == 'property':
        return f'{member.type} {member.name}, {member.access}, changes: {member.emits}'
    if member.kind == 'signal':
        return f'{member.name} ({show("out")})'
    return f'{member.name} ({show("in")}) -> ({show("out")})'


def definitions(rows):
    for term, text in rows:
        yield f'{term}\n    {escape(text)}'
    yield ''


def show_member(member):
    doc = member.doc
    yield from title(member.name, '~')
    yield f'``{signature(member)}``\n'
    for paragraph in doc.paragraphs:
        yield escape(paragraph) + '\n'
    if doc.args:
        yield from definitions((f'*{a}*', text) for a, text in doc.args.items())
    for name, rows in doc.lists.items():
        yield f'{name}:\n'
        yield from definitions((f'**{key}** ({kind})', text) for key, kind, text in rows)
    for name, text in doc.fields.items():
        yield f'{name}: {escape(text)}\n'


def show_interface(interface):
    yield from title(interface.name.upper(), '=')
    for paragraph in interface.doc.paragraphs:
        yield escape(paragraph) + '\n'
    for kind, heading in (('method', 'Methods'), ('signal', 'Signals'),
                          ('property', 'Properties')):
        members = [m for m in interface.members if m.kind == kind]
        if members:
            yield from title(heading, '-')
        for member in members:
            yield from show_member(member)


def show_errors(path):
    yield from title('ERRORS', '=')
    for name, meaning, cure, status in dbus_doc.read_errors(path):
        text = re.sub(r'`([^`]*)`', r'"\1"', f'{meaning} *Cure:* {cure}')
        yield f'**{name}**\n    {text}\n'


def main():
    errors, *paths = sys.argv[1:]
    lines = [HEAD]
    for interface in dbus_doc.read(paths):
        lines += show_interface(interface)
    lines += show_errors(errors)
    lines.append(TAIL)
    print('\n'.join(lines))
    return 0


if __name__ == '__main__':
    sys.exit(main())
