# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Rules of documentation: every prototype that another file may call says what
# it does, what its parameters are and who owns what comes out, so that the
# header alone is enough to use a module.

import re


def comment_before(c, item):
    """The doc comment that ends right above an item, with nothing but blanks between."""
    for comment in c.comments:
        between = c.text[comment.end:item.start]
        if comment.end <= item.start and not between.strip() and between.count('\n') <= 1:
            return comment
    return None


def doc_of(c, item):
    """Comment that documents a prototype; one may serve several that follow each other."""
    comment = comment_before(c, item)
    earlier = [p for p in c.prototypes if p.end <= item.start]
    if not comment and earlier:
        previous = earlier[-1]
        gap = c.text[previous.end:item.start]
        if not gap.strip() and gap.count('\n') <= 1:
            comment = doc_of(c, previous)
    return comment


def parameter_names(item):
    names = []
    depth, current = 0, ''
    for char in (item.params or '') + ',':
        if char == ',' and depth == 0:
            names.append(current)
            current = ''
            continue
        depth += {'(': 1, ')': -1}.get(char, 0)
        current += char
    found = []
    for text in names:
        pointer = re.search(r'\(\s*\*\s*(\w+)\s*\)', text)
        plain = re.search(r'(\w+)\s*(\[[^\]]*\])*\s*$', text)
        name = pointer or plain
        if name and text.strip() not in ('void', '...'):
            found.append(name.group(1))
    return found


def returns_nothing(item):
    return re.match(r'\s*(extern\s+)?void\s+\w', item.head) is not None


def public(file):
    return [p for p in file.c.prototypes if not p.static]


def doc_comment(file):
    for item in public(file):
        comment = doc_of(file.c, item)
        line = file.c.line(item.name_at)
        if not comment or not comment.text.startswith('/**'):
            yield line, f'{item.name}() has no doc comment "/** ... */" right above it'
        elif not re.search(rf'\b{item.name}\b', comment.text):
            yield line, f'the doc comment above {item.name}() does not name it'


def doc_returns(file):
    for item in public(file):
        comment = doc_of(file.c, item)
        if comment and not returns_nothing(item) and not re.search(r'\bReturns?\b', comment.text):
            yield (file.c.line(item.name_at),
                   f'the doc comment of {item.name}() has no "Returns:" with ownership and errors')


def doc_parameters(file):
    for item in public(file):
        comment = doc_of(file.c, item)
        if not comment:
            continue
        missing = [p for p in parameter_names(item)
                   if p != 'error' and not re.search(rf'@{p}\b', comment.text)]
        if missing:
            yield (file.c.line(item.name_at), f'the doc comment of {item.name}() does not name '
                   + ', '.join('@' + p for p in missing))


def error_last(file):
    for item in public(file):
        params = re.sub(r'\s+', ' ', item.params or '')
        if returns_nothing(item) or params.endswith('...'):
            continue  # it sets an error, as g_set_error() does, and takes it first
        if 'GError **' in params and not re.search(r'GError \*\*\s*\w*$', params):
            yield file.c.line(item.name_at), f'{item.name}(): GError **error must come last'


RULES = [
    ('doc-comment', {'h'}, doc_comment),
    ('doc-returns', {'h'}, doc_returns),
    ('doc-parameters', {'h'}, doc_parameters),
    ('error-last', {'h'}, error_last),
]
# Reported, but no reason to fail.
WARNINGS = {'doc-parameters'}
