# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Reads a C file well enough for the house rules: text with comments, strings
# and preprocessor lines blanked out (so that offsets and lines stay), and the
# declarations at file level. It relies on clang-format's layout nowhere.

import bisect
import re
from dataclasses import dataclass

TOKEN = re.compile(
    r'(?P<comment>/\*.*?\*/|//[^\n]*)'
    r'|(?P<string>"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')'
    r'|(?P<cpp>(?<![^\n])[ \t]*#(?:[^\n\\/]|\\\n|\\.|/(?!\*))*)',
    re.DOTALL)
ATTRIBUTE = re.compile(r'\b(?:G_GNUC_[A-Z_]+|__attribute__|_Alignas)\b')
MACRO_CALL = re.compile(r'[A-Z][A-Z0-9_]*$')


@dataclass
class Comment:
    start: int
    end: int
    text: str


@dataclass
class Item:
    """A declaration or definition at file level."""
    head: str          # its text up to ';' or '{', blanked
    start: int         # offset of its first character
    end: int           # offset behind its ';' or '}'
    body: tuple | None  # offsets of '{' and '}', or None
    name: str | None   # for functions and prototypes
    params: str | None
    name_at: int = 0

    @property
    def static(self):
        return re.search(r'\bstatic\b', self.head) is not None


def blank(text):
    return re.sub(r'[^\n]', ' ', text)


def skip_parens(text, at):
    """Offset behind the ')' that belongs to the '(' at AT, or len(text)."""
    depth = 0
    for i in range(at, len(text)):
        if text[i] == '(':
            depth += 1
        elif text[i] == ')':
            depth -= 1
            if depth == 0:
                return i + 1
    return len(text)


def declarator(head):
    """Name, parameters and offset of the function that HEAD declares, or Nones."""
    at, found = 0, (None, None, 0)
    while True:
        at = head.find('(', at)
        if at < 0:
            return found
        end = skip_parens(head, at)
        before = head[:at].rstrip()
        word = re.search(r'[A-Za-z_]\w*$', before)
        known = word and not ATTRIBUTE.fullmatch(word.group())
        if known and not MACRO_CALL.fullmatch(word.group()) and '=' not in before:
            found = (word.group(), head[at + 1:end - 1], word.start())
        at = end


class CFile:
    def __init__(self, text):
        self.text = text
        self.comments = []
        self.includes = []
        self.lines = [0] + [m.end() for m in re.finditer('\n', text)]
        self.code = TOKEN.sub(self._mask, text)
        self.items = list(self._scan())
        self.functions = [i for i in self.items if i.body and i.name]
        self.prototypes = [i for i in self.items
                           if not i.body and i.name and not i.head.lstrip().startswith('typedef')
                           and '=' not in i.head]

    def line(self, offset):
        return bisect.bisect_right(self.lines, offset)

    def _mask(self, match):
        text = match.group()
        if match.lastgroup == 'comment':
            self.comments.append(Comment(match.start(), match.end(), text))
        elif match.lastgroup == 'cpp':
            include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)', text)
            if include:
                self.includes.append((self.line(match.start()), *include.groups()))
        elif match.lastgroup == 'string':
            return text[0] + blank(text[1:-1]) + text[-1]
        return blank(text)

    def _scan(self):
        start, i, code = 0, 0, self.code
        while i < len(code):
            if code[i] == ';':
                yield self._item(start, i, None, i + 1)
                start = i + 1
            elif code[i] == '{':
                close = self._close(i)
                head = code[start:i]
                if re.search(r'[=]\s*$|\b(struct|enum|union)\b[^()]*$', head):
                    end = code.find(';', close)
                    end = len(code) if end < 0 else end
                    yield self._item(start, i, None, end + 1)
                    start, i = end + 1, end
                else:
                    yield self._item(start, i, (i, close), close + 1)
                    start, i = close + 1, close
            i += 1

    def _close(self, at):
        depth = 0
        for i in range(at, len(self.code)):
            if self.code[i] == '{':
                depth += 1
            elif self.code[i] == '}':
                depth -= 1
                if depth == 0:
                    return i
        return len(self.code)

    def _item(self, start, stop, body, end):
        head = self.code[start:stop]
        start += len(head) - len(head.lstrip())
        head = head.strip()
        # A macro call without semicolon is no part of what follows it.
        macro = re.match(r'[A-Z][A-Z0-9_]*\s*\(', head)
        while macro:
            close = skip_parens(head, macro.end() - 1)
            rest = head[close:]
            if not rest.strip():
                break
            start += close + len(rest) - len(rest.lstrip())
            head = rest.strip()
            macro = re.match(r'[A-Z][A-Z0-9_]*\s*\(', head)
        name, params, at = declarator(head)
        return Item(head, start, end, body, name, params, start + at)
