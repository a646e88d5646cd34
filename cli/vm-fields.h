/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The properties of a VM as people and scripts see them: one table of D-Bus
 * property, JSON key, label and form. list, show, create and monitor all
 * print from it, so that a property looks the same everywhere.
 */

#include "table.h"

/**
 * VmField - one property
 * @property: as on the bus; @key: as in JSON; @label: as in text, to translate
 * @format: its value as text, (transfer full)
 */
typedef struct {
    const char *property;
    const char *key;
    const char *label;
    char *(*format)(GVariant *value);
} VmField;

/**
 * vm_fields_get - the table
 * @ret_n: number of rows
 * Returns: (transfer none): the first row; in the order in which people want to read.
 */
const VmField *vm_fields_get(gsize *ret_n);

/**
 * vm_fields_text - one property as text
 * @properties: a{sv} as from GetAll
 * @property: D-Bus name
 * Returns: (transfer full): "" when the VM has no such property.
 */
char *vm_fields_text(GVariant *properties, const char *property);

/**
 * vm_fields_json - properties with their JSON keys
 * @properties: a{sv}, also some of them only
 * @path: (nullable): object path, added as "object"
 * Returns: (transfer floating): a{sv}; properties outside the table get their
 * name in lower case with underscores.
 */
GVariant *vm_fields_json(GVariant *properties, const char *path);

/**
 * vm_fields_key - the JSON key of any property of the contract
 * @property: D-Bus name
 * Returns: (transfer full): "policy_flags" for "PolicyFlags".
 */
char *vm_fields_key(const char *property);

/**
 * vm_fields_state_colour - how a state is to be seen
 * @state: value of the property State
 * Returns: the colour; plain for states that are neither good nor bad.
 */
TableColour vm_fields_state_colour(const char *state);
