#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Every block of code in the recipes and in README.md is run by an end-to-end
# test, and every row of that test's table has a block and a host. The check
# is also tried on a page of its own, to see that it notices.

import os
import sys

import tap

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(tap.ROOT, 'tests', 'e2e'))

import recipe_blocks  # noqa: E402
import recipe_table  # noqa: E402
import table  # noqa: E402

NAMELESS = '```sh\nvirsh list\n```\n'
STRAY = '```python\n# used.py\n```\n```sh\n# stray.sh\n. ./client.sh\n```\n```\n$ no program\n```\n'


def untested(blocks, names):
    """Blocks that no run of these names reaches."""
    return sorted(set(blocks) - recipe_blocks.reached(blocks, names))


def all_run():
    blocks = recipe_blocks.read()
    for name in untested(blocks, recipe_table.names()):
        yield f'{blocks[name].page}: no chain of tests/e2e/recipe_table.py runs {name}'


def all_there():
    blocks = recipe_blocks.read()
    yield from (f'recipe_table.py runs {name}, which is on no page'
                for name in sorted(recipe_table.names() - set(blocks)))


def hosts():
    """Chains name hosts of the table, and no host of the table is without a chain."""
    listed = set(table.FILES['test_recipes'])
    named = {profile for chain in recipe_table.CHAINS for profile in chain.profiles}
    yield from (f'table.py: test_recipes does not run on {name}' for name in sorted(named - listed))
    yield from (f'table.py: test_recipes has nothing to run on {name}'
                for name in sorted(listed - named))


def notices():
    blocks = {block.name: block for block in recipe_blocks.blocks_of(STRAY, 'page')}
    if untested(blocks, {'used.py'}) != ['stray.sh']:
        yield 'a block that nothing runs was not noticed'
    try:
        list(recipe_blocks.blocks_of(NAMELESS, 'page'))
        yield 'a block without a name was not noticed'
    except recipe_blocks.BadPage:
        pass


if __name__ == '__main__':
    sys.exit(tap.run([
        ('every recipe is run by a test', all_run),
        ('every row of the table has its recipe', all_there),
        ('every recipe has its host', hosts),
        ('a recipe that is not run is noticed', notices),
    ]))
