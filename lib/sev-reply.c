/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading `ret=R fw_error=F`. The forms are a table, the judgement is one
 * function; the text that QEMU prints behind the numbers is left alone, for in
 * LAUNCH_MEASURE it is made from errno and names a wrong status.
 */

#include "sev-reply.h"

#include <errno.h>
#include <string.h>

/* QEMU prints ret= right before fw_error=; anything farther away is another ret=. */
#define RET_WINDOW 24
#define MAX_DIGITS 10

/* Where R stands. */
typedef enum {
    RIGHT_BEFORE, /* in front of F, nothing between */
    ANYWHERE,     /* in the line */
    PERHAPS,      /* in the line or not at all: older kernels print F only, which then counts */
} Place;

typedef struct {
    const char *firmware; /* what stands before F */
    guint base;           /* of F; R is always decimal */
    const char *kernel;   /* what stands before R */
    Place place;
} Form;

static const Form forms[] = {
    {"fw_error='", 10, "ret=", RIGHT_BEFORE},
    {"fw_error=", 10, "ret=", RIGHT_BEFORE},
    {"fw_err=", 10, "ret=", RIGHT_BEFORE},
    {"failed to INIT error 0x", 16, ", rc ", PERHAPS},
    {"INIT failed 0x", 16, ", rc ", PERHAPS},
    {", error 0x", 16, "failed rc ", ANYWHERE},
    {", error 0x", 16, "failed to INIT rc ", ANYWHERE},
};

static gboolean
parse_number(const char *text, const char *end, guint base, gint64 *ret_number)
{
    gboolean negative = text < end && *text == '-';
    gint64 number = 0;
    guint digits = 0;

    if (negative)
        text++;
    for (; text < end && digits < MAX_DIGITS; text++, digits++) {
        int digit = base == 16 ? g_ascii_xdigit_value(*text) : g_ascii_digit_value(*text);

        if (digit < 0)
            break;
        number = number * base + digit;
    }
    if (digits == 0)
        return FALSE;
    *ret_number = negative ? -number : number;
    return TRUE;
}

/* Where the number behind a key starts, or NULL. */
static const char *
behind(const char *text, const char *end, const char *key)
{
    const char *found = memmem(text, (gsize)(end - text), key, strlen(key));

    return found ? found + strlen(key) : NULL;
}

static gboolean
read_form(const Form *form, const char *line, gsize length, gint64 *ret_kernel, gint64 *ret_fw)
{
    const char *end = line + length;
    const char *firmware = behind(line, end, form->firmware);
    const char *from = line, *kernel;

    if (!firmware || !parse_number(firmware, end, form->base, ret_fw))
        return FALSE;
    if (form->place == RIGHT_BEFORE) {
        end = firmware;
        from = end - MIN((gsize)(end - line), RET_WINDOW + strlen(form->firmware));
    }
    kernel = behind(from, end, form->kernel);
    if (kernel)
        return parse_number(kernel, end, 10, ret_kernel);
    *ret_kernel = -EIO;
    return form->place == PERHAPS;
}

/* Sets kind and number only. */
static SealSevReply
judge(gint64 kernel, gint64 firmware)
{
    if (firmware == G_MAXUINT32)
        firmware = -1;
    if (kernel == -EIO)
        return (SealSevReply){.kind = SEAL_SEV_REPLY_FIRMWARE, .number = firmware};
    if (kernel < -1)
        return (SealSevReply){.kind = SEAL_SEV_REPLY_KERNEL, .number = -kernel};
    /* Not an errno: QEMU's own starting value, or the -1 of a plain ioctl. */
    if (firmware > 0)
        return (SealSevReply){.kind = SEAL_SEV_REPLY_FIRMWARE, .number = firmware};
    return (SealSevReply){.kind = SEAL_SEV_REPLY_UNSAID};
}

SealSevReply
seal_sev_reply_read(const char *line, gsize length)
{
    SealSevReply reply = {.kind = SEAL_SEV_REPLY_NONE};

    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        gint64 kernel = 0, firmware = 0;

        if (!read_form(&forms[i], line, length, &kernel, &firmware))
            continue;
        reply = judge(kernel, firmware);
        reply.logged_by_kernel = forms[i].base == 16;
        break;
    }
    return reply;
}
