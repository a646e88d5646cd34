# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Reads the interface descriptions of data/dbus with the comments that document
# them. The manual page is made from what it returns, and tests/lint checks
# that nothing is left undocumented. What a comment may hold: the member's
# name, "@argument: text" lines, paragraphs, lists under a "Title:" line, and
# the lines "Options:", "Authorization:" and "Errors:".

import re
import textwrap
import xml.parsers.expat
from dataclasses import dataclass, field

FIELDS = ('Options', 'Authorization', 'Errors')


@dataclass
class Doc:
    name: str = ''
    args: dict = field(default_factory=dict)
    paragraphs: list = field(default_factory=list)
    lists: dict = field(default_factory=dict)    # title -> [(key, signature, text)]
    fields: dict = field(default_factory=dict)   # "Errors" -> text


@dataclass
class Member:
    kind: str    # method, signal or property
    name: str
    args: list   # (name, type, direction)
    type: str
    access: str
    emits: str
    doc: Doc | None


@dataclass
class Interface:
    name: str
    doc: Doc | None
    members: list
    path: str


def parse_list(block):
    rows = []
    for line in block.splitlines()[1:]:
        row = re.match(r'- ([\w.-]+) \(([^ ]+)\): (.*)$', line)
        if not row:
            raise ValueError(f'not "- key (type): text": {line!r}')
        rows.append(row.groups())
    return rows


def parse_comment(text):
    """The Doc of a comment, or None when it documents nothing."""
    text = textwrap.dedent(text).strip()
    blocks = re.split(r'\n\s*\n', text)
    head = re.match(r'([\w.]+):[ \t]*\n?', blocks[0])
    if not head:
        return None
    doc = Doc(head.group(1))
    blocks[0] = blocks[0][head.end():]
    for block in blocks:
        for line in re.findall(r'^@(\w+): (.*)$', block, re.MULTILINE):
            doc.args[line[0]] = line[1]
        block = re.sub(r'^@\w+: .*\n?', '', block, flags=re.MULTILINE).strip()
        while True:
            single = re.match(rf'({"|".join(FIELDS)}): (\S.*)(?:\n|$)', block)
            if not single:
                break
            doc.fields[single.group(1)] = single.group(2).strip()
            block = block[single.end():].strip()
        if re.match(r'[A-Z]\w*:\n- ', block):
            doc.lists[block.split(':')[0]] = parse_list(block)
        elif block:
            doc.paragraphs.append(' '.join(block.split()))
    return doc


class Reader:
    def __init__(self, path):
        self.path, self.comment, self.interfaces = path, None, []
        self.depth_member = None
        parser = xml.parsers.expat.ParserCreate()
        parser.CommentHandler = self.on_comment
        parser.StartElementHandler = self.on_start
        with open(path, 'rb') as stream:
            parser.ParseFile(stream)

    def on_comment(self, text):
        self.comment = text

    def take_doc(self, name):
        text, self.comment = self.comment, None
        doc = parse_comment(text) if text else None
        return doc if doc and doc.name == name else None

    def on_start(self, tag, attributes):
        name = attributes.get('name')
        if tag == 'interface':
            self.interfaces.append(Interface(name, self.take_doc(name), [], self.path))
        elif tag in ('method', 'signal', 'property'):
            member = Member(tag, name, [], attributes.get('type', ''),
                            attributes.get('access', ''), '', self.take_doc(name))
            self.interfaces[-1].members.append(member)
        elif tag == 'arg':
            member = self.interfaces[-1].members[-1]
            direction = attributes.get('direction', 'in' if member.kind == 'method' else 'out')
            member.args.append((name, attributes['type'], direction))
        elif tag == 'annotation' and name == 'org.freedesktop.DBus.Property.EmitsChangedSignal':
            self.interfaces[-1].members[-1].emits = attributes['value']


def read(paths):
    """Interfaces of the files PATHS, in order."""
    return [interface for path in paths for interface in Reader(path).interfaces]


def read_errors(path):
    """(name, meaning, cure, exit status) of each error in docs/errors.md."""
    with open(path, encoding='utf-8') as stream:
        sections = re.split(r'^## ', stream.read(), flags=re.MULTILINE)[1:]
    for section in sections:
        blocks = [' '.join(b.split()) for b in re.split(r'\n\s*\n', section.strip())]
        cure = [b[4:] for b in blocks if b.startswith('Do: ')]
        status = [b[6:] for b in blocks if b.startswith('Exit: ')]
        yield blocks[0], blocks[1], ' '.join(cure), ' '.join(status)
