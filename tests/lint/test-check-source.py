#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests the tester: a rule that never fires is worse than none, for it lets
# everybody feel safe. Each rule gets a snippet that breaks it and a line where
# it must be reported; a clean tree must pass; and a rule without a snippet
# here fails the test.

import importlib.util
import os
import sys
import tempfile

import tap

SPEC = importlib.util.spec_from_file_location(
    'check_source', os.path.join(os.path.dirname(os.path.realpath(__file__)), 'check-source.py'))
check_source = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check_source)

SPDX = '/* SPDX-License-Identifier: LGPL-2.1-or-later */\n'
OPENING = '/*\n * One\n * two\n * three.\n */\n'
C = SPDX + OPENING                       # 6 lines
H = SPDX + '#pragma once\n' + OPENING    # 7 lines
SCRIPT = '#!/usr/bin/python3\n# SPDX-License-Identifier: LGPL-2.1-or-later\n#\n# a\n# b\n# c\n'
DOC = '/**\n * seal_x_do - do it\n * @number: how often\n * Returns: nothing new.\n */\n'
LONG = 'void\nseal_x_long(void)\n{\n' + '    seal_x_long();\n' * 60 + '}\n'
DEEP = ('static void\ndeep(int a)\n{\n    if (a)\n        for (;;) {\n            while (a) {\n'
        '                switch (a) {\n                case 1:\n                    if (a)\n'
        '                        deep(a);\n                }\n            }\n        }\n}\n')
ENUM = 'typedef enum { SEAL_A, SEAL_B } SealX;\n'
SWITCH = ('static void\nf(SealX x)\n{\n    switch (x) {\n    case SEAL_A:\n        break;\n'
          '    default:\n        break;\n    }\n}\n')

CLEAN = {
    'lib/x.h': H + ENUM + '\n' + DOC + 'int seal_x_do(int number, GError **error);\n',
    'lib/x.c': C + '#include <string.h>\n#include <glib.h>\n#include "x.h"\n\n'
    'static const char *const words[] = {"strcpy(a)", "goto", NULL};\n\n'
    '/* Not forgotten: free(x), goto. */\nstatic int\nhelper(int n)\n{\n    return n;\n}\n\n'
    'G_DEFINE_QUARK(seal, seal_error)\n\nint\nseal_x_do(int number, GError **error)\n{\n'
    '    return helper(number);\n}\n',
    'daemon/virt/conn.c': C + '#include <libvirt/libvirt.h>\n#include "x.h"\n'
    'static void\nf(char *a)\n{\n    free(a);\n}\n',
    'daemon/core/vm.h': H,
    'daemon/bus/vm-bus.c': C + '#include <systemd/sd-bus.h>\n#include "vm.h"\n\n'
    'static const sd_bus_vtable vtable[] = {\n    {1}, {2},\n};\n\n'
    'int\nvm_bus_add(void)\n{\n    g_autofree char *a = NULL;\n    return vtable[0].x;\n}\n',
    'daemon/main.c': C + '#include <systemd/sd-daemon.h>\nint\nmain(int argc, char **argv)\n'
    '{\n    return 0;\n}\n',
    'tools/run': SCRIPT,
    'lib/tree.c': C + 'static void walk(int a);\n\nstatic void\nstep(int a)\n{\n    walk(a);\n}\n\n'
    'static void\nwalk(int a)\n{\n    step(a);\n}\n',
    'lib/meson.build': '# SPDX-License-Identifier: LGPL-2.1-or-later\n#\n# The library.\n',
}

# rule, file, its text, line where it must fire
BAD = [
    ('file-length', 'lib/x.c', C + '\n' * 450, 1),
    ('file-length', 'tools/run', SCRIPT + '\n' * 450, 1),
    ('function-length', 'lib/x.c', C + LONG, 8),
    ('nesting', 'lib/x.c', C + DEEP, 15),
    ('columns', 'lib/x.c', C + '/* ' + 'x' * 100 + ' */\n', 7),
    ('columns', 'lib/x.c', C + '\n/* a */\t\n', 8),
    ('license', 'lib/x.c', OPENING, 1),
    ('license', 'tools/run', '#!/bin/sh\n# a\n# b\n# c\n', 1),
    ('license', 'lib/meson.build', '# The library.\n', 1),
    ('opening-comment', 'lib/x.c', SPDX + '/* too short */\n#include <glib.h>\n', 2),
    ('opening-comment', 'lib/x.c', SPDX + '#include <glib.h>\n\n' + OPENING, 2),
    ('opening-comment', 'tools/run', '#!/bin/sh\n# SPDX-License-Identifier: LGPL-2.1-or-later\n'
     '#\n# one line\necho\n', 2),
    ('pragma-once', 'lib/x.h', C, 1),
    ('layer', 'lib/x.c', C + '#include <gio/gio.h>\n', 7),
    ('layer', 'lib/x.c', C + '#include <libvirt/libvirt.h>\n', 7),
    ('layer', 'lib/x.c', C + '#include <systemd/sd-bus.h>\n', 7),
    ('layer', 'lib/x.c', C + '#include <stdio.h>\n', 7),
    ('layer', 'lib/x.c', C + '#include "vm.h"\n', 7),
    ('layer', 'lib/x.c', C + '#include "../daemon/core/vm.h"\n', 7),
    ('layer', 'daemon/host/cpu.c', C + '#include "vm.h"\n', 7),
    ('layer', 'daemon/host/cpu.c', C + '#include <libvirt/libvirt.h>\n', 7),
    ('layer', 'daemon/virt/conn.c', C + '#include <systemd/sd-bus.h>\n', 7),
    ('layer', 'daemon/core/job.c', C + '#include <libvirt/libvirt.h>\n', 7),
    ('layer', 'daemon/core/job.c', C + '#include <systemd/sd-bus.h>\n', 7),
    ('layer', 'daemon/core/job.c', C + '#include <libxml/tree.h>\n', 7),
    ('layer', 'daemon/bus/vm-bus.c', C + '#include <libvirt-glib/libvirt-glib.h>\n', 7),
    ('layer', 'cli/verb-list.c', C + '#include "vm.h"\n', 7),
    ('layer', 'cli/verb-list.c', C + '#include <libvirt/libvirt.h>\n', 7),
    ('purity', 'lib/x.c', C + 'static void\nf(void)\n{\n    g_file_get_contents(a, b, c, d);\n}\n',
     10),
    ('purity', 'lib/x.c', C + 'static void\nf(void)\n{\n    g_warning("a");\n}\n', 10),
    ('function-name', 'lib/x.c', C + 'int\nx_do(void)\n{\n    return 1;\n}\n', 8),
    ('function-name', 'lib/x-y.c', C + 'int\nseal_x_do(void)\n{\n    return 1;\n}\n', 8),
    ('function-name', 'daemon/core/job.c', C + 'int\nseal_job(void)\n{\n    return 1;\n}\n', 8),
    ('function-name', 'daemon/core/job.c', C + 'int\njobs_count(void)\n{\n    return 1;\n}\n', 8),
    ('forward-static', 'lib/x.c', C + 'static int helper(int a);\n', 7),
    ('global', 'lib/x.c', C + 'static int counter;\n', 7),
    ('global', 'daemon/core/job.c', C + 'Thing *the_thing = NULL;\n', 7),
    ('global', 'daemon/core/job.c', C + 'static char buffer[10] = {0};\n', 7),
    ('switch-default', 'lib/x.c', C + SWITCH, 13),
    ('doc-comment', 'lib/x.h', H + 'int seal_x_do(int number);\n', 8),
    ('doc-comment', 'lib/x.h', H + DOC + 'int seal_x_other(int number);\n', 13),
    ('doc-comment', 'lib/x.h', H + DOC.replace('/**', '/*') + 'int seal_x_do(int number);\n', 13),
    ('doc-returns', 'lib/x.h', H + DOC.replace('Returns', 'Gives') + 'int seal_x_do(int number);\n',
     13),
    ('doc-parameters', 'lib/x.h', H + DOC + 'int seal_x_do(int number, const char *of);\n', 13),
    ('error-last', 'lib/x.h', H + DOC + 'int seal_x_do(GError **error, int number);\n', 13),
    ('printing', 'daemon/core/job.c', C + 'static void\nf(void)\n{\n    g_print("a");\n}\n', 10),
    ('unfinished', 'lib/x.c', C + '/* TO' 'DO: more */\n', 7),
    ('unfinished', 'docs/x.md', 'FIX' 'ME\n', 1),
    ('machine-path', 'lib/x.c', C + 'static const char *const a = "/home/' 'me/x";\n', 7),
    ('machine-path', 'tools/run', SCRIPT + 'cd /wo' 'rk/here\n', 7),
] + [('banned-call', 'lib/x.c', C + f'static void\nf(void)\n{{\n    {call};\n}}\n', 10)
     for call in ['goto out'] + [f'{name}(a)' for name in check_source.words.BANNED]]


def check_tree(changes):
    with tempfile.TemporaryDirectory() as root:
        for path, text in {**CLEAN, **changes}.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, 'w', encoding='utf-8') as stream:
                stream.write(text)
        return list(check_source.findings(check_source.Tree(root)))


def clean_tree():
    yield from map(check_source.show, check_tree({}))


def fires(rule):
    def check():
        for name, path, text, line in [bad for bad in BAD if bad[0] == rule]:
            found = [(f[0], f[1]) for f in check_tree({path: text}) if f[2] == rule]
            if (path, line) not in found:
                yield f'{name} did not fire at {path}:{line}, but at {found}: {text[-200:]!r}'
    return check


def every_rule():
    tested = {name for name, *_ in BAD}
    yield from (f'rule {name} has no snippet' for name in check_source.rule_names()
                if name not in tested)


if __name__ == '__main__':
    CHECKS = [('a clean tree passes', clean_tree), ('every rule has a snippet', every_rule)]
    CHECKS += [(f'{rule} fires', fires(rule)) for rule in check_source.rule_names()]
    sys.exit(tap.run(CHECKS))
