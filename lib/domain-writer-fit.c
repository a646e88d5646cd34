/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Settings of single technologies, as one table: a row a setting, with the
 * technologies that have it and why the others do not. A boolean counts as given
 * when it asks for something; its default asks for nothing.
 */

#include "domain-writer-fit.h"

#include "error.h"

#define SEV (1u << SEAL_TECHNOLOGY_SEV | 1u << SEAL_TECHNOLOGY_SEV_ES)
#define SNP (1u << SEAL_TECHNOLOGY_SEV_SNP)
#define TDX (1u << SEAL_TECHNOLOGY_TDX)
#define NONE (1u << SEAL_TECHNOLOGY_NONE)

typedef enum { WHEN_TEXT, WHEN_TRUE, WHEN_FALSE } When;

typedef struct {
    When when;
    gsize offset;
    guint technologies;
    const char *given;
    const char *why_not;
    const char *cure;
} Row;

#define FIELD(field) G_STRUCT_OFFSET(SealSettings, field)
#define ONLY_SNP "has no place for it", "leave it out or choose sev-snp"
#define ONLY_TDX "has no place for it", "leave it out or choose tdx"

static const Row rows[] = {
    {WHEN_TEXT, FIELD(nvram_template), NONE | SEV, "nvram-template is given",
     "takes its firmware as ROM, which keeps no variables", "leave it out"},
    {WHEN_TEXT, FIELD(dh_cert), SEV, "dh-cert and session are given",
     "has no measured start that they could serve",
     "leave them out or choose sev or sev-es; sev-snp and tdx attest from inside the guest"},
    {WHEN_TRUE, FIELD(kernel_hashes), SEV | SNP, "kernel-hashes is true",
     "measures no hashes (the firmware of tdx measures the kernel by itself)",
     "leave it out or choose sev, sev-es or sev-snp"},
    {WHEN_TEXT, FIELD(id_block), SNP, "id-block is given", ONLY_SNP},
    {WHEN_TEXT, FIELD(id_auth), SNP, "id-auth is given", ONLY_SNP},
    {WHEN_TEXT, FIELD(host_data), SNP, "host-data is given", ONLY_SNP},
    {WHEN_TEXT, FIELD(guest_visible_workarounds), SNP, "guest-visible-workarounds is given",
     ONLY_SNP},
    {WHEN_TRUE, FIELD(author_key), SNP, "author-key is true", ONLY_SNP},
    {WHEN_FALSE, FIELD(vcek), SNP, "vcek is false", ONLY_SNP},
    {WHEN_TEXT, FIELD(mr_config_id), TDX, "mr-config-id is given", ONLY_TDX},
    {WHEN_TEXT, FIELD(mr_owner), TDX, "mr-owner is given", ONLY_TDX},
    {WHEN_TEXT, FIELD(mr_owner_config), TDX, "mr-owner-config is given", ONLY_TDX},
    {WHEN_TEXT, FIELD(quote_generation_socket), TDX, "quote-generation-socket is given", ONLY_TDX},
};

static gboolean
is_given(const Row *row, const SealSettings *settings)
{
    switch (row->when) {
    case WHEN_TEXT:
        return G_STRUCT_MEMBER(char *, settings, row->offset) != NULL;
    case WHEN_TRUE:
        return G_STRUCT_MEMBER(gboolean, settings, row->offset);
    case WHEN_FALSE:
        return !G_STRUCT_MEMBER(gboolean, settings, row->offset);
    }
    return FALSE;
}

gboolean
seal_domain_writer_fit_check(const SealPlan *plan, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Row *row = &rows[i];

        if ((row->technologies >> plan->technology & 1) || !is_given(row, plan->settings))
            continue;
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT, "%s, but technology %s %s; %s",
                    row->given, seal_technology_to_string(plan->technology), row->why_not,
                    row->cure);
        return FALSE;
    }
    return TRUE;
}
