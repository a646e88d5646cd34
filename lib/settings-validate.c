/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Validators of single text values. Each is a small function that finds the
 * fault of a value and returns the cure as a text; one place builds the error.
 * They are strict where libvirt is lenient: what libvirt would trim, ignore or
 * pass on to QEMU is better refused while the caller still knows what he meant.
 */

#include "settings-validate.h"

#include "error.h"
#include "settings.h"
#include "text.h"

#include <string.h>

#define MAX_PATH_LENGTH 4096
#define MAX_CMDLINE_LENGTH 2047
#define MAX_BASE64_LENGTH (32 * 1024)
#define MAX_OBJECT_LENGTH 255
#define MAX_DEVICE_LENGTH 15
#define MAX_FLAG_LENGTH 64
#define MAX_SOCKET_LENGTH 107

static const char *const words_q35[] = {"q35", "pc-q35-*", NULL};
static const char *const words_pc[] = {"pc", "pc-i440fx-*", NULL};

static gboolean
refuse(GError **error, const char *label, const char *value, const char *cure)
{
    g_autofree char *shown = seal_text_show(value);

    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT, "%s is \"%s\"; %s", label, shown,
                cure);
    return FALSE;
}

/* Also the two characters that UTF-8 may carry and XML may not. */
static gboolean
has_control(const char *value)
{
    for (const char *p = value; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (g_unichar_iscntrl(c) || c == 0xfffe || c == 0xffff)
            return TRUE;
    }
    return FALSE;
}

static gboolean
consists_of(const char *value, const char *punctuation)
{
    for (const char *p = value; *p; p++) {
        if (!g_ascii_isalnum(*p) && !strchr(punctuation, *p))
            return FALSE;
    }
    return TRUE;
}

static gboolean
matches_any(const char *value, const char *const *globs)
{
    for (; *globs; globs++) {
        if (g_pattern_match_simple(*globs, value))
            return TRUE;
    }
    return FALSE;
}

gboolean
seal_settings_validate_name(const char *name, GError **error)
{
    gsize length = name ? strlen(name) : 0;

    if (length == 0 || length > SEAL_SETTINGS_MAX_NAME || !g_ascii_isalnum(name[0]) ||
        !consists_of(name, "._-"))
        return refuse(error, "name", name,
                      "give 1 to 63 letters, digits, dots, dashes and underscores, "
                      "the first a letter or digit, for example web-1");
    return TRUE;
}

static gboolean
has_parent_component(const char *value)
{
    g_auto(GStrv) components = g_strsplit(value, "/", -1);

    return g_strv_contains((const char *const *)components, "..");
}

char *
seal_settings_validate_canonical(const char *path)
{
    /* GLib keeps two leading slashes, which POSIX lets mean something else. */
    return g_canonicalize_filename(path + strspn(path, "/"), "/");
}

static gboolean
is_no_plain_file(const char *value)
{
    static const char *const prefixes[] = {"/proc/", "/sys/", "/dev/fd/", "/dev/std"};
    g_autofree char *canonical = seal_settings_validate_canonical(value);

    for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(canonical, prefixes[i]))
            return TRUE;
    }
    return FALSE;
}

static const char *
path_cure(const char *value)
{
    if (value[0] != '/')
        return "give an absolute path, for example /var/lib/libvirt/images/web.qcow2";
    if (strlen(value) >= MAX_PATH_LENGTH)
        return "give a path of fewer than 4096 bytes";
    if (has_control(value))
        return "give a path without control characters";
    if (has_parent_component(value))
        return "give the path without \"..\" in it";
    if (g_str_has_suffix(value, "/"))
        return "give the path of a file, not of a directory";
    if (g_str_has_suffix(value, " "))
        return "take away the blank at its end";
    if (is_no_plain_file(value))
        return "give a file or a disk, not something under /proc, /sys or /dev/fd";
    return NULL;
}

gboolean
seal_settings_validate_path(const char *label, const char *value, GError **error)
{
    const char *cure = path_cure(value);

    return cure ? refuse(error, label, value, cure) : TRUE;
}

gboolean
seal_settings_validate_firmware(const char *label, const char *value, GError **error)
{
    if (g_str_equal(value, "efi"))
        return TRUE;
    if (value[0] != '/')
        return refuse(error, label, value,
                      "give the absolute path of a UEFI image, \"efi\" to let libvirt choose, or "
                      "leave it out to have one chosen for the technology");
    return seal_settings_validate_path(label, value, error);
}

gboolean
seal_settings_validate_machine(const char *label, const char *value, GError **error)
{
    if (strlen(value) <= MAX_FLAG_LENGTH && consists_of(value, "._-") &&
        (matches_any(value, words_q35) || matches_any(value, words_pc)))
        return TRUE;
    return refuse(error, label, value, "give q35, pc, or a version of them such as pc-q35-7.2");
}

gboolean
seal_settings_validate_cmdline(const char *label, const char *value, GError **error)
{
    if (value[0] == '\0')
        return refuse(error, label, value, "leave it out instead");
    if (has_control(value))
        return refuse(error, label, value, "give it without control characters");
    if (strlen(value) > MAX_CMDLINE_LENGTH)
        return refuse(error, label, value, "give at most 2047 bytes, all that an x86 kernel reads");
    return TRUE;
}

/* The position of the first character that base64 cannot have there, or -1. */
static gssize
find_base64_fault(const char *value, gsize length)
{
    gsize padding = 0;

    while (padding < 2 && padding < length && value[length - 1 - padding] == '=')
        padding++;
    for (gsize i = 0; i < length - padding; i++) {
        if (!g_ascii_isalnum(value[i]) && value[i] != '+' && value[i] != '/')
            return (gssize)i;
    }
    return -1;
}

gboolean
seal_settings_validate_base64(const char *label, const char *value, GError **error)
{
    gsize length = strlen(value);
    gssize fault = length <= MAX_BASE64_LENGTH ? find_base64_fault(value, length) : -1;

    if (length > 0 && length <= MAX_BASE64_LENGTH && length % 4 == 0 && fault < 0)
        return TRUE;
    if (length > MAX_BASE64_LENGTH)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "%s has %" G_GSIZE_FORMAT " bytes; give at most 32768", label, length);
    else if (fault >= 0)
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "%s is not base64: character %" G_GSSIZE_FORMAT " cannot be there; give the "
                    "content, not a file name, on one line (base64 -w0 FILE)",
                    label, fault + 1);
    else
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                    "%s is not base64: its length is %" G_GSIZE_FORMAT ", no multiple of 4 above 0;"
                    " give the whole content on one line (base64 -w0 FILE)",
                    label, length);
    return FALSE;
}

gboolean
seal_settings_validate_decoded(const char *label, const char *value, gsize size, GError **error)
{
    gsize length = strlen(value);
    gsize padding = g_str_has_suffix(value, "==") ? 2 : g_str_has_suffix(value, "=");
    gsize decoded = length / 4 * 3 - padding;

    if (decoded == size)
        return TRUE;
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "%s decodes to %" G_GSIZE_FORMAT
                " bytes; give the base64 of exactly %" G_GSIZE_FORMAT " bytes (base64 -w0 FILE)",
                label, decoded, size);
    return FALSE;
}

gboolean
seal_settings_validate_socket(const char *label, const char *value, GError **error)
{
    if (strlen(value) > MAX_SOCKET_LENGTH)
        return refuse(error, label, value,
                      "give a path of at most 107 bytes, all that a Unix "
                      "socket can have");
    return seal_settings_validate_path(label, value, error);
}

/* As many as libvirt has room for (VIR_DOMAIN_CPUMASK_LEN). */
#define BITMAP_BITS 16384

static gboolean
read_number(const char *text, guint *ret_number)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned(text, 10, 0, BITMAP_BITS - 1, &number, NULL))
        return FALSE;
    *ret_number = (guint)number;
    return TRUE;
}

/* One item: N, N-M or ^N. As in libvirt, only what is in the set can be taken out. */
static gboolean
apply_item(guint8 *set, const char *item)
{
    g_auto(GStrv) ends = g_strsplit(item, "-", 2);
    gboolean remove = item[0] == '^';
    guint first;
    guint last;

    if (!ends[0] || !read_number(ends[0] + remove, &first))
        return FALSE;
    last = first;
    if (ends[1] && (remove || !read_number(ends[1], &last)))
        return FALSE;
    if (last < first || (remove && !set[first]))
        return FALSE;
    memset(set + first, !remove, last - first + 1);
    return TRUE;
}

gboolean
seal_settings_validate_bitmap(const char *label, const char *value, GError **error)
{
    static const char cure[] = "give numbers and ranges such as 0-3,8 or 0-7,^4; "
                               "something must be left";
    g_autofree guint8 *set = g_malloc0(BITMAP_BITS);
    g_auto(GStrv) items = NULL;

    if (strlen(value) >= MAX_PATH_LENGTH || !consists_of(value, "^,-"))
        return refuse(error, label, value, cure);
    items = g_strsplit(value, ",", -1);
    for (guint i = 0; items[i]; i++) {
        if (!apply_item(set, items[i]))
            return refuse(error, label, value, cure);
    }
    if (!memchr(set, 1, BITMAP_BITS))
        return refuse(error, label, value, cure);
    return TRUE;
}

gboolean
seal_settings_validate_mac(const char *label, const char *value, GError **error)
{
    static const char pattern[] = "xx:xx:xx:xx:xx:xx";
    gboolean good = strlen(value) == strlen(pattern);

    for (gsize i = 0; good && pattern[i]; i++)
        good = pattern[i] == 'x' ? g_ascii_isxdigit(value[i]) : value[i] == pattern[i];
    if (!good)
        return refuse(error, label, value, "give six bytes, for example 52:54:00:12:34:56");
    if (g_ascii_xdigit_value(value[1]) & 1)
        return refuse(error, label, value,
                      "that is a multicast address; make the first byte even, for example 52:...");
    if (g_str_equal(value, "00:00:00:00:00:00"))
        return refuse(error, label, value, "give another, or leave it out to have one chosen");
    return TRUE;
}

gboolean
seal_settings_validate_object(const char *label, const char *value, GError **error)
{
    if (value[0] == '\0' || strlen(value) > MAX_OBJECT_LENGTH || has_control(value) ||
        strchr(value, '/') || g_str_equal(value, ".") || g_str_equal(value, ".."))
        return refuse(error, label, value,
                      "give a name as libvirt lists it, 1 to 255 bytes without a slash");
    return TRUE;
}

gboolean
seal_settings_validate_flag(const char *label, const char *value, GError **error)
{
    if (value[0] == '\0' || strlen(value) > MAX_FLAG_LENGTH || !consists_of(value, "-_="))
        return refuse(error, label, value, "give the name of a policy flag, for example nodbg");
    return TRUE;
}

gboolean
seal_settings_validate_device(const char *label, const char *value, GError **error)
{
    if (value[0] == '\0' || strlen(value) > MAX_DEVICE_LENGTH || !consists_of(value, "_.:-"))
        return refuse(error, label, value,
                      "give the name of a device of the host as \"ip link\" lists it, "
                      "at most 15 characters");
    return TRUE;
}
