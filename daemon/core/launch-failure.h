/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * What is remembered of a failed start: libvirt's words, and what the failure
 * dictionary makes of them for the caller and for a later Diagnose.
 */

#include "vm.h"

/**
 * launch_failure_explain - make a launch error say cause and cure
 * @vm: (nullable): the VM that should have started; it remembers the words
 * @technology: of the VM
 * @error: libvirt's error as it came
 * Returns: (transfer full): of the same code. Of SEAL_ERROR_LAUNCH_FAILED the message is
 * cause, cure, evidence and the id in brackets; every other code keeps its message.
 */
GError *launch_failure_explain(Vm *vm, SealTechnology technology, const GError *error);

/**
 * launch_failure_diagnose - the dictionary's view on a VM's last failed start
 * @vm: the VM
 * Returns: (transfer full) (element-type SealDiagnosis): empty when none is remembered.
 */
GPtrArray *launch_failure_diagnose(const Vm *vm);
