/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * How firmware looks: each image with what its descriptor declares and what it
 * says of itself, each descriptor that does not count and why, and for each
 * technology which image is taken and what speaks against the others.
 */

#include "cli.h"
#include "facts.h"

/**
 * firmware_print_text - for people
 * @cli: the run
 * @facts: whose firmware is shown
 * @only: one technology, or AUTO for all
 */
void firmware_print_text(const Cli *cli, const SealFacts *facts, SealTechnology only);

/**
 * firmware_print_json - for scripts: images, files, technologies
 * @cli: the run
 * @facts: whose firmware is shown
 * @only: one technology, or AUTO for all
 */
void firmware_print_json(const Cli *cli, const SealFacts *facts, SealTechnology only);
