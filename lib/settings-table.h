/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The table of settings, inside lib/ only: one row a key, and the same form
 * for the members of "disks" and "networks". The parser, the lists for help
 * texts and the suggestions for misspelt keys all read it, so that a new
 * setting is a row, its field and, where it needs one, its rule.
 */

#include "settings-validate.h"
#include "settings.h"

/**
 * SealSettingsKind - how a value is read and into which C type
 */
typedef enum {
    SEAL_SETTINGS_KIND_BOOL,   /* b: gboolean */
    SEAL_SETTINGS_KIND_UINT,   /* u: guint from min to max */
    SEAL_SETTINGS_KIND_UINT64, /* t: guint64 from min to max, a multiple of step */
    SEAL_SETTINGS_KIND_WORD,   /* s: an enum, by its word */
    SEAL_SETTINGS_KIND_TEXT,   /* s: char *, that validate accepts */
    SEAL_SETTINGS_KIND_TEXTS,  /* as: GStrv of at most max, each one that validate accepts */
    SEAL_SETTINGS_KIND_DICTS,  /* aa{sv}: GPtrArray of at most max structs of members */
} SealSettingsKind;

/**
 * SealSettingsWord - one word of an enum
 * @word: as the contract writes it; @value: the enum's value
 */
typedef struct {
    const char *word;
    int value;
} SealSettingsWord;

typedef struct SealSettingsTable SealSettingsTable;

/**
 * SealSettingsRow - one key
 * @key, @kind, @summary: the visible part
 * @offset: of the field in the struct
 * @has_offset: of a gboolean that says that the key was given, 0 for none
 * @min, @max: bounds of a number, or of a count
 * @step: a number must be a multiple of it; 0 for any
 * @initial: value of a number, enum or boolean that is not given
 * @example: a good value, for the cure in error texts
 * @words: of an enum; ends in a NULL word
 * @validate: of a text
 * @decoded: bytes that a base64 text must decode to, 0 for any number
 * @members: of the dictionaries in an array
 * @secret: never show the value
 */
typedef struct {
    const char *key;
    SealSettingsKind kind;
    gsize offset;
    gsize has_offset;
    guint64 min;
    guint64 max;
    guint64 step;
    int initial;
    const char *example;
    const SealSettingsWord *words;
    SealSettingsValidator validate;
    gsize decoded;
    const SealSettingsTable *members;
    gboolean secret;
    const char *summary;
} SealSettingsRow;

/**
 * SealSettingsTable - the rows of one struct
 * @rows, @n_rows: at most 64 rows, sorted by topic
 * @size: of the struct in bytes; @free: gives one back
 */
struct SealSettingsTable {
    const SealSettingsRow *rows;
    gsize n_rows;
    gsize size;
    GDestroyNotify free;
};

/**
 * seal_settings_table_top - the keys of CreateVM
 * Returns: (transfer none): the table of SealSettings.
 */
const SealSettingsTable *seal_settings_table_top(void);

/**
 * seal_settings_table_disk - the keys of one member of "disks"
 * Returns: (transfer none): the table of SealDisk.
 */
const SealSettingsTable *seal_settings_table_disk(void);

/**
 * seal_settings_table_network - the keys of one member of "networks"
 * Returns: (transfer none): the table of SealNetwork.
 */
const SealSettingsTable *seal_settings_table_network(void);

/**
 * seal_settings_table_signature - the D-Bus type of a kind
 * @kind: any
 * Returns: (transfer none): for example "t".
 */
const char *seal_settings_table_signature(SealSettingsKind kind);

/**
 * seal_settings_table_type_name - the D-Bus type of a kind in words
 * @kind: any
 * Returns: (transfer none): for example "unsigned 64 bit number".
 */
const char *seal_settings_table_type_name(SealSettingsKind kind);

/**
 * seal_settings_table_find - the row of a key
 * @table: which table
 * @key: exact
 * Returns: (transfer none) (nullable): NULL when there is none.
 */
const SealSettingsRow *seal_settings_table_find(const SealSettingsTable *table, const char *key);
