/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * JSON from GVariants. Verbs describe what they print as one GVariant with
 * stable keys; dictionaries become objects, arrays and tuples arrays. Written
 * here instead of by json_gvariant_serialize(), which turns numbers above
 * 2^63 negative and keeps a wrapper around each variant's type.
 */

#include <glib.h>

/**
 * json_output_format - a value as JSON
 * @value: a dictionary, array or tuple; a floating reference is consumed
 * @pretty: over several lines, with indentation
 * Returns: (transfer full): JSON text without a final line break. Integers
 * beyond 2^53, which JSON readers round, come as decimal strings.
 */
char *json_output_format(GVariant *value, gboolean pretty);
