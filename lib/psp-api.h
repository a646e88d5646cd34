/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The version of the API that the secure processor's firmware speaks. Only
 * root can ask the device for it; the kernel logs it once it has started the
 * firmware ("SEV API:1.55 build:24", drivers/crypto/ccp/sev-dev.c), and a
 * captured host may hold that log.
 */

#include <glib.h>

/* SNP guests need 1.51; from 1.58 on SEV-ES guests are refused once SNP is initialized. */
#define SEAL_PSP_API_SNP 51
#define SEAL_PSP_API_NO_ES_BESIDE_SNP 58

/**
 * SealPspApi - plain value
 * @known: the rest is set
 * @major, @minor, @build: as AMD counts them
 */
typedef struct {
    gboolean known;
    guint major;
    guint minor;
    guint build;
} SealPspApi;

/**
 * seal_psp_api_find - look for it in the kernel's log
 * @log: (nullable): lines of the log
 * Returns: by value: that of the last line that names one, as firmware can be updated while
 * the host runs; not known when no line does.
 */
SealPspApi seal_psp_api_find(const char *log);

/**
 * seal_psp_api_at_least - compare with a version 1.x
 * @api: a known one
 * @minor: x
 * Returns: whether it is that or newer.
 */
gboolean seal_psp_api_at_least(const SealPspApi *api, guint minor);
