/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The value that a domain's XML is read into. Nothing happens here but giving
 * it back; the reader is domain-reader.c, its devices domain-devices.c, and
 * what a stranger may see of the XML is decided in domain-reader-redact.c.
 */

#include "domain.h"

void
seal_domain_free(SealDomain *domain)
{
    if (!domain)
        return;
    g_free(domain->name);
    g_free(domain->uuid);
    g_free(domain->machine);
    g_free(domain->arch);
    g_free(domain->firmware);
    g_clear_pointer(&domain->devices, g_ptr_array_unref);
    g_free(domain);
}
