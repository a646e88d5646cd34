/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Showing firmware. Paths and descriptions are other people's texts, so
 * everything passes escape_text() before it reaches a terminal; JSON has the
 * same words unescaped.
 */

#include "firmware-print.h"

#include <stdio.h>
#include <glib/gi18n.h>

#include "escape.h"
#include "firmware-words.h"
#include "wrap.h"

#define ARCH "x86_64"
#define MACHINE "q35"

static SealFirmwareWish
wish_for(SealTechnology technology)
{
    return (SealFirmwareWish){.technology = technology, .arch = ARCH, .machine = MACHINE};
}

static void
print_line(const char *label, const char *text)
{
    g_autofree char *safe = escape_text(text, ESCAPE_LINE);
    g_autofree char *line = g_strdup_printf("    %-10s %s", label, safe);

    wrap_print(line, 15);
}

static void
print_image(const Cli *cli, const SealFirmware *firmware)
{
    g_autofree char *name = escape_text(firmware_words_name(firmware), ESCAPE_LINE);
    g_autofree char *title = table_paint(TABLE_BOLD, cli->colour, name);
    g_autofree char *features = g_strjoinv(", ", firmware->features);
    g_auto(GStrv) clauses = firmware_words_image(firmware);
    g_autofree char *says = g_strjoinv("; ", clauses);
    g_autofree char *file = g_strdup_printf(
        "%s (%s%s%s)", firmware->executable, firmware_words_mapping(firmware->mapping),
        firmware->nvram_template ? " from " : "",
        firmware->nvram_template ? firmware->nvram_template : "");

    puts(title);
    print_line(_("is"), firmware->description);
    print_line(_("image"), file);
    print_line(_("declares"), *features ? features : _("nothing"));
    print_line(_("it says"), says);
}

static void
print_files(const SealFacts *facts)
{
    for (guint i = 0; i < facts->firmware_files->len; i++) {
        const SealFirmwareFile *file = g_ptr_array_index(facts->firmware_files, i);
        g_autofree char *path = escape_text(file->path, ESCAPE_LINE);
        g_autofree char *why = escape_text(file->why, ESCAPE_LINE);

        if (file->state != SEAL_FIRMWARE_FILE_USED)
            printf("%s: %s%s%s\n", path, firmware_words_state(file->state), *why ? ", " : "", why);
    }
}

static void
print_candidate(const Cli *cli, const SealFirmware *firmware, const char *why, gboolean taken)
{
    g_autofree char *name = escape_text(firmware_words_name(firmware), ESCAPE_LINE);
    g_autofree char *reason = escape_text(why, ESCAPE_LINE);
    g_autofree char *padded = g_strdup_printf("%-9s", taken ? _("taken")
                                                      : why ? _("rejected")
                                                            : _("fits"));
    g_autofree char *word = table_paint(taken ? TABLE_GOOD : TABLE_DIM, cli->colour, padded);
    g_autofree char *line = g_strdup_printf("    %s %s%s%s", word, name, why ? " " : "", reason);

    wrap_print(line, 14);
}

static void
print_technology(const Cli *cli, const SealFacts *facts, SealTechnology technology)
{
    const SealFirmwareWish wish = wish_for(technology);
    const SealFirmware *taken = seal_firmware_choose(facts->firmwares, &wish, NULL);
    g_autofree char *safe = escape_text(taken ? taken->executable : _("none"), ESCAPE_LINE);
    g_autofree char *painted = table_paint(taken ? TABLE_GOOD : TABLE_BAD, cli->colour, safe);

    printf("%s: %s\n", seal_technology_to_string(technology), painted);
    for (guint i = 0; i < facts->firmwares->len; i++) {
        const SealFirmware *firmware = g_ptr_array_index(facts->firmwares, i);
        g_autofree char *why = seal_firmware_why_not(firmware, &wish);

        print_candidate(cli, firmware, why, firmware == taken);
    }
}

static gboolean
is_wanted(SealTechnology technology, SealTechnology only)
{
    return only == SEAL_TECHNOLOGY_AUTO || only == technology;
}

void
firmware_print_text(const Cli *cli, const SealFacts *facts, SealTechnology only)
{
    for (guint i = 0; i < facts->firmwares->len; i++)
        print_image(cli, g_ptr_array_index(facts->firmwares, i));
    print_files(facts);
    if (facts->firmwares->len == 0)
        puts(_("There is no UEFI firmware here; install a package with OVMF (ovmf on Debian, "
               "edk2-ovmf on Fedora)."));
    puts("");
    for (SealTechnology t = SEAL_TECHNOLOGY_SEV; t <= SEAL_TECHNOLOGY_TDX; t++)
        if (is_wanted(t, only))
            print_technology(cli, facts, t);
}

static GVariant *
image_to_json(const SealFirmware *firmware)
{
    g_auto(GStrv) says = firmware_words_image(firmware);
    GVariantBuilder object;

    g_variant_builder_init(&object, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add_parsed(&object, "{'name', <%s>}", firmware_words_name(firmware));
    g_variant_builder_add_parsed(&object, "{'description', <%s>}", firmware->description);
    g_variant_builder_add_parsed(&object, "{'image', <%s>}", firmware->executable);
    g_variant_builder_add_parsed(&object, "{'mapping', <%s>}",
                                 firmware_words_mapping(firmware->mapping));
    if (firmware->nvram_template)
        g_variant_builder_add_parsed(&object, "{'nvram-template', <%s>}", firmware->nvram_template);
    g_variant_builder_add_parsed(&object, "{'features', <%^as>}", firmware->features);
    g_variant_builder_add_parsed(&object, "{'says', <%^as>}", says);
    return g_variant_builder_end(&object);
}

static GVariant *
files_to_json(const SealFacts *facts)
{
    GVariantBuilder array;

    g_variant_builder_init(&array, G_VARIANT_TYPE("aa{ss}"));
    for (guint i = 0; i < facts->firmware_files->len; i++) {
        const SealFirmwareFile *file = g_ptr_array_index(facts->firmware_files, i);

        g_variant_builder_add_parsed(&array, "{'path': %s, 'state': %s, 'why': %s}", file->path,
                                     firmware_words_state(file->state), file->why ? file->why : "");
    }
    return g_variant_builder_end(&array);
}

static GVariant *
technology_to_json(const SealFacts *facts, SealTechnology technology)
{
    const SealFirmwareWish wish = wish_for(technology);
    const SealFirmware *taken = seal_firmware_choose(facts->firmwares, &wish, NULL);
    GVariantBuilder object, candidates;

    g_variant_builder_init(&candidates, G_VARIANT_TYPE("aa{ss}"));
    for (guint i = 0; i < facts->firmwares->len; i++) {
        const SealFirmware *firmware = g_ptr_array_index(facts->firmwares, i);
        g_autofree char *why = seal_firmware_why_not(firmware, &wish);

        g_variant_builder_add_parsed(&candidates, "{'name': %s, 'verdict': %s, 'why': %s}",
                                     firmware_words_name(firmware),
                                     firmware == taken ? "taken"
                                     : why             ? "rejected"
                                                       : "fits",
                                     why ? why : "");
    }
    g_variant_builder_init(&object, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add_parsed(&object, "{'image', <%s>}", taken ? taken->executable : "");
    g_variant_builder_add(&object, "{sv}", "candidates", g_variant_builder_end(&candidates));
    return g_variant_builder_end(&object);
}

void
firmware_print_json(const Cli *cli, const SealFacts *facts, SealTechnology only)
{
    GVariantBuilder object, images, technologies;

    g_variant_builder_init(&images, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < facts->firmwares->len; i++)
        g_variant_builder_add_value(&images, image_to_json(g_ptr_array_index(facts->firmwares, i)));
    g_variant_builder_init(&technologies, G_VARIANT_TYPE("a{sa{sv}}"));
    for (SealTechnology t = SEAL_TECHNOLOGY_SEV; t <= SEAL_TECHNOLOGY_TDX; t++)
        if (is_wanted(t, only))
            g_variant_builder_add(&technologies, "{s@a{sv}}", seal_technology_to_string(t),
                                  technology_to_json(facts, t));
    g_variant_builder_init(&object, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&object, "{sv}", "images", g_variant_builder_end(&images));
    g_variant_builder_add(&object, "{sv}", "files", files_to_json(facts));
    g_variant_builder_add(&object, "{sv}", "technologies", g_variant_builder_end(&technologies));
    cli_print_json(cli, g_variant_builder_end(&object));
}
