/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Permission bits as the kernel applies them: the first of owner, group and
 * others that fits decides, even when a later one would allow more.
 */

#include "device-node.h"

#include <string.h>

#define READ_WRITE 06u

static const char letters[] = "rwxrwxrwx";

void
seal_device_node_clear(SealDeviceNode *node)
{
    g_clear_pointer(&node->owner, g_free);
    g_clear_pointer(&node->group, g_free);
    node->known = FALSE;
    node->mode = 0;
}

static gboolean
read_mode(const char *word, guint *ret_mode)
{
    guint mode = 0;

    /* A trailing dot or plus tells of labels and access lists. */
    if (word[0] != 'c' || strlen(word) < 1 + strlen(letters))
        return FALSE;
    for (gsize i = 0; i < strlen(letters); i++) {
        mode <<= 1;
        if (word[i + 1] == letters[i])
            mode |= 1;
        else if (word[i + 1] != '-')
            return FALSE;
    }
    *ret_mode = mode;
    return TRUE;
}

/* The words of the first line; those between blanks. */
static GPtrArray *
split_line(const char *text)
{
    g_autofree char *line = g_strndup(text, strcspn(text, "\n"));
    g_auto(GStrv) parts = g_strsplit_set(line, " \t", -1);
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; parts[i]; i++)
        if (*parts[i])
            g_ptr_array_add(words, g_strdup(parts[i]));
    return words;
}

gboolean
seal_device_node_parse(const char *text, SealDeviceNode *ret_node)
{
    g_autoptr(GPtrArray) words = split_line(text ? text : "");
    guint mode;

    if (words->len < 4 || !read_mode(g_ptr_array_index(words, 0), &mode))
        return FALSE;
    seal_device_node_clear(ret_node);
    ret_node->known = TRUE;
    ret_node->mode = mode;
    ret_node->owner = g_strdup(g_ptr_array_index(words, 2));
    ret_node->group = g_strdup(g_ptr_array_index(words, 3));
    return TRUE;
}

gboolean
seal_device_node_may_open(const SealDeviceNode *node, const char *user, const char *group)
{
    guint shift = 0;

    if (g_str_equal(user, "root"))
        return TRUE;
    if (g_strcmp0(node->owner, user) == 0)
        shift = 6;
    else if (group && g_strcmp0(node->group, group) == 0)
        shift = 3;
    return (node->mode >> shift & READ_WRITE) == READ_WRITE;
}
