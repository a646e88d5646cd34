/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The attestation members of org.sealvirt1.VM and org.sealvirt1.Host, and the
 * guard's CheckOperation. Each function takes its call over.
 */

#include "call.h"

/**
 * vm_attest_bus_certificates - GetCertificates of the host
 * @call: (transfer full): the call
 */
void vm_attest_bus_certificates(Call *call);

/**
 * vm_attest_bus_measurement - GetMeasurement
 * @call: (transfer full): the call
 */
void vm_attest_bus_measurement(Call *call);

/**
 * vm_attest_bus_inject - InjectSecret; reads the message itself, so that no copy of the
 * secret is left in a GVariant
 * @call: (transfer full): the call
 */
void vm_attest_bus_inject(Call *call);

/**
 * vm_attest_bus_check_operation - CheckOperation
 * @call: (transfer full): the call
 */
void vm_attest_bus_check_operation(Call *call);
