/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the simulated /dev/sev answers (see platform.h).
 *
 * Certificates and the chip's identity are files that the lab made at its start; a caller that
 * offers a buffer that is too short learns the length and gets INVALID_LEN, as from the firmware.
 */

#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/psp-sev.h>

#include "asid.h"
#include "inject.h"

#define FLAG_ES_INITIALIZED 0x100u
#define STATE_INIT 1
#define STATE_WORKING 2
#define IDENTITY_SIZE 64
#define PDH_SIZE 2084
#define CHAIN_SIZE 6252

typedef int (*Answer)(const Config *config, void *data);

typedef struct {
    uint32_t id;
    const char *name;
    Answer answer;
} Command;

static bool
read_whole(const char *path, void *buffer, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t got = read(fd, buffer, size);
    close(fd);
    return got == (ssize_t)size;
}

static int
answer_status(const Config *config, void *data)
{
    struct sev_user_data_status *status = data;
    bool es = config_get(config, "sev-es", 0) != 0 && config_get(config, "es-flag", 1) != 0;
    uint32_t guests = asid_count(asid_pool(config, false)) + asid_count(asid_pool(config, true));

    memset(status, 0, sizeof(*status));
    status->api_major = (uint8_t)config_get(config, "api-major", 1);
    status->api_minor = (uint8_t)config_get(config, "api-minor", 0);
    status->build = (uint8_t)config_get(config, "build", 0);
    status->state = guests > 0 ? STATE_WORKING : STATE_INIT;
    status->flags = es ? FLAG_ES_INITIALIZED : 0;
    status->guest_count = guests;
    return 0;
}

static int
answer_certificates(const Config *config, void *data)
{
    (void)config;
    struct sev_user_data_pdh_cert_export *export = data;
    bool fits = export->pdh_cert_len >= PDH_SIZE && export->cert_chain_len >= CHAIN_SIZE;
    export->pdh_cert_len = PDH_SIZE;
    export->cert_chain_len = CHAIN_SIZE;
    if (!fits)
        return SEV_RET_INVALID_LEN;
    if (!read_whole(CONFIG_RUNTIME_DIR "/psp/pdh.cert",
                    (void *)(uintptr_t) export->pdh_cert_address, PDH_SIZE) ||
        !read_whole(CONFIG_RUNTIME_DIR "/psp/chain.cert",
                    (void *)(uintptr_t) export->cert_chain_address, CHAIN_SIZE))
        return SEV_RET_SECURE_DATA_INVALID;
    return 0;
}

static int
answer_identity(const Config *config, void *data)
{
    (void)config;
    struct sev_user_data_get_id2 *request = data;
    bool fits = request->length >= IDENTITY_SIZE;
    request->length = IDENTITY_SIZE;
    if (!fits)
        return SEV_RET_INVALID_LEN;
    return read_whole(CONFIG_RUNTIME_DIR "/psp/cpu0.id", (void *)(uintptr_t)request->address,
                      IDENTITY_SIZE)
               ? 0
               : SEV_RET_HWSEV_RET_PLATFORM;
}

static const Command commands[] = {
    {SEV_PLATFORM_STATUS, "platform-status", answer_status},
    {SEV_PDH_CERT_EXPORT, "pdh-export", answer_certificates},
    {SEV_GET_ID2, "get-id", answer_identity},
};

int
platform_open(const Config *config)
{
    int fault = config_get(config, "sev", 0) == 0 ? -ENOENT : inject_fault(config, "open");
    if (inject_answer("open", fault, NULL) != 0)
        return -1;
    return memfd_create("simulated-sev", MFD_CLOEXEC);
}

int
platform_command(const Config *config, struct sev_issue_cmd *command)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (commands[i].id != command->cmd)
            continue;
        int result = inject_fault(config, commands[i].name);
        if (result == 0)
            result = commands[i].answer(config, (void *)(uintptr_t)command->data);
        uint32_t error = 0;
        int answer = inject_answer(commands[i].name, result, &error);
        command->error = error;
        return answer;
    }
    errno = EINVAL;
    return -1;
}
