# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The rules that check-source.py enforces. cfile reads C well enough to find
# functions, prototypes and comments; each other module holds one family of
# rules as a list RULES of (name, what it is for, function).
