/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The order of a launch (see launch.h); what each command does is in steps.c.
 *
 * The table below is the guest state table of the firmware: which command is allowed where, and
 * where it leads. A command that fails, by itself or by an injected fault, changes no state.
 */

#include "launch.h"

#include <errno.h>
#include <stdatomic.h>

#include <linux/kvm.h>
#include <linux/psp-sev.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "asid.h"
#include "inject.h"
#include "kvm-new.h"
#include "record.h"
#include "snp.h"
#include "steps.h"
#include "tdx.h"
#include "vm.h"

typedef enum {
    STATE_NONE,
    STATE_INITIALIZED,
    STATE_UPDATE,
    STATE_SECRET,
    STATE_RUNNING,
} State;

#define IN(state) (1u << (state))

typedef struct {
    uint32_t id;
    const char *name;
    unsigned int allowed;
    State next;
    Step step;
} Command;

static const Command commands[] = {
    {KVM_SEV_INIT, "init", IN(STATE_NONE), STATE_INITIALIZED, steps_init},
    {KVM_SEV_ES_INIT, "init", IN(STATE_NONE), STATE_INITIALIZED, steps_init_es},
    {NEW_SEV_INIT2, "init", IN(STATE_NONE), STATE_INITIALIZED, steps_init_kind},
    {KVM_SEV_LAUNCH_START, "launch-start", IN(STATE_INITIALIZED), STATE_UPDATE, steps_start},
    {KVM_SEV_LAUNCH_UPDATE_DATA, "launch-update", IN(STATE_UPDATE), STATE_UPDATE, steps_update},
    {KVM_SEV_LAUNCH_UPDATE_VMSA, "launch-update-vmsa", IN(STATE_UPDATE), STATE_UPDATE,
     steps_update_vmsa},
    {KVM_SEV_LAUNCH_MEASURE, "launch-measure", IN(STATE_UPDATE) | IN(STATE_SECRET), STATE_SECRET,
     steps_measure},
    {KVM_SEV_LAUNCH_SECRET, "launch-secret", IN(STATE_SECRET), STATE_SECRET, steps_secret},
    {KVM_SEV_LAUNCH_FINISH, "launch-finish", IN(STATE_SECRET), STATE_RUNNING, steps_finish},
    {NEW_SNP_LAUNCH_START, "snp-launch-start", IN(STATE_INITIALIZED), STATE_UPDATE, snp_start},
    {NEW_SNP_LAUNCH_UPDATE, "snp-launch-update", IN(STATE_UPDATE), STATE_UPDATE, snp_update},
    {NEW_SNP_LAUNCH_FINISH, "snp-launch-finish", IN(STATE_UPDATE), STATE_RUNNING, snp_finish},
};

static State state = STATE_NONE;
static Guest guest;
static atomic_uint n_vcpus;
static atomic_uint vcpu_signature;

static const Command *
find_command(uint32_t id)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (commands[i].id == id)
            return &commands[i];
    return NULL;
}

static int
run(const Config *config, const Command *known, void *data)
{
    int fault = inject_fault(config, known->name);
    if (fault != 0)
        return fault;
    if ((known->allowed & IN(state)) == 0)
        return state == STATE_NONE ? -ENOTTY : SEV_RET_INVALID_GUEST_STATE;

    guest.n_vcpus = atomic_load(&n_vcpus);
    guest.signature = atomic_load(&vcpu_signature);
    int result = known->step(config, &guest, data);
    if (result == 0)
        state = known->next;
    return result;
}

/* Readable in every state, and the only command that shows the state itself. */
static int
guest_status(struct kvm_sev_guest_status *status)
{
    if (state < STATE_UPDATE)
        return SEV_RET_INVALID_GUEST;
    status->handle = STEPS_HANDLE;
    status->policy = guest.policy;
    status->state = (uint32_t)state - STATE_INITIALIZED;
    return 0;
}

int
launch_command(const Config *config, void *argument)
{
    struct kvm_sev_cmd *command = argument;
    if (vm_kind() == NEW_VM_TDX)
        return tdx_command(config, argument);
    if (config_get(config, "sev", 0) == 0) {
        errno = ENOTTY;
        return -1;
    }
    if (command == NULL)
        return inject_answer("kvm-sev", inject_fault(config, "kvm-sev"), NULL);

    void *data = (void *)(uintptr_t)command->data;
    if (command->id == KVM_SEV_GUEST_STATUS)
        return inject_answer("guest-status", guest_status(data), &command->error);
    const Command *known = find_command(command->id);
    if (known == NULL) {
        errno = EINVAL;
        return -1;
    }
    return inject_answer(known->name, run(config, known, data), &command->error);
}

int
launch_region(const Config *config, bool add)
{
    return inject_answer("reg-region", add ? inject_fault(config, "reg-region") : 0, NULL);
}

void
launch_forget(void)
{
    EVP_MD_CTX_free(guest.digest);
    OPENSSL_cleanse(&guest, sizeof(guest));
    state = STATE_NONE;
    atomic_store(&n_vcpus, 0);
    asid_release();
    record_clear();
}

void
launch_note_vcpu(void)
{
    atomic_fetch_add(&n_vcpus, 1);
}

void
launch_note_signature(uint32_t signature)
{
    atomic_store(&vcpu_signature, signature);
}
