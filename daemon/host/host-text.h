/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * Reading the small text files of lib/facts-text.h, and telling a file that
 * the host does not have from one that a captured tree does not hold.
 */

#include "facts.h"

/**
 * host_text_read - fill the files of the facts, and note which parts are missing
 * @root: directory that stands for "/"
 * @facts: files and missing are replaced
 */
void host_text_read(const char *root, SealFacts *facts);
