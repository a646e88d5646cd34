/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The small table through which core sees the host. Reading happens in a
 * thread; answers come on the main loop exactly once. host_new() reads the
 * machine (or any tree that looks like one) under a root directory; tests of
 * core bring a scripted one.
 */

#include "facts.h"

/**
 * HostFileState - what can be said of a path from where the daemon stands
 * @HOST_FILE_UNKNOWN: the sandbox hides it, or it may not be looked at
 */
typedef enum {
    HOST_FILE_UNKNOWN,
    HOST_FILE_PRESENT,
    HOST_FILE_ABSENT,
    HOST_FILE_DIRECTORY,
    HOST_FILE_OTHER, /* neither a regular file nor a block device */
} HostFileState;

/**
 * HostInspection - answer to inspect()
 * @error: (nullable): SEAL_ERROR_TIMEOUT: a file system did not answer, which path, and what to do;
 *   then nothing else is set
 * @states: one for each path asked about, in order
 * @has_image, @image: what the firmware image says; @has_image FALSE when none was
 *   asked about or it could not be read
 * @firmware_state: of the firmware path itself
 */
typedef struct {
    const GError *error;
    HostFileState *states;
    gsize n_states;
    HostFileState firmware_state;
    gboolean has_image;
    SealOvmf image;
} HostInspection;

/**
 * HostFactsDone - @facts: (transfer full): host half filled; never NULL
 */
typedef void (*HostFactsDone)(SealFacts *facts, gpointer data);

/**
 * HostInspectDone - @inspection: (transfer none): never NULL
 */
typedef void (*HostInspectDone)(const HostInspection *inspection, gpointer data);

/**
 * HostNoted - @error: (nullable): why the note could not be written or removed
 */
typedef void (*HostNoted)(const GError *error, gpointer data);

/**
 * HostRecalled - @notes: (transfer none) (element-type utf8 utf8): name -> text
 */
typedef void (*HostRecalled)(GHashTable *notes, gpointer data);

/**
 * HostChanged - something about the host changed; a new read is worth its while
 */
typedef void (*HostChanged)(gpointer data);

typedef struct HostBackend HostBackend;

/**
 * HostBackendClass - the table; answers come on the main loop, never before the question returns
 * @read_facts: read everything again
 * @inspect: look at @paths (NULL-terminated, copied) and at the image @firmware (nullable); is
 *   answered within seconds whatever file systems they lie on
 * @watch: (nullable): tell of changes from now on, within some seconds
 * @note: (nullable): write @text under @name where it outlives the daemon; NULL removes it
 * @recall: (nullable): everything noted and not removed
 * @free: answers of reads under way are not delivered any more
 */
typedef struct {
    void (*read_facts)(HostBackend *backend, HostFactsDone done, gpointer data);
    void (*inspect)(HostBackend *backend,
                    const char *const *paths,
                    const char *firmware,
                    HostInspectDone done,
                    gpointer data);
    void (*watch)(HostBackend *backend, HostChanged changed, gpointer data);
    void (*note)(
        HostBackend *backend, const char *name, const char *text, HostNoted done, gpointer data);
    void (*recall)(HostBackend *backend, HostRecalled done, gpointer data);
    void (*free)(HostBackend *backend);
} HostBackendClass;

/**
 * HostBackend - the beginning of each
 * @settle: milliseconds by which the kernel's count of guests may come later than libvirt's word
 */
struct HostBackend {
    const HostBackendClass *class;
    guint settle;
};

/**
 * host_new - the real backend
 * @root: directory that stands for "/"; "/" for this machine; copied
 * @state_directory: where notes are kept; copied
 * Returns: (transfer full): free with class->free().
 */
HostBackend *host_new(const char *root, const char *state_directory);
