# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Stacks: other releases of Debian, to build and test the project with their libvirt and QEMU.
#
# root makes a file system by debootstrap and keeps it, enter goes into it. What runs there (tools/lab,
# the test runner) is the same as here and need not know where it is.

"""Modules behind --stack."""
