# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Rules about words: calls that are banned, each with what to use instead, and
# text that has no place in a finished file. One table; a rule without a
# replacement would only be an annoyance.

import re

from .layer import room_of

# (call, what to use instead); everywhere but in foreign code.
BANNED = {
    'strcpy': 'g_strdup() or g_strlcpy()',
    'strncpy': 'g_strlcpy()',
    'strcat': 'g_strconcat() or GString',
    'strncat': 'g_strlcat() or GString',
    'sprintf': 'g_strdup_printf() or g_snprintf()',
    'vsprintf': 'g_strdup_vprintf()',
    'gets': 'fgets()',
    'strtok': 'g_strsplit()',
    'strtok_r': 'g_strsplit()',
    'atoi': 'g_ascii_string_to_signed()',
    'atol': 'g_ascii_string_to_signed()',
    'strtoul': 'g_ascii_string_to_unsigned()',
    'strtoull': 'g_ascii_string_to_unsigned()',
    'scanf': 'g_ascii_string_to_unsigned()',
    'sscanf': 'a parser that reports errors',
    'system': 'g_subprocess_new() in tests, nothing elsewhere',
    'popen': 'g_subprocess_new() in tests, nothing elsewhere',
    'alloca': 'g_autofree and g_malloc()',
    'g_alloca': 'g_autofree and g_malloc()',
    'g_newa': 'g_autofree and g_new()',
    'malloc': 'g_malloc() or g_new()',
    'calloc': 'g_new0()',
    'realloc': 'g_realloc() or GArray',
    'free': 'g_free() or g_autofree',
    'strdup': 'g_strdup()',
    'asprintf': 'g_strdup_printf()',
    'assert': 'g_assert_*() in tests, a GError elsewhere',
    'abort': 'a GError, or g_error() for what cannot happen',
    'strerror': 'g_strerror()',
    'tmpnam': 'g_mkstemp()',
    'mktemp': 'g_mkstemp()',
}
# What libvirt and sd-bus hand out comes from malloc(), and only these rooms see it.
MALLOCED = ('daemon/virt', 'daemon/bus', 'cli')
CALL = re.compile(r'(?<![\w.>])(' + '|'.join(BANNED) + r')\s*\(')
# Preload libraries and fuzz drivers stand in for foreign code and speak its language.
FOREIGN = ('tests/lab/psp/', 'tests/bench/')
UNFINISHED = re.compile(r'\b(' + '|'.join(('TO' 'DO', 'FIX' 'ME', 'X' 'XX')) + r')\b')
MACHINE = re.compile(r'(?<![\w.$}~*?\]-])/(?:(?:home|Users)/[A-Za-z0-9][\w.-]*/|(?:root|work|mnt|src|build|srv)/[A-Za-z0-9])')


def banned(file):
    if file.path.startswith(FOREIGN):
        return
    for match in CALL.finditer(file.c.code):
        word = match.group(1)
        if word == 'free' and room_of(file.path) in MALLOCED:
            continue
        yield file.c.line(match.start()), f'{word}() is banned: use {BANNED[word]}'
    for match in re.finditer(r'\bgoto\b', file.c.code):
        yield file.c.line(match.start()), 'goto is banned: use g_autoptr and early returns'


def printing(file):
    if room_of(file.path) is None:
        return
    for match in re.finditer(r'\b(g_print|g_printerr)\s*\(', file.c.code):
        if room_of(file.path) != 'cli':
            yield (file.c.line(match.start()),
                   f'{match.group(1)}() outside cli/: the daemon logs, lib/ reports by GError')


def unfinished(file):
    for number, line in enumerate(file.text.splitlines(), 1):
        match = UNFINISHED.search(line)
        if match:
            yield number, f'{match.group()}: finish it, or leave it out'


def machine_path(file):
    for number, line in enumerate(file.text.splitlines(), 1):
        match = MACHINE.search(line)
        if match:
            yield number, f'"{match.group()}..." is a path of one machine: take it from the build'


RULES = [
    ('banned-call', {'c', 'h'}, banned),
    ('printing', {'c', 'h'}, printing),
    ('unfinished', {'c', 'h', 'script', 'build', 'text'}, unfinished),
    ('machine-path', {'c', 'h', 'script', 'build'}, machine_path),
]
