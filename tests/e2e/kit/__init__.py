# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What the end-to-end tests share: a bus client as a frontend would write one, a recorder of
# signals, the lab's commands, settings in their D-Bus types, and a small TAP runner.
#
# Nothing here knows a test; nothing in a test speaks D-Bus, virsh or TAP by itself.
