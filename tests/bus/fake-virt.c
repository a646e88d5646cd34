/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A request is carried out when it is submitted and answered later, so what
 * an answer shows may be out of date when it comes: that is how the real one
 * behaves and what core must bear. Like libvirt, an operation that changes a
 * domain sends its event before its answer.
 */

#include "fake-virt.h"

#include "version.h"

struct FakeVirt {
    VirtBackend parent;
    FakeDomains *domains;
    const VirtListener *listener;
    gpointer listener_data;
    VirtConnection connection;
    GPtrArray *out; /* answers not given yet, oldest first */
    VirtRequest *last[VIRT_OP_INVALID];
    guint counts[VIRT_OP_INVALID];
    guint failures[VIRT_OP_INVALID];
    SealError codes[VIRT_OP_INVALID];
    guint losses[VIRT_OP_INVALID];
    gboolean held[VIRT_OP_INVALID];
    guint sev;
    guint sev_es;
    guint64 qemu;
    guint mtu;
    gboolean kept_nvram;
    gint64 stamp;
    gboolean ending;
};

typedef struct {
    FakeVirt *fake;
    VirtOp op;
    gboolean held;
    guint source;
    VirtReply *reply;
    GError *error;
    VirtDone done;
    gpointer data;
} Answer;

static void
answer_give(Answer *answer)
{
    g_ptr_array_remove(answer->fake->out, answer);
    g_clear_handle_id(&answer->source, g_source_remove);
    answer->done(answer->error ? NULL : answer->reply, answer->error, answer->data);
    backend_reply_free(answer->reply);
    g_clear_error(&answer->error);
    g_free(answer);
}

static gboolean
on_idle(gpointer data)
{
    Answer *answer = data;

    answer->source = 0;
    answer_give(answer);
    return G_SOURCE_REMOVE;
}

static VirtReply *
probe(FakeVirt *fake)
{
    VirtReply *reply = backend_reply_new();

    reply->probe = g_new0(VirtProbe, 1);
    reply->probe->libvirt_version = SEAL_VERSION(9, 0, 0);
    reply->probe->qemu_version = fake->qemu;
    reply->probe->domcaps_xml = g_strdup_printf(
        "<domainCapabilities><path>/usr/bin/qemu-system-x86_64</path><domain>kvm</domain>"
        "<machine>pc-q35-7.2</machine><arch>x86_64</arch><features><sev supported='%s'>"
        "<cbitpos>51</cbitpos><reducedPhysBits>1</reducedPhysBits><maxGuests>%u</maxGuests>"
        "<maxESGuests>%u</maxESGuests></sev></features></domainCapabilities>",
        fake->sev + fake->sev_es > 0 ? "yes" : "no", fake->sev, fake->sev_es);
    return reply;
}

/* Stamps always rise, however fast a test runs. */
static gint64
next_stamp(FakeVirt *fake)
{
    fake->stamp = MAX(fake->stamp + 1, g_get_monotonic_time());
    return fake->stamp;
}

static gboolean
changes_domain(VirtOp op)
{
    return op >= VIRT_OP_DEFINE && op != VIRT_OP_GET_XML && op < VIRT_OP_CERTIFICATES;
}

static VirtReply *
carry_out(FakeVirt *fake, const VirtRequest *request, GError **error)
{
    VirtReply *reply;

    if (fake->connection != VIRT_CONNECTION_CONNECTED) {
        g_set_error_literal(error, SEAL_ERROR, SEAL_ERROR_BACKEND_UNAVAILABLE, "not connected");
        return NULL;
    }
    if (fake->failures[request->op] > 0) {
        fake->failures[request->op]--;
        g_set_error(error, SEAL_ERROR, (int)fake->codes[request->op], "scripted failure of %d",
                    (int)request->op);
        return NULL;
    }
    if (request->op == VIRT_OP_PROBE)
        return probe(fake);
    if (request->op == VIRT_OP_BRIDGE_MTU) {
        reply = backend_reply_new();
        reply->mtu = fake->mtu;
        return reply;
    }
    reply = fake_domains_run(fake->domains, request, next_stamp(fake), error);
    if (reply && request->ask_nvram)
        reply->makes_nvram = !fake->kept_nvram;
    if (reply && changes_domain(request->op)) {
        const char *uuid = request->uuid;

        if (request->op == VIRT_OP_DEFINE)
            uuid = ((const VirtDomain *)g_ptr_array_index(reply->domains, 0))->domain->uuid;
        fake->listener->domain_changed(uuid, fake->listener_data);
    }
    return reply;
}

static void
fake_start(VirtBackend *backend, const VirtListener *listener, gpointer data)
{
    FakeVirt *fake = (FakeVirt *)backend;

    fake->listener = listener;
    fake->listener_data = data;
}

static void
lose(Answer *answer)
{
    answer->fake->losses[answer->op]--;
    g_clear_error(&answer->error);
    answer->error =
        g_error_new_literal(SEAL_ERROR, SEAL_ERROR_BACKEND_UNAVAILABLE, "scripted silence");
}

static void
fake_submit(VirtBackend *backend, VirtRequest *request, VirtDone done, gpointer data)
{
    FakeVirt *fake = (FakeVirt *)backend;
    Answer *answer = g_new0(Answer, 1);

    /* Whoever submits while the backend ends would never be answered by the real one. */
    g_assert_false(fake->ending);
    fake->counts[request->op]++;
    *answer = (Answer){
        .fake = fake,
        .op = request->op,
        .held = fake->held[request->op],
        .done = done,
        .data = data,
    };
    g_ptr_array_add(fake->out, answer);
    answer->reply = carry_out(fake, request, &answer->error);
    if (fake->losses[request->op] > 0)
        lose(answer);
    backend_request_free(fake->last[request->op]);
    fake->last[request->op] = request;
    if (!answer->held)
        answer->source = g_idle_add_full(G_PRIORITY_HIGH, on_idle, answer, NULL);
}

static const char *
fake_get_uri(G_GNUC_UNUSED VirtBackend *backend)
{
    return "fake:///system";
}

static void
fake_free(VirtBackend *backend)
{
    FakeVirt *fake = (FakeVirt *)backend;

    fake->ending = TRUE;
    while (fake->out->len > 0) {
        Answer *answer = g_ptr_array_index(fake->out, 0);

        g_clear_error(&answer->error);
        answer->error = g_error_new_literal(SEAL_ERROR, SEAL_ERROR_CANCELLED, "stopping");
        answer_give(answer);
    }
    g_ptr_array_unref(fake->out);
    for (guint op = 0; op < VIRT_OP_INVALID; op++)
        backend_request_free(fake->last[op]);
    fake_domains_free(fake->domains);
    g_free(fake);
}

static const VirtBackendClass fake_class = {
    .start = fake_start,
    .submit = fake_submit,
    .get_uri = fake_get_uri,
    .free = fake_free,
};

FakeVirt *
fake_virt_new(void)
{
    FakeVirt *fake = g_new0(FakeVirt, 1);

    fake->parent.class = &fake_class;
    fake->domains = fake_domains_new();
    fake->out = g_ptr_array_new();
    fake->sev = 100;
    fake->sev_es = 100;
    fake->qemu = SEAL_VERSION(7, 2, 0);
    return fake;
}

VirtBackend *
fake_virt_backend(FakeVirt *fake)
{
    return &fake->parent;
}

FakeDomains *
fake_virt_domains(FakeVirt *fake)
{
    return fake->domains;
}

void
fake_virt_connect(FakeVirt *fake, VirtConnection connection)
{
    fake->connection = connection;
    fake->listener->connection_changed(
        connection, connection == VIRT_CONNECTION_CONNECTED ? "" : "scripted loss",
        fake->listener_data);
}

void
fake_virt_set_pools(FakeVirt *fake, guint sev, guint sev_es)
{
    fake->sev = sev;
    fake->sev_es = sev_es;
}

void
fake_virt_set_qemu(FakeVirt *fake, guint64 version)
{
    fake->qemu = version;
}

void
fake_virt_set_mtu(FakeVirt *fake, guint mtu)
{
    fake->mtu = mtu;
}

void
fake_virt_keep_nvram(FakeVirt *fake)
{
    fake->kept_nvram = TRUE;
}

void
fake_virt_fail(FakeVirt *fake, VirtOp op, SealError code, guint times)
{
    fake->codes[op] = code;
    fake->failures[op] = times;
}

void
fake_virt_lose(FakeVirt *fake, VirtOp op, guint times)
{
    fake->losses[op] = times;
}

void
fake_virt_hold(FakeVirt *fake, VirtOp op, gboolean hold)
{
    fake->held[op] = hold;
}

guint
fake_virt_held(FakeVirt *fake, VirtOp op)
{
    guint n = 0;

    for (guint i = 0; i < fake->out->len; i++) {
        const Answer *answer = g_ptr_array_index(fake->out, i);

        n += answer->held && answer->op == op;
    }
    return n;
}

void
fake_virt_release(FakeVirt *fake, VirtOp op, guint index)
{
    for (guint i = 0; i < fake->out->len; i++) {
        Answer *answer = g_ptr_array_index(fake->out, i);

        if (!answer->held || answer->op != op || index-- > 0)
            continue;
        answer_give(answer);
        return;
    }
    g_error("no such answer is held");
}

guint
fake_virt_count(FakeVirt *fake, VirtOp op)
{
    return fake->counts[op];
}

guint
fake_virt_count_acts(FakeVirt *fake)
{
    guint n = 0;

    for (guint op = 0; op < VIRT_OP_INVALID; op++)
        if (op != VIRT_OP_PROBE && op != VIRT_OP_LIST && op != VIRT_OP_SNAPSHOT)
            n += fake->counts[op];
    return n;
}

const VirtRequest *
fake_virt_last(FakeVirt *fake, VirtOp op)
{
    return fake->last[op];
}

void
fake_virt_emit(FakeVirt *fake, const char *uuid)
{
    fake->listener->domain_changed(uuid, fake->listener_data);
}

void
fake_virt_emit_reboot(FakeVirt *fake, const char *uuid)
{
    fake->listener->guest_reboot(uuid, fake->listener_data);
}
