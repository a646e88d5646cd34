/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
/*
 * The small table through which core sees libvirt. A request is a plain value
 * naming one operation; its reply comes back on the main loop exactly once.
 * daemon/virt/virt.c is the real implementation; tests bring a scripted one.
 * No libvirt type appears here.
 */

#include "domain.h"

/**
 * VirtState - a domain's state as far as libvirt tells; core refines it
 */
typedef enum {
    VIRT_STATE_SHUTOFF,
    VIRT_STATE_RUNNING,
    VIRT_STATE_PAUSED,
    VIRT_STATE_STOPPING,
    VIRT_STATE_CRASHED,
    VIRT_STATE_INVALID,
} VirtState;

/**
 * VirtConnection - whether libvirt can be reached
 */
typedef enum {
    VIRT_CONNECTION_CONNECTING,
    VIRT_CONNECTION_CONNECTED,
    VIRT_CONNECTION_UNAVAILABLE,
} VirtConnection;

/**
 * VirtOp - one row of the operation table (operation.c) each
 *
 * @VIRT_OP_PROBE: versions and domcapabilities -> VirtReply.probe
 * @VIRT_OP_LIST: every domain -> VirtReply.domains
 * @VIRT_OP_SNAPSHOT: one domain by uuid -> VirtReply.domains (empty when it is gone)
 * @VIRT_OP_DEFINE: xml, networks, files, autostart, ask_nvram -> the new domain; leaves nothing on
 *   failure
 * @VIRT_OP_START: paused -> the started domain
 * @VIRT_OP_RESUME, @VIRT_OP_SUSPEND, @VIRT_OP_SHUTDOWN, @VIRT_OP_REBOOT, @VIRT_OP_DESTROY:
 *   -> the domain afterwards
 * @VIRT_OP_UNDEFINE: nvram, volumes -> nothing
 * @VIRT_OP_GET_XML: -> VirtReply.xml, without secrets
 * @VIRT_OP_SET_AUTOSTART: autostart -> the domain
 * @VIRT_OP_SET_RESTART: restart_guest_reboot -> the domain
 * @VIRT_OP_CERTIFICATES: of the host -> VirtReply.values
 * @VIRT_OP_MEASUREMENT: of a launched domain -> VirtReply.values
 * @VIRT_OP_INJECT: secret_header, secret -> nothing
 * @VIRT_OP_VOLUME_ABSENT, @VIRT_OP_VOLUME_CREATE, @VIRT_OP_VOLUME_DELETE: volume -> nothing
 * @VIRT_OP_BRIDGE_MTU: bridge, else the one network -> VirtReply.mtu
 */
typedef enum {
    VIRT_OP_PROBE,
    VIRT_OP_LIST,
    VIRT_OP_SNAPSHOT,
    VIRT_OP_DEFINE,
    VIRT_OP_START,
    VIRT_OP_RESUME,
    VIRT_OP_SUSPEND,
    VIRT_OP_SHUTDOWN,
    VIRT_OP_REBOOT,
    VIRT_OP_DESTROY,
    VIRT_OP_UNDEFINE,
    VIRT_OP_GET_XML,
    VIRT_OP_SET_AUTOSTART,
    VIRT_OP_SET_RESTART,
    VIRT_OP_CERTIFICATES,
    VIRT_OP_MEASUREMENT,
    VIRT_OP_INJECT,
    VIRT_OP_VOLUME_ABSENT,
    VIRT_OP_VOLUME_CREATE,
    VIRT_OP_VOLUME_DELETE,
    VIRT_OP_BRIDGE_MTU,
    VIRT_OP_INVALID,
} VirtOp;

/**
 * VirtVolume - one storage volume
 * @pool, @name: where; @format: static: "raw" or "qcow2"; @size: bytes; the last two to create it
 */
typedef struct {
    char *pool;
    char *name;
    const char *format;
    guint64 size;
} VirtVolume;

/**
 * VirtRequest - plain value; only the members its operation names are looked at
 *
 * @uuid: lower case with dashes; NULL for PROBE, LIST and DEFINE
 * @xml: domain XML to define
 * @networks: (nullable): libvirt networks that must exist
 * @bridge: (nullable): bridge of the host to ask about
 * @machine: (nullable): what libvirt makes of the machine type in @xml, when that is known and
 *   the one thing that it changes; NULL asks libvirt after the define how it took the rest
 * @files: (nullable): paths of disks that libvirt must be able to open, since the daemon
 *   itself cannot see them
 * @run: SHUTDOWN: only in this run (VirtDomain.run), else INVALID_STATE; 0 for any
 * @paused: start without running the vCPUs
 * @memory: START: what the guest has, in bytes; the more it is, the longer a start may take
 * @autostart, @restart_guest_reboot: new value of the property
 * @patient: nobody waits for the answer: it may take as long as libvirt does
 * @volume: (nullable): the storage volume to work on
 * @secret_header, @secret: (nullable): the guest owner's packet, from backend_secret_new()
 * @ask_nvram: DEFINE: tell VirtReply.makes_nvram, which costs a second define
 * @nvram: delete the NVRAM file; @volumes: delete the disks' storage volumes
 */
typedef struct {
    VirtOp op;
    char *uuid;
    char *xml;
    char *machine;
    GStrv networks;
    char *bridge;
    GStrv files;
    guint run;
    gboolean paused;
    gboolean patient;
    guint64 memory;
    gboolean autostart;
    gboolean restart_guest_reboot;
    gboolean ask_nvram;
    gboolean nvram;
    gboolean volumes;
    VirtVolume *volume;
    GBytes *secret_header;
    GBytes *secret;
} VirtRequest;

/**
 * VirtDomain - one domain as libvirt shows it at one moment
 * @domain: its XML read (SEAL_DOMAIN_SUMMARY)
 * @reason: static word for the state's reason, e.g. "booted", "shutdown", "destroyed"
 * @run: tells one start of the domain from another; 0 when it is off or not known
 * @stamp: monotonic microseconds just before it was read; of two snapshots the later
 *   stamp is the truer, in whatever order they arrive
 */
typedef struct {
    SealDomain *domain;
    VirtState state;
    const char *reason;
    gboolean persistent;
    gboolean autostart;
    guint run;
    gint64 stamp;
} VirtDomain;

/**
 * VirtProbe - what the connection can do
 * @libvirt_version, @qemu_version: packed, 0 when unknown
 * @domcaps_xml: (nullable): domcapabilities for x86_64, KVM, q35
 * @domcaps_error: (nullable): why there are none
 */
typedef struct {
    guint64 libvirt_version;
    guint64 qemu_version;
    char *domcaps_xml;
    char *domcaps_error;
} VirtProbe;

/**
 * VirtReply - plain value; only the members its operation names are set
 * @domains: (element-type VirtDomain)
 * @values: (nullable): a{sv}
 * @mtu: bytes; 0 when the guest need not be told
 * @makes_nvram: the first start makes a file of firmware variables; FALSE when it needs none, or
 *   when that of an earlier VM of its name is there
 */
typedef struct {
    GPtrArray *domains;
    VirtProbe *probe;
    char *xml;
    GVariant *values;
    guint mtu;
    gboolean makes_nvram;
} VirtReply;

/**
 * VirtDone - the answer to one request, on the main loop
 * @reply: (nullable): the callee may steal members; NULL with @error
 * @error: (nullable): domain SEAL_ERROR
 * @data: as given to submit
 */
typedef void (*VirtDone)(VirtReply *reply, const GError *error, gpointer data);

/**
 * VirtListener - what libvirt tells unasked, on the main loop
 * @connection_changed: reached or lost; @reason is "" or why it was lost
 * @domain_changed: something about this domain changed: ask for a snapshot
 * @guest_reboot: QEMU turned a guest's reboot into a shutdown, which follows
 */
typedef struct {
    void (*connection_changed)(VirtConnection connection, const char *reason, gpointer data);
    void (*domain_changed)(const char *uuid, gpointer data);
    void (*guest_reboot)(const char *uuid, gpointer data);
} VirtListener;

typedef struct VirtBackend VirtBackend;

/**
 * VirtBackendClass - the table
 * @start: begin to connect and to keep connected; @listener and @data live as long as the backend
 * @submit: takes @request; calls @done exactly once, later, also on failure
 * @get_uri: (transfer none): "qemu:///system"
 * @free: stops; requests still out are answered with SEAL_ERROR_CANCELLED before it returns
 */
typedef struct {
    void (*start)(VirtBackend *backend, const VirtListener *listener, gpointer data);
    void (*submit)(VirtBackend *backend, VirtRequest *request, VirtDone done, gpointer data);
    const char *(*get_uri)(VirtBackend *backend);
    void (*free)(VirtBackend *backend);
} VirtBackendClass;

struct VirtBackend {
    const VirtBackendClass *class;
};

/**
 * backend_request_new - a request for one domain
 * @op: what to do
 * @uuid: (nullable): copied
 * Returns: (transfer full): everything else zero.
 */
VirtRequest *backend_request_new(VirtOp op, const char *uuid);

/**
 * backend_request_free - give it back; the XML is wiped, for it may hold the owner's session
 * @request: (nullable) (transfer full)
 */
void backend_request_free(VirtRequest *request);

/**
 * backend_volume_new - a volume
 * @pool, @name: copied
 * @format: static
 * @size: bytes
 * Returns: (transfer full)
 */
VirtVolume *
backend_volume_new(const char *pool, const char *name, const char *format, guint64 size);

/**
 * backend_volume_free - give it back
 * @volume: (nullable) (transfer full)
 */
void backend_volume_free(VirtVolume *volume);

/**
 * backend_secret_new - bytes that are wiped when the last reference goes
 * @data: copied; the caller wipes its own
 * @length: in bytes
 * Returns: (transfer full)
 */
GBytes *backend_secret_new(gconstpointer data, gsize length);

/**
 * backend_reply_new - an empty reply with an empty array of domains
 * Returns: (transfer full)
 */
VirtReply *backend_reply_new(void);

/**
 * backend_reply_free - give it back with everything that was not stolen
 * @reply: (nullable) (transfer full)
 */
void backend_reply_free(VirtReply *reply);

/**
 * backend_is_unanswered - nobody heard of libvirt: what was asked may be done, or still come
 * @error: (nullable): of a VirtDone
 * Returns: whether it is SEAL_ERROR_TIMEOUT or SEAL_ERROR_BACKEND_UNAVAILABLE.
 */
gboolean backend_is_unanswered(const GError *error);

/**
 * backend_domain_free - give it back
 * @domain: (nullable) (transfer full)
 */
void backend_domain_free(VirtDomain *domain);

/**
 * backend_probe_free - give it back
 * @probe: (nullable) (transfer full)
 */
void backend_probe_free(VirtProbe *probe);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(VirtRequest, backend_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VirtReply, backend_reply_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VirtDomain, backend_domain_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VirtProbe, backend_probe_free)
