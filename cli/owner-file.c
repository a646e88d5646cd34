/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files that go between host and guest owner. Sizes are bounded before
 * anything is read, so that a device or a wrong name ends in a message and not
 * in a full memory; what was read is wiped, though it is wrapped for the
 * secure processor.
 */

#include <gio/gio.h>
#include <string.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "error.h"
#include "owner-file.h"

#define FILE_MAX (64 * 1024)

typedef struct {
    char bytes[FILE_MAX + 1];
    gsize size;
} Content;

static void
content_free(Content *content)
{
    explicit_bzero(content, sizeof *content);
    g_free(content);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Content, content_free)

static Content *
refuse(const char *path, const GError *failure, GError **error)
{
    gboolean absent = g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

    g_set_error(error, SEAL_ERROR, absent ? SEAL_ERROR_NOT_FOUND : SEAL_ERROR_INVALID_ARGUMENT,
                _("%s cannot be read (%s); name the file that came from the guest's owner"), path,
                failure->message);
    return NULL;
}

/* White space alone says nothing either, and is no base64 that could be decoded. */
static gboolean
is_blank(const Content *content)
{
    for (gsize i = 0; i < content->size; i++)
        if (!g_ascii_isspace(content->bytes[i]))
            return FALSE;
    return TRUE;
}

static Content *
read_content(const char *path, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GFileInputStream) stream = g_file_read(file, NULL, &failure);
    g_autoptr(Content) content = g_new0(Content, 1);

    if (stream == NULL || !g_input_stream_read_all(G_INPUT_STREAM(stream), content->bytes,
                                                   FILE_MAX + 1, &content->size, NULL, &failure))
        return refuse(path, failure, error);
    if (content->size > FILE_MAX || is_blank(content)) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    _("%s is empty or larger than 64 KiB; is it the guest owner's file?"), path);
        return NULL;
    }
    return g_steal_pointer(&content);
}

/* The base64 in @content without blanks, or NULL when it is something else. */
static char *
take_base64(const Content *content)
{
    g_autofree char *text = g_new0(char, content->size + 1);
    gsize length = 0;

    for (gsize i = 0; i < content->size; i++) {
        if (g_ascii_isspace(content->bytes[i]))
            continue;
        if (!g_ascii_isalnum(content->bytes[i]) && memchr("+/=", content->bytes[i], 3) == NULL) {
            explicit_bzero(text, length);
            return NULL;
        }
        text[length++] = content->bytes[i];
    }
    return g_steal_pointer(&text);
}

char *
owner_file_base64(const char *path, GError **error)
{
    g_autoptr(Content) content = read_content(path, error);
    char *text = content != NULL ? take_base64(content) : NULL;

    if (content == NULL || text != NULL)
        return text;
    return g_base64_encode((const guchar *)content->bytes, content->size);
}

GVariant *
owner_file_bytes(const char *path, GError **error)
{
    g_autoptr(Content) content = read_content(path, error);
    g_autofree char *text = content != NULL ? take_base64(content) : NULL;
    /* Bytes can look like base64 by chance, but then seldom in groups of four. */
    gsize length = text != NULL ? strlen(text) : 0;
    gboolean coded = text != NULL && length % 4 == 0;
    GVariant *bytes = NULL;

    if (content == NULL)
        return NULL;
    if (coded)
        g_base64_decode_inplace(text, &content->size);
    bytes = g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, coded ? text : content->bytes,
                                      content->size, 1);
    if (text != NULL)
        explicit_bzero(text, length);
    return g_variant_ref_sink(bytes);
}

gboolean
owner_file_check_free(const char *path, gboolean force, GError **error)
{
    GStatBuf present;

    if (force || g_lstat(path, &present) != 0)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_EXISTS,
                _("%s is there already; name another --directory, or write over it with --force"),
                path);
    return FALSE;
}

gboolean
owner_file_write(const char *path, GVariant *bytes, GError **error)
{
    gsize size = 0;
    const char *data = g_variant_get_fixed_array(bytes, &size, 1);
    g_autoptr(GError) failure = NULL;
    gboolean absent;

    if (g_file_set_contents_full(path, data, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
                                 &failure))
        return TRUE;
    absent = g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_set_error(error, SEAL_ERROR, absent ? SEAL_ERROR_NOT_FOUND : SEAL_ERROR_BACKEND,
                _("%s could not be written (%s); name a --directory that is there and writable"),
                path, failure->message);
    return FALSE;
}
