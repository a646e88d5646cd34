/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The launch digest of an SEV-SNP guest: a chain of SHA-384, one link for each page.
 *
 * Each link takes in the digest so far, the page's content (or zeros where the page's kind is not
 * measured by content), its kind and its address (AMD 56860, PAGE_INFO of SNP_LAUNCH_UPDATE). An
 * owner computes the same from firmware and vCPU count and compares it with the guest's report.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#define DIGEST_SIZE 48
#define DIGEST_PAGE_SIZE 4096

/**
 * digest_extend - add one page to a launch digest
 * @digest: the digest so far, zeros before the first page; replaced
 * @kind: NEW_SNP_PAGE_...
 * @page: content of the page, DIGEST_PAGE_SIZE bytes; not read for kinds that are not measured
 * @address: guest-physical address in bytes
 * Returns: true when it was computed.
 */
bool
digest_extend(uint8_t digest[DIGEST_SIZE], uint8_t kind, const uint8_t *page, uint64_t address);
