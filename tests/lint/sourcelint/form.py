# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Rules of form: how long files and functions may be, how deep code may nest,
# what a file opens with. They keep each file and function small enough to be
# read in one sitting; docs/HACKING.md says why.

import re

FILE_LINES = 450
FUNCTION_LINES = 60
DEPTH = 4
COLUMNS = 100
# Lines of text: with "/*" and "*/" a C comment is two lines longer.
COMMENT_LINES = 3
COMMENT_LINES_C = 2
LICENSE = 'SPDX-License-Identifier: LGPL-2.1-or-later'
CONTROL = re.compile(r'\b(?:if|for|while|switch|do|else)\b|[{};]')


def file_length(file):
    lines = file.text.count('\n')
    if lines > FILE_LINES:
        yield 1, f'{lines} lines, at most {FILE_LINES}: split it by concept'


def function_lines(c, function):
    return c.line(function.end - 1) - c.line(function.name_at) + 1


def function_length(file):
    for function in file.c.functions:
        lines = function_lines(file.c, function)
        if lines > FUNCTION_LINES:
            yield (file.c.line(function.name_at),
                   f'{function.name}() has {lines} lines, at most {FUNCTION_LINES}: '
                   'take a step of it out into a function of its own')


def without_parens(code):
    """CODE with what stands in parentheses blanked, so that for (;;) ends no statement."""
    out, depth = [], 0
    for char in code:
        depth -= char == ')'
        out.append(' ' if depth > 0 and char != '\n' else char)
        depth += char == '('
    return ''.join(out)


def deepest(code, start, end):
    """(depth, offset) of the deepest control statement in a function's body."""
    code = code[:start] + without_parens(code[start:end])
    stack, best, pending = [], (0, start), 0
    for match in CONTROL.finditer(code, start + 1, end):
        word = match.group()
        if word == '{':
            stack.append(pending)
            pending = 0
        elif word == '}':
            stack and stack.pop()
            pending = 0
        elif word == ';':
            pending = 0
        elif word != 'else' or not re.match(r'\s*if\b', code[match.end():]):
            pending += 1
            if sum(stack) + pending > best[0]:
                best = (sum(stack) + pending, match.start())
    return best


def nesting(file):
    for function in file.c.functions:
        depth, at = deepest(file.c.code, *function.body)
        if depth > DEPTH:
            yield (file.c.line(at), f'{function.name}() nests {depth} deep, at most {DEPTH}: '
                   'return early, or take the inner part out')


def columns(file):
    for number, line in enumerate(file.text.splitlines(), 1):
        if len(line) > COLUMNS:
            yield number, f'{len(line)} columns, at most {COLUMNS}'
        elif '\t' in line or line != line.rstrip():
            yield number, 'tab or trailing blank: indent with spaces'


def license_line(file):
    first = file.text.splitlines()[:2]
    if first and first[0].startswith('#!'):
        first = first[1:]
    if not first or LICENSE not in first[0]:
        yield 1, f'the first line must be "{LICENSE}" in a comment'


def comment_lines(text):
    lines = [re.sub(r'^[\s/*#]+|[\s*/]+$', '', line) for line in text.splitlines()]
    return [line for line in lines if line and LICENSE not in line]


def opening_c(file):
    comments = file.c.comments
    code = re.search(r'\S', file.c.code)
    first = re.search(r'^[ \t]*#(?!pragma once)', file.text, re.MULTILINE)
    end = min(m.start() for m in (code, first, re.search(r'\Z', file.text)) if m)
    before = [c for c in comments[1:] if c.start < end]
    wanted = [c for c in before if len(comment_lines(c.text)) >= COMMENT_LINES_C
              and not c.text.startswith('/**')]
    if not wanted:
        yield 2, (f'no opening comment of {COMMENT_LINES_C} lines of text or more: '
                  'say what the file is for and why it is so')


def opening_script(file):
    lines = file.text.splitlines()
    head = []
    for line in lines:
        if not line.startswith('#'):
            break
        head.append(line)
    want = 1 if file.path.endswith('meson.build') else COMMENT_LINES
    if len(comment_lines('\n'.join(h for h in head if not h.startswith('#!')))) < want:
        yield 2, (f'no opening comment of {want} lines or more: '
                  'say what the file is for and why it is so')


def pragma_once(file):
    if not re.search(r'^#pragma once$', file.text, re.MULTILINE):
        yield 1, 'a header needs "#pragma once"'


RULES = [
    ('file-length', {'c', 'h', 'script'}, file_length),
    ('function-length', {'c'}, function_length),
    ('nesting', {'c'}, nesting),
    ('columns', {'c', 'h'}, columns),
    ('license', {'c', 'h', 'script', 'build'}, license_line),
    ('opening-comment', {'c', 'h'}, opening_c),
    ('opening-comment', {'script', 'build'}, opening_script),
    ('pragma-once', {'h'}, pragma_once),
]
