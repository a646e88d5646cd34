/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What libvirt's domcapabilities say about one emulator, machine and
 * virtualization type, for every libvirt from 4.5 to 12.8: <sev> with and
 * without maxGuests and cpu0Id, the launchSecurity enum (10.5), <tdx> (11.6).
 * It is what libvirt believes, from its cache; the host may disagree, and
 * lib/checks.h is where the two are held together.
 */

#include "technology.h"

/**
 * SealTristate - libvirt says yes, says no, or is too old to say
 */
typedef enum {
    SEAL_TRISTATE_UNKNOWN,
    SEAL_TRISTATE_NO,
    SEAL_TRISTATE_YES,
} SealTristate;

/**
 * SealDomcaps - plain value
 *
 * @emulator, @domain_type, @machine, @arch: what was asked about, for example
 *   "/usr/bin/qemu-system-x86_64", "kvm", "pc-q35-7.2", "x86_64"
 * @max_vcpus: 0 when not told
 * @sev, @tdx, @s390_pv: <features> of that name
 * @cbitpos, @reduced_phys_bits: 0 when not told
 * @max_sev_guests, @max_sev_es_guests: sizes of the two ASID pools; valid when @has_guest_limits
 * @has_guest_limits: maxGuests or maxESGuests present (libvirt 8.0)
 * @cpu0_id: base64 as libvirt writes it, or NULL
 * @has_launch_security: the <launchSecurity> element is there (libvirt 10.5)
 * @sectypes: bit set of 1 << SealTechnology for the enum's values (never sev-es, which is no
 *   value there)
 * @efi: libvirt can choose UEFI firmware itself (firmware enum has "efi")
 * @loader_rom, @loader_pflash: accepted loader types
 * @loaders: NULL-terminated firmware paths libvirt knows
 * @disk_buses, @video_models, @graphics_types, @rng_models: NULL-terminated enum
 *   values, NULL when the libvirt is too old to list them
 */
typedef struct {
    char *emulator;
    char *domain_type;
    char *machine;
    char *arch;
    guint max_vcpus;
    SealTristate sev;
    SealTristate tdx;
    SealTristate s390_pv;
    guint cbitpos;
    guint reduced_phys_bits;
    gboolean has_guest_limits;
    guint max_sev_guests;
    guint max_sev_es_guests;
    char *cpu0_id;
    gboolean has_launch_security;
    guint sectypes;
    gboolean efi;
    gboolean loader_rom;
    gboolean loader_pflash;
    GStrv loaders;
    GStrv disk_buses;
    GStrv video_models;
    GStrv graphics_types;
    GStrv rng_models;
} SealDomcaps;

/**
 * seal_domcaps_parse - read virConnectGetDomainCapabilities' XML
 * @xml: NUL-terminated, at most SEAL_XML_MAX_DOMCAPS bytes
 * Returns: (transfer full): or NULL with SEAL_ERROR_INVALID_ARGUMENT when it is
 * not well formed, has another root or a number that is not one. Unknown
 * elements and values are passed over: a newer libvirt may say more.
 */
SealDomcaps *seal_domcaps_parse(const char *xml, GError **error);

/**
 * seal_domcaps_free - give it back
 * @domcaps: (nullable) (transfer full): from seal_domcaps_parse()
 */
void seal_domcaps_free(SealDomcaps *domcaps);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SealDomcaps, seal_domcaps_free)

/**
 * seal_domcaps_supports - whether libvirt offers a technology
 * @domcaps: the capabilities
 * @technology: any
 * Returns: sev-es is offered when sev is and maxESGuests is above 0 (UNKNOWN
 * on a libvirt before 8.0, which does not tell); sev-snp and tdx need the enum
 * and, for tdx, the <tdx> element not to say no; NO when the libvirt is too old
 * to have them at all.
 */
SealTristate seal_domcaps_supports(const SealDomcaps *domcaps, SealTechnology technology);

/**
 * seal_domcaps_pool_total - how many guests a pool can hold at once
 * @domcaps: the capabilities
 * @pool: sev or sev-es
 * @ret_total: number of guests
 * Returns: FALSE when libvirt does not tell (before 8.0, or another pool).
 */
gboolean seal_domcaps_pool_total(const SealDomcaps *domcaps, SealPool pool, guint *ret_total);
