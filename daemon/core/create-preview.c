/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The first half of a create, and nothing of the second: no job, no wait, no
 * look at a file. What a create would refuse later, a disk that is not there
 * or a technology that this host lacks, does not stop a preview.
 */

#include "create-preview.h"

#include <string.h>

#include "create-plan.h"
#include "domain.h"

/* A person who previews reads the XML, so what there is to think about stands on top of it. */
static char *
comment_warnings(GStrv warnings, const char *xml)
{
    GString *text = g_string_new(NULL);

    for (gsize i = 0; warnings[i]; i++)
        g_string_append_printf(text, "<!-- warning: %s -->\n", warnings[i]);
    g_string_append(text, xml);
    return g_string_free(text, FALSE);
}

char *
create_preview(Core *core, const char *name, GVariant *settings, GError **error)
{
    g_autoptr(SealSettings) parsed = seal_settings_parse(name, settings, error);
    g_auto(GStrv) warnings = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *redacted = NULL;
    SealPlan plan = {.settings = parsed};

    if (!parsed || !create_plan_technology(core, parsed, TRUE, &plan.technology, error) ||
        !seal_settings_resolve_policy(parsed, plan.technology, &plan.policy, error))
        return NULL;
    xml = create_plan_write(core, &plan, NULL, &warnings, error);
    if (xml) {
        redacted = seal_domain_reader_redact(xml, error);
        /* It may hold the owner's session. */
        explicit_bzero(xml, strlen(xml));
    }
    return redacted ? comment_warnings(warnings, redacted) : NULL;
}
