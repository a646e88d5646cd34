/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading QEMU's firmware descriptors. json-glib parses by recursion, so the
 * depth is counted before it sees a byte. Members that are read must have the
 * right type; others are passed over, as the format grows (docs/interop/
 * firmware.json in QEMU). Which image fits is decided in firmware-choose.c.
 */

#include "firmware.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "error.h"
#include "text.h"

#define MAX_DEPTH 32

/* What is being read, for messages. */
typedef struct {
    const char *name;
    GError **error;
} Source;

typedef struct {
    const char *word;
    SealFirmwareMapping mapping;
} Word;

static const Word flash_modes[] = {
    {"split", SEAL_FIRMWARE_SPLIT},
    {"combined", SEAL_FIRMWARE_COMBINED},
    {"stateless", SEAL_FIRMWARE_STATELESS},
};

/* Devices that QEMU knows beside flash; kernel and igvm are no UEFI that libvirt could map. */
static const Word devices[] = {
    {"memory", SEAL_FIRMWARE_MEMORY},
    {"kernel", SEAL_FIRMWARE_INVALID},
    {"igvm", SEAL_FIRMWARE_INVALID},
};

static gboolean
refuse(const Source *source, const char *member, const char *why)
{
    g_autofree char *name = seal_text_show(source->name);

    g_set_error(source->error, SEAL_ERROR, SEAL_ERROR_INVALID_ARGUMENT,
                "firmware descriptor %s: %s %s; reinstall the package that owns it, or mask it "
                "with an empty file of the same name in /etc/qemu/firmware",
                name, member, why);
    return FALSE;
}

static gboolean
refuse_value(const Source *source, const char *member, const char *value, const char *why)
{
    g_autofree char *shown = seal_text_show(value);
    g_autofree char *text = g_strdup_printf("is \"%s\", %s", shown, why);

    return refuse(source, member, text);
}

/* Brackets outside of strings; a text that is not JSON is left for the parser to refuse. */
static gboolean
is_too_deep(const char *json, gsize length)
{
    gboolean in_string = FALSE;
    guint depth = 0;

    for (gsize i = 0; i < length; i++) {
        if (in_string && json[i] == '\\')
            i++;
        else if (json[i] == '"')
            in_string = !in_string;
        else if (!in_string && (json[i] == '{' || json[i] == '[') && ++depth > MAX_DEPTH)
            return TRUE;
        else if (!in_string && (json[i] == '}' || json[i] == ']') && depth > 0)
            depth--;
    }
    return FALSE;
}

static JsonObject *
get_object(const Source *source, JsonObject *object, const char *member)
{
    JsonNode *node = json_object_get_member(object, member);

    if (!node || !JSON_NODE_HOLDS_OBJECT(node)) {
        refuse(source, member, node ? "is no object" : "is missing");
        return NULL;
    }
    return json_node_get_object(node);
}

/* An absent member is an empty list. */
static gboolean
get_array(const Source *source, JsonObject *object, const char *member, JsonArray **ret_array)
{
    JsonNode *node = json_object_get_member(object, member);

    if (node && !JSON_NODE_HOLDS_ARRAY(node))
        return refuse(source, member, "is no array");
    *ret_array = node ? json_node_get_array(node) : NULL;
    return TRUE;
}

/* Escapes such as \ud800 can make a string that is no UTF-8 out of a text that is. */
static gboolean
is_string(JsonNode *node)
{
    return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING &&
           g_utf8_validate(json_node_get_string(node), -1, NULL);
}

/* @fallback: taken when the member is absent, NULL when it must be there. */
static const char *
get_string(const Source *source, JsonObject *object, const char *member, const char *fallback)
{
    JsonNode *node = json_object_get_member(object, member);

    if (!node && fallback)
        return fallback;
    if (!node || !is_string(node)) {
        refuse(source, member, node ? "is no string" : "is missing");
        return NULL;
    }
    return json_node_get_string(node);
}

static GStrv
get_strings(const Source *source, JsonObject *object, const char *member)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    JsonArray *array;

    if (!get_array(source, object, member, &array))
        return NULL;
    for (guint i = 0; array && i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);

        if (!is_string(node)) {
            refuse(source, member, "holds something else than strings");
            return NULL;
        }
        g_strv_builder_add(builder, json_node_get_string(node));
    }
    return g_strv_builder_end(builder);
}

static gboolean
read_path(const Source *source, JsonObject *object, char **ret_path)
{
    const char *path = get_string(source, object, "filename", NULL);

    if (!path)
        return FALSE;
    if (!g_path_is_absolute(path))
        return refuse_value(source, "filename", path, "no absolute path");
    *ret_path = g_strdup(path);
    return TRUE;
}

/* {"filename": ..., "format": ...} */
static gboolean
read_file(const Source *source,
          JsonObject *mapping,
          const char *member,
          char **ret_path,
          char **ret_format)
{
    static const char *const formats[] = {"raw", "qcow2", NULL};
    JsonObject *file = get_object(source, mapping, member);
    const char *format = file ? get_string(source, file, "format", "raw") : NULL;

    if (!format)
        return FALSE;
    if (!g_strv_contains(formats, format))
        return refuse_value(source, "format", format, "neither raw nor qcow2");
    if (!read_path(source, file, ret_path))
        return FALSE;
    *ret_format = g_strdup(format);
    return TRUE;
}

static gboolean
find_word(const Word *words, gsize n, const char *word, SealFirmwareMapping *ret_mapping)
{
    for (gsize i = 0; i < n; i++) {
        if (strcmp(words[i].word, word) == 0) {
            *ret_mapping = words[i].mapping;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
read_flash(const Source *source, JsonObject *mapping, SealFirmware *firmware)
{
    const char *mode = get_string(source, mapping, "mode", "split");

    if (!mode)
        return FALSE;
    if (!find_word(flash_modes, G_N_ELEMENTS(flash_modes), mode, &firmware->mapping))
        return refuse_value(source, "mode", mode, "none of split, combined and stateless");
    if (!read_file(source, mapping, "executable", &firmware->executable, &firmware->format))
        return FALSE;
    if (firmware->mapping != SEAL_FIRMWARE_SPLIT)
        return TRUE;
    return read_file(source, mapping, "nvram-template", &firmware->nvram_template,
                     &firmware->nvram_format);
}

static gboolean
read_mapping(const Source *source, JsonObject *root, SealFirmware *firmware)
{
    JsonObject *mapping = get_object(source, root, "mapping");
    const char *device = mapping ? get_string(source, mapping, "device", NULL) : NULL;

    if (!device)
        return FALSE;
    if (strcmp(device, "flash") == 0)
        return read_flash(source, mapping, firmware);
    if (!find_word(devices, G_N_ELEMENTS(devices), device, &firmware->mapping))
        return refuse_value(source, "device", device, "none of flash, memory, kernel and igvm");
    firmware->format = g_strdup("raw");
    return read_path(source, mapping, &firmware->executable);
}

static void
target_free(gpointer data)
{
    SealFirmwareTarget *target = data;

    g_free(target->architecture);
    g_strfreev(target->machines);
    g_free(target);
}

static gboolean
read_target(const Source *source, JsonNode *node, GPtrArray *targets)
{
    JsonObject *object = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    SealFirmwareTarget *target;
    const char *architecture;

    if (!object)
        return refuse(source, "targets", "holds something else than objects");
    architecture = get_string(source, object, "architecture", NULL);
    if (!architecture)
        return FALSE;
    target = g_new0(SealFirmwareTarget, 1);
    g_ptr_array_add(targets, target);
    target->architecture = g_strdup(architecture);
    target->machines = get_strings(source, object, "machines");
    return target->machines != NULL;
}

static gboolean
read_targets(const Source *source, JsonObject *root, GPtrArray *targets)
{
    JsonArray *array;

    if (!get_array(source, root, "targets", &array))
        return FALSE;
    for (guint i = 0; array && i < json_array_get_length(array); i++) {
        if (!read_target(source, json_array_get_element(array, i), targets))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_root(const Source *source, JsonObject *root, SealFirmware *firmware)
{
    const char *description = get_string(source, root, "description", "");
    g_auto(GStrv) types = description ? get_strings(source, root, "interface-types") : NULL;

    if (!types)
        return FALSE;
    firmware->description = g_strdup(description);
    firmware->uefi = g_strv_contains((const char *const *)types, "uefi");
    firmware->features = get_strings(source, root, "features");
    return firmware->features && read_mapping(source, root, firmware) &&
           read_targets(source, root, firmware->targets);
}

SealFirmwareFile *
seal_firmware_file_new(SealFirmwareFileState state, const char *path, const char *why)
{
    SealFirmwareFile *file = g_new0(SealFirmwareFile, 1);

    file->state = state;
    file->path = g_strdup(path);
    file->why = g_strdup(why);
    return file;
}

void
seal_firmware_file_free(gpointer data)
{
    SealFirmwareFile *file = data;

    if (!file)
        return;
    g_free(file->path);
    g_free(file->why);
    g_free(file);
}

static SealFirmware *
firmware_new(void)
{
    SealFirmware *firmware = g_new0(SealFirmware, 1);

    firmware->targets = g_ptr_array_new_with_free_func(target_free);
    return firmware;
}

/* json-glib's own parser object, or NULL with the error set. */
static JsonParser *
parse_json(const Source *source, const char *json, gsize length)
{
    /* Not an immutable one: json-glib 1.10 aborts when such a parser is asked for the root of a
     * text with something after it. */
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) cause = NULL;
    JsonNode *root;

    if (!json || length == 0 || length > SEAL_FIRMWARE_MAX_DESCRIPTOR) {
        refuse(source, "the file", length ? "is larger than 64 KiB" : "is empty");
        return NULL;
    }
    if (memchr(json, '\0', length) || !g_utf8_validate(json, (gssize)length, NULL)) {
        refuse(source, "the file", "is no UTF-8 text");
        return NULL;
    }
    if (is_too_deep(json, length)) {
        refuse(source, "the file", "is nested deeper than 32");
        return NULL;
    }
    if (!json_parser_load_from_data(parser, json, (gssize)length, &cause)) {
        refuse_value(source, "the file", cause->message, "which is JSON's complaint");
        return NULL;
    }
    root = json_parser_get_root(parser);
    if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
        refuse(source, "the file", "is no JSON object");
        return NULL;
    }
    return g_steal_pointer(&parser);
}

SealFirmware *
seal_firmware_parse(const char *json, gsize length, const char *name, GError **error)
{
    Source source = {.name = name, .error = error};
    g_autoptr(JsonParser) parser = parse_json(&source, json, length);
    g_autoptr(SealFirmware) firmware = NULL;

    if (!parser)
        return NULL;
    firmware = firmware_new();
    firmware->descriptor = g_strdup(name);
    if (!read_root(&source, json_node_get_object(json_parser_get_root(parser)), firmware))
        return NULL;
    return g_steal_pointer(&firmware);
}

SealFirmware *
seal_firmware_new_for_path(const char *executable,
                           const char *nvram_template,
                           const SealOvmf *image,
                           gboolean rom)
{
    SealFirmware *firmware = firmware_new();
    SealFirmwareTarget *target = g_new0(SealFirmwareTarget, 1);
    static const char *const any_machine[] = {"*", NULL};

    firmware->description = g_strdup("named by the user");
    firmware->uefi = TRUE;
    firmware->mapping = rom              ? SEAL_FIRMWARE_MEMORY
                        : nvram_template ? SEAL_FIRMWARE_SPLIT
                                         : SEAL_FIRMWARE_STATELESS;
    firmware->executable = g_strdup(executable);
    firmware->format = g_strdup("raw");
    if (firmware->mapping == SEAL_FIRMWARE_SPLIT) {
        firmware->nvram_template = g_strdup(nvram_template);
        firmware->nvram_format = g_strdup("raw");
    }
    firmware->features = g_new0(char *, 1);
    target->architecture = g_strdup("x86_64");
    target->machines = g_strdupv((GStrv)any_machine);
    g_ptr_array_add(firmware->targets, target);
    firmware->has_image = TRUE;
    firmware->image = *image;
    return firmware;
}

void
seal_firmware_free(SealFirmware *firmware)
{
    if (!firmware)
        return;
    g_free(firmware->descriptor);
    g_free(firmware->description);
    g_free(firmware->executable);
    g_free(firmware->format);
    g_free(firmware->nvram_template);
    g_free(firmware->nvram_format);
    g_strfreev(firmware->features);
    g_ptr_array_unref(firmware->targets);
    g_free(firmware);
}
