# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The lab: a private host with a simulated secure processor.
#
# options and build run outside; everything from world on runs as the first process of namespaces of
# its own, so that whatever happens to it the kernel takes the whole lab down with it.

"""Modules of tools/lab."""
