# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The code of the recipes, taken out of the pages where people read it.
#
# There is one copy: a fenced block of Python or shell in docs/recipes or README.md. Its first line is
# a comment that begins with the name of the file it is; by that name tests run it and other blocks
# import it. Nothing here needs a lab, so that the lint suite can tell a block that nobody runs.

"""Blocks of the pages, and which of them a set of runs reaches."""

import dataclasses
import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGES = (TOP / "README.md", *sorted((TOP / "docs" / "recipes").glob("*.md")))
LANGUAGES = {"python": ".py", "sh": ".sh"}

FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"# ([\w-]+\.\w+)")
USE = re.compile(r"^(?:from (\w+) import|\. \./([\w-]+\.sh)|bash ([\w-]+\.sh))", re.MULTILINE)


class BadPage(Exception):
    """A block that cannot be told from others."""


@dataclasses.dataclass(frozen=True)
class Block:
    """One fenced block, and the name of the page that it is on."""

    name: str
    text: str
    page: str

    def uses(self):
        """Names that it imports, sources or runs; not all need be blocks."""
        for module, sourced, ran in USE.findall(self.text):
            yield f"{module}.py" if module else sourced or ran


def blocks_of(text, page):
    """All blocks of a page that are programs."""
    for language, body in FENCE.findall(text):
        if language not in LANGUAGES:
            continue
        name = NAME.match(body)
        if name is None or not name[1].endswith(LANGUAGES[language]):
            first = body.partition("\n")[0]
            raise BadPage(f"{page}: a {language} block begins with {first!r}; its first line must be a "
                          f"comment with the file's name, for example # web{LANGUAGES[language]}")
        yield Block(name[1], body, page)


def read(pages=PAGES):
    """Name -> block, of all pages."""
    found = {}
    for page in pages:
        name = str(page.relative_to(TOP))
        for block in blocks_of(page.read_text(), name):
            if block.name in found:
                raise BadPage(f"{name}: {block.name} is on {found[block.name].page} already")
            found[block.name] = block
    return found


def reached(blocks, names):
    """Those that run when the blocks of these names do."""
    seen, rest = set(), list(names)
    while rest:
        name = rest.pop()
        if name in blocks and name not in seen:
            seen.add(name)
            rest += blocks[name].uses()
    return seen
