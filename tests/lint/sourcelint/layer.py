# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Rules of the house: which room may include which, and what lib/ may not
# touch. meson gives each room only its own include directories, so most of
# this does not even compile; the rule says why, and catches system headers.

import os
import re

# Rooms in order; a file belongs to the longest prefix that fits.
ROOMS = {
    'lib': {'lib'},
    'wire': {'lib', 'wire'},
    'daemon/host': {'lib', 'daemon/host'},
    'daemon/virt': {'lib', 'daemon/virt'},
    'daemon/core': {'lib', 'daemon/host', 'daemon/virt', 'daemon/core'},
    'daemon/bus': {'lib', 'wire', 'daemon/core', 'daemon/bus'},
    'daemon': {'lib', 'wire', 'daemon/host', 'daemon/virt', 'daemon/core', 'daemon/bus', 'daemon'},
    'cli': {'lib', 'wire', 'daemon/host', 'cli'},
}
# Foreign headers: (pattern, rooms that may include it, reason). The first that fits decides.
FOREIGN = [
    (r'systemd/sd-daemon\.h', {'daemon', 'daemon/bus', 'cli'}, 'only main.c notifies systemd'),
    (r'systemd/', {'daemon', 'daemon/bus', 'wire', 'cli'},
     'sd-bus is the mouth: daemon/bus, wire and cli'),
    (r'libvirt-glib/', {'daemon/virt'}, 'only daemon/virt speaks to libvirt'),
    (r'libvirt/', {'daemon/virt'}, 'only daemon/virt speaks to libvirt'),
    (r'libxml/', {'lib'}, 'XML is read and written in lib/ only'),
    (r'json-glib/', {'lib', 'cli'}, 'JSON is for lib/ and cli/'),
    (r'(gio|glib/gstdio)', set(ROOMS) - {'lib'}, 'lib/ is pure: no files, threads or bus'),
    (r'(glib|glib-object|gmodule)(\.h|/)', set(ROOMS), ''),
    (r'(string|stdlib|stdarg|stddef|stdint|stdbool|inttypes|limits|errno|math|ctype)\.h',
     set(ROOMS), ''),
    (r'(polkit|dbus)/', set(), 'the bus is spoken through sd-bus only'),
    (r'.*', set(ROOMS) - {'lib'}, 'lib/ is pure: no files, threads, clock, log or locale'),
]
IMPURE = re.compile(
    r'\b(g_file_\w+|g_dir_\w+|g_thread_\w+|g_mutex_\w+|g_spawn_\w+|g_get_\w*time'
    r'|g_date_time_new_now\w*|g_log\w*|g_message|g_warning|g_debug|g_info|g_critical|g_getenv|getenv|fopen'
    r'|g_main_\w+|g_timeout_\w+|g_idle_\w+|g_random_\w+|g_uuid_string_random|time|printf|fprintf)'
    r'\s*\(')


def room_of(path):
    fitting = [room for room in ROOMS if path.startswith(room + '/')]
    return max(fitting, key=len) if fitting else None


def find_header(tree, file, name):
    """Room of a header that a file names in quotes, or None when it is not ours."""
    beside = os.path.normpath(os.path.join(os.path.dirname(file.path), name))
    if beside in tree.paths:
        return room_of(beside)
    for path in tree.paths:
        if path.endswith('/' + name) and room_of(path):
            return room_of(path)
    return None


def includes(file):
    room = room_of(file.path)
    for line, kind, name in file.c.includes:
        if '..' in name.split('/'):
            yield line, f'{name} climbs out of the room: name the header only'
            continue
        other = find_header(file.tree, file, name) if kind == '"' else None
        if other and other not in ROOMS[room]:
            yield line, (f'{room} may not include {name} of {other}; it may use '
                         + ', '.join(sorted(ROOMS[room])))
        elif kind == '<':
            _, rooms, why = next(f for f in FOREIGN if re.match(f[0], name))
            if room not in rooms:
                yield line, f'{room} may not include <{name}>: {why}'


def purity(file):
    if room_of(file.path) != 'lib':
        return
    for match in IMPURE.finditer(file.c.code):
        yield (file.c.line(match.start()), f'{match.group(1)}() in lib/, which is pure: '
               'take the value as a parameter, report by GError')


RULES = [
    ('layer', {'c', 'h'}, includes),
    ('purity', {'c', 'h'}, purity),
]
