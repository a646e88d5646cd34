# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Rules of names and of order: a reader who sees a function's name must know
# its file, and a reader of a file must find its functions in order of call.
# Also what may live at file level: constants, and nothing that changes.

import os
import re

from .layer import room_of


def file_prefix(path):
    stem = os.path.splitext(os.path.basename(path))[0].replace('-', '_')
    return 'seal_' + stem if room_of(path) == 'lib' else stem


def function_names(file):
    prefix = file_prefix(file.path)
    for function in file.c.functions:
        name = function.name
        if function.static or name == 'main':
            continue
        if name != prefix and not name.startswith(prefix + '_'):
            yield (file.c.line(function.name_at),
                   f'{name}() is not static and must start with "{prefix}_", or be static')


def recursive(c, name):
    """Whether a function reaches itself through others of the file: then no order is right."""
    mentions = {f.name: set(re.findall(r'\w+', c.code[f.body[0]:f.body[1]])) for f in c.functions}
    todo, seen = [name], set()
    while todo:
        for other in mentions.get(todo.pop(), set()) & mentions.keys():
            if other == name and seen:
                return True
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return False


def forward_statics(file):
    for item in file.c.prototypes:
        if item.static and not recursive(file.c, item.name):
            yield (file.c.line(item.start), f'forward declaration of static {item.name}(): '
                   'put the function above its first caller')


def globals_(file):
    for item in file.c.items:
        words = item.head.split('=')[0]
        if item.body or item.name or not item.head or NO_VARIABLE.match(words):
            continue
        if re.match(r'(struct|enum|union)\s+\w*\s*$', words) or MACRO.match(words):
            continue
        if not re.search(r'\bconst\b|\bGSourceFuncs\b', words):  # GLib takes these writable
            yield (file.c.line(item.start), 'a variable at file level: only const tables may live '
                   'there; put it into the object that owns it')


NO_VARIABLE = re.compile(r'typedef|extern|static_assert|_Static')
MACRO = re.compile(r'[A-Z][A-Z0-9_]*\s*(\(|$)')


def own_enumerators(tree):
    """Every enumerator that a typedef of ours defines."""
    names = set()
    for other in tree.files:
        if other.kind not in ('c', 'h') or not room_of(other.path):
            continue
        for body in re.findall(r'\benum\s*\w*\s*\{([^}]*)\}', other.c.code):
            names.update(re.findall(r'(?:^|,)\s*([A-Z][A-Z0-9_]+)', body))
    return names


def switch_default(file):
    enumerators = file.tree.memo('enumerators', own_enumerators)
    code = file.c.code
    for match in re.finditer(r'\bdefault\s*:', code):
        depth, at = 0, match.start()
        while at > 0 and depth < 1:
            at -= 1
            depth += {'{': 1, '}': -1}.get(code[at], 0)
        labels = re.findall(r'\bcase\s+(\w+)', code[at:match.start()])
        if any(label in enumerators for label in labels):
            yield (file.c.line(match.start()), 'default: over an enum of ours: name every value, '
                   'so that the compiler finds what a new one breaks')


RULES = [
    ('function-name', {'c'}, function_names),
    ('forward-static', {'c'}, forward_statics),
    ('global', {'c'}, globals_),
    ('switch-default', {'c'}, switch_default),
]
