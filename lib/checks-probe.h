/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The probes of the check table, inside lib/ only: each looks at one kind of
 * fact and serves every row of that kind. All are SealCheckProbe functions; a
 * probe that needs libvirt relies on the gate of its row.
 */

#include "checks-table.h"

/**
 * seal_checks_probe_vendor - processors of this make have a technology that is known
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS, FAIL when unknown, NA for another make.
 */
SealCheckState seal_checks_probe_vendor(const SealCheckRow *row,
                                        const SealFacts *facts,
                                        char **ret_value,
                                        char **ret_remedy);

/**
 * seal_checks_probe_hypervisor - the host is no virtual machine itself
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS, or NA for a virtual machine.
 */
SealCheckState seal_checks_probe_hypervisor(const SealCheckRow *row,
                                            const SealFacts *facts,
                                            char **ret_value,
                                            char **ret_remedy);

/**
 * seal_checks_probe_flag - the processor shows the technology's flag
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS, FAIL when the flags are unknown, NA when it does not show it.
 */
SealCheckState seal_checks_probe_flag(const SealCheckRow *row,
                                      const SealFacts *facts,
                                      char **ret_value,
                                      char **ret_remedy);

/**
 * seal_checks_probe_kernel_version - the kernel is new enough for the technology
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS, FAIL, or WARN when the version is unknown.
 */
SealCheckState seal_checks_probe_kernel_version(const SealCheckRow *row,
                                                const SealFacts *facts,
                                                char **ret_value,
                                                char **ret_remedy);

/**
 * seal_checks_probe_kvm_device - the KVM device is there
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS or FAIL.
 */
SealCheckState seal_checks_probe_kvm_device(const SealCheckRow *row,
                                            const SealFacts *facts,
                                            char **ret_value,
                                            char **ret_remedy);

/**
 * seal_checks_probe_parameter - a module parameter is there and on
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS or FAIL.
 */
SealCheckState seal_checks_probe_parameter(const SealCheckRow *row,
                                           const SealFacts *facts,
                                           char **ret_value,
                                           char **ret_remedy);

/**
 * seal_checks_probe_parameter_not_off - a module parameter is on where the kernel has it
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS, also when there is no such parameter, or FAIL.
 */
SealCheckState seal_checks_probe_parameter_not_off(const SealCheckRow *row,
                                                   const SealFacts *facts,
                                                   char **ret_value,
                                                   char **ret_remedy);

/**
 * seal_checks_probe_parameter_not_on - a module parameter whose being on calls for a warning
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS, also when there is no such parameter, or WARN.
 */
SealCheckState seal_checks_probe_parameter_not_on(const SealCheckRow *row,
                                                  const SealFacts *facts,
                                                  char **ret_value,
                                                  char **ret_remedy);

/**
 * seal_checks_probe_sev_device - the secure processor's device is there
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS or FAIL.
 */
SealCheckState seal_checks_probe_sev_device(const SealCheckRow *row,
                                            const SealFacts *facts,
                                            char **ret_value,
                                            char **ret_remedy);

/**
 * seal_checks_probe_connection - libvirt answers
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS or FAIL.
 */
SealCheckState seal_checks_probe_connection(const SealCheckRow *row,
                                            const SealFacts *facts,
                                            char **ret_value,
                                            char **ret_remedy);

/**
 * seal_checks_probe_libvirt_version - libvirt is new enough for the technology
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS, FAIL, or WARN when the version is unknown.
 */
SealCheckState seal_checks_probe_libvirt_version(const SealCheckRow *row,
                                                 const SealFacts *facts,
                                                 char **ret_value,
                                                 char **ret_remedy);

/**
 * seal_checks_probe_qemu_version - QEMU is new enough for the technology
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS, FAIL, or WARN when the version is unknown.
 */
SealCheckState seal_checks_probe_qemu_version(const SealCheckRow *row,
                                              const SealFacts *facts,
                                              char **ret_value,
                                              char **ret_remedy);

/**
 * seal_checks_probe_domcaps_there - libvirt told its domain capabilities
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS or FAIL.
 */
SealCheckState seal_checks_probe_domcaps_there(const SealCheckRow *row,
                                               const SealFacts *facts,
                                               char **ret_value,
                                               char **ret_remedy);

/**
 * seal_checks_probe_domcaps - libvirt offers the technology
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe; the remedy is another when the
 *   host can do it and libvirt's cached capabilities must be out of date
 * Returns: PASS or FAIL.
 */
SealCheckState seal_checks_probe_domcaps(const SealCheckRow *row,
                                         const SealFacts *facts,
                                         char **ret_value,
                                         char **ret_remedy);

/**
 * seal_checks_probe_capacity - the technology's pool of key slots is not empty
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS, also when libvirt is too old to tell, or FAIL.
 */
SealCheckState seal_checks_probe_capacity(const SealCheckRow *row,
                                          const SealFacts *facts,
                                          char **ret_value,
                                          char **ret_remedy);

/**
 * seal_checks_probe_firmware - a firmware image for the technology is installed
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe; the value is the image, or why each
 *   one there is does not fit
 * Returns: PASS or FAIL.
 */
SealCheckState seal_checks_probe_firmware(const SealCheckRow *row,
                                          const SealFacts *facts,
                                          char **ret_value,
                                          char **ret_remedy);

/**
 * seal_checks_probe_descriptors - all firmware descriptors could be read
 * @row, @facts, @ret_value, @ret_remedy: as in SealCheckProbe
 * Returns: PASS or WARN.
 */
SealCheckState seal_checks_probe_descriptors(const SealCheckRow *row,
                                             const SealFacts *facts,
                                             char **ret_value,
                                             char **ret_remedy);
