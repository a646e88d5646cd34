#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Enforces the house rules of docs/HACKING.md on every source file: size,
# layers, names, documentation and words. Prints "file:line: rule: message",
# which editors understand, and exits 1 when a rule is broken. With --tap each
# rule is one test of the suite; with --report it prints sizes instead.

import argparse
import os
import statistics
import sys

from sourcelint import docs, form, layer, names, words
from sourcelint.cfile import CFile

MODULES = [form, layer, names, docs, words]
WARNINGS = docs.WARNINGS
SKIP_DIRS = ('.git', '.lab', '__pycache__', 'corpus', 'subprojects')
BUILD_DIR = 'build'
# Rules about code do not fit test programs, which hold many small cases and no interface.
PRODUCT_ONLY = {'layer', 'purity', 'function-name', 'global'}
KINDS = {'.c': 'c', '.h': 'h', '.py': 'script', '.sh': 'script', '.md': 'text', '.rst': 'text',
         '.xml': 'text', '.in': 'text', '.conf': 'text', '.build': 'build'}


def kind_of(path):
    kind = KINDS.get(os.path.splitext(path)[1])
    if kind is None and os.path.islink(path) is False:
        try:
            with open(path, 'rb') as stream:
                if stream.read(2) == b'#!':
                    kind = 'script'
        except OSError:
            pass
    return kind


class File:
    def __init__(self, tree, path, kind):
        self.tree, self.path, self.kind = tree, path, kind
        with open(os.path.join(tree.root, path), encoding='utf-8', errors='replace') as stream:
            self.text = stream.read()
        self.c = CFile(self.text) if kind in ('c', 'h') else None

    @property
    def product(self):
        return layer.room_of(self.path) is not None


class Tree:
    def __init__(self, root):
        self.root = root
        self.cache = {}
        self.files = [File(self, path, kind) for path, kind in sorted(self._walk())]
        self.paths = {file.path for file in self.files}

    def _walk(self):
        for top, dirs, files in os.walk(self.root):
            dirs[:] = [d for d in dirs if d not in SKIP_DIRS and not d.startswith(BUILD_DIR)]
            for name in files:
                full = os.path.join(top, name)
                kind = kind_of(full)
                if kind:
                    yield os.path.relpath(full, self.root), kind

    def memo(self, key, make):
        if key not in self.cache:
            self.cache[key] = make(self)
        return self.cache[key]


def findings(tree, wanted=None):
    for module in MODULES:
        for name, kinds, rule in module.RULES:
            if wanted and name != wanted:
                continue
            for file in tree.files:
                if file.kind not in kinds or (name in PRODUCT_ONLY and not file.product):
                    continue
                for line, message in rule(file):
                    yield file.path, line, name, message


def rule_names():
    seen = []
    for module in MODULES:
        seen += [name for name, _, _ in module.RULES if name not in seen]
    return seen


def report(tree):
    lengths = []
    for file in tree.files:
        if file.kind == 'c' and file.product:
            lengths += [form.function_lines(file.c, f) for f in file.c.functions]
    files = [file.text.count('\n') for file in tree.files if file.kind == 'c' and file.product]
    if lengths:
        lengths.sort()
        print(f'# {len(files)} files, median {statistics.median(files):.0f} lines, '
              f'longest {max(files)}; {len(lengths)} functions, '
              f'median {statistics.median(lengths):.0f}, '
              f'p90 {lengths[len(lengths) * 9 // 10]}, longest {lengths[-1]}')


def show(finding):
    path, line, name, message = finding
    level = 'warning' if name in WARNINGS else 'error'
    return f'{path}:{line}: {name}: {message}' + (' (warning)' if level == 'warning' else '')


def run_tap(tree, found):
    rules = rule_names()
    print(f'1..{len(rules)}')
    failed = 0
    for number, name in enumerate(rules, 1):
        hits = [f for f in found if f[2] == name]
        bad = bool(hits) and name not in WARNINGS
        failed += bad
        for hit in hits:
            print('# ' + show(hit))
        print(f'{"not ok" if bad else "ok"} {number} - {name}')
    report(tree)
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description='enforce the house rules')
    parser.add_argument('root', nargs='?', help='top of the source tree',
                        default=os.path.join(os.path.dirname(__file__), '..', '..'))
    parser.add_argument('--tap', action='store_true', help='one test a rule, for meson')
    parser.add_argument('--report', action='store_true', help='print sizes only')
    options = parser.parse_args()
    tree = Tree(os.path.realpath(options.root))
    if options.report:
        report(tree)
        return 0
    found = list(findings(tree))
    if options.tap:
        return run_tap(tree, found)
    for finding in found:
        print(show(finding))
    return 1 if any(f[2] not in WARNINGS for f in found) else 0


if __name__ == '__main__':
    sys.exit(main())
