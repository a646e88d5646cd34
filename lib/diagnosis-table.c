/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All tables as one. Order matters little, because matches are sorted by how
 * specific they are; where they tie, the earlier table wins.
 */

#include "diagnosis-table.h"

typedef const SealDiagnosisRow *(*Table)(gsize *ret_n);

static const Table tables[] = {
    seal_diagnosis_table_sev_rows,      seal_diagnosis_table_launch_rows,
    seal_diagnosis_table_snp_rows,      seal_diagnosis_table_tdx_rows,
    seal_diagnosis_table_host_amd_rows, seal_diagnosis_table_host_tdx_rows,
    seal_diagnosis_table_general_rows,  seal_diagnosis_table_status_rows,
};

static const SealDiagnosisRow unknown = {
    .id = "unknown",
    .applies = SEAL_DIAGNOSIS_ANY,
    .source = SEAL_DIAGNOSIS_UNKNOWN,
    .rank = SEAL_DIAGNOSIS_CONSEQUENCE,
    .confidence = SEAL_DIAGNOSIS_POSSIBLE,
    .cause = "no known failure fits these messages",
    .remedy = "look at the end of /var/log/libvirt/qemu/NAME.log for what QEMU said, at dmesg for "
              "lines with SEV, ccp, kvm or tdx, and at journalctl -u libvirtd -u virtqemud",
};

const SealDiagnosisRow *
seal_diagnosis_table_unknown(void)
{
    return &unknown;
}

const SealDiagnosisRow *
seal_diagnosis_table_get(guint index)
{
    gsize left = index;

    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        gsize n = 0;
        const SealDiagnosisRow *rows = tables[i](&n);

        if (left < n)
            return &rows[left];
        left -= n;
    }
    return left == 0 ? &unknown : NULL;
}
