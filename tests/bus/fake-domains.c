/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each operation is one small function on one domain, found by a table like
 * the one of the real backend. Order of domains is that of their making, so
 * that tests can rely on it.
 */

#include "fake-domains.h"

#include "error.h"

struct FakeDomains {
    GPtrArray *all;
    guint made;
};

typedef gboolean (*Step)(FakeDomains *domains,
                         FakeDomain *domain,
                         const VirtRequest *request,
                         GError **error);

static void
domain_free(gpointer data)
{
    FakeDomain *domain = data;

    g_free(domain->uuid);
    g_free(domain->name);
    g_free(domain);
}

FakeDomains *
fake_domains_new(void)
{
    FakeDomains *domains = g_new0(FakeDomains, 1);

    domains->all = g_ptr_array_new_with_free_func(domain_free);
    return domains;
}

void
fake_domains_free(FakeDomains *domains)
{
    g_ptr_array_unref(domains->all);
    g_free(domains);
}

FakeDomain *
fake_domains_add(FakeDomains *domains, const char *name, SealTechnology technology)
{
    FakeDomain *domain = g_new0(FakeDomain, 1);

    domain->uuid = g_strdup_printf("00000000-0000-4000-8000-%012x", ++domains->made);
    domain->name = g_strdup(name);
    domain->technology = technology;
    domain->policy = seal_technology_get_info(technology)->default_policy;
    domain->memory = G_GUINT64_CONSTANT(1) << 30;
    domain->vcpus = 2;
    domain->persistent = TRUE;
    domain->run = 1;
    domain->state = VIRT_STATE_SHUTOFF;
    domain->reason = "unknown";
    g_ptr_array_add(domains->all, domain);
    return domain;
}

FakeDomain *
fake_domains_find(FakeDomains *domains, const char *id)
{
    for (guint i = 0; i < domains->all->len; i++) {
        FakeDomain *domain = g_ptr_array_index(domains->all, i);

        if (g_strcmp0(domain->uuid, id) == 0 || g_strcmp0(domain->name, id) == 0)
            return domain;
    }
    return NULL;
}

void
fake_domains_remove(FakeDomains *domains, const char *id)
{
    FakeDomain *domain = fake_domains_find(domains, id);

    g_assert_nonnull(domain);
    g_ptr_array_remove(domains->all, domain);
}

guint
fake_domains_count(FakeDomains *domains)
{
    return domains->all->len;
}

VirtDomain *
fake_domains_snapshot(const FakeDomain *domain, gint64 stamp)
{
    VirtDomain *snapshot = g_new0(VirtDomain, 1);

    snapshot->domain = g_new0(SealDomain, 1);
    *snapshot->domain = (SealDomain){
        .name = g_strdup(domain->name),
        .uuid = g_strdup(domain->uuid),
        .technology = domain->technology,
        .has_policy = domain->technology != SEAL_TECHNOLOGY_NONE,
        .policy = domain->policy,
        .memory = domain->memory,
        .vcpus = domain->vcpus,
        .machine = g_strdup("pc-q35-7.2"),
        .arch = g_strdup("x86_64"),
        .firmware = g_strdup("/fw/CODE.fd"),
        .attestable = domain->attestable,
        .restart_guest_reboot = domain->restart_guest_reboot,
        .launch_waits = domain->launch_waits,
    };
    snapshot->state = domain->state;
    snapshot->reason = domain->reason;
    snapshot->persistent = domain->persistent;
    snapshot->autostart = domain->autostart;
    snapshot->run = domain->run;
    snapshot->stamp = stamp;
    return snapshot;
}

static void
move_to(FakeDomain *domain, VirtState state, const char *reason)
{
    domain->state = state;
    domain->reason = reason;
}

/* As libvirt: a transient domain is gone as soon as it is off. */
static gboolean
power_off(FakeDomains *domains, FakeDomain *domain, const char *reason)
{
    move_to(domain, VIRT_STATE_SHUTOFF, reason);
    if (!domain->persistent)
        g_ptr_array_remove(domains->all, domain);
    return TRUE;
}

static gboolean
refuse_state(FakeDomain *domain, GError **error)
{
    g_set_error(error, SEAL_ERROR, SEAL_ERROR_INVALID_STATE, "domain %s is in another state",
                domain->name);
    return FALSE;
}

static gboolean
run_start(G_GNUC_UNUSED FakeDomains *domains,
          FakeDomain *domain,
          const VirtRequest *request,
          GError **error)
{
    if (domain->state != VIRT_STATE_SHUTOFF)
        return refuse_state(domain, error);
    domain->run++;
    if (request->paused)
        move_to(domain, VIRT_STATE_PAUSED, "user");
    else
        move_to(domain, VIRT_STATE_RUNNING, "booted");
    return TRUE;
}

static gboolean
run_resume(G_GNUC_UNUSED FakeDomains *domains,
           FakeDomain *domain,
           G_GNUC_UNUSED const VirtRequest *request,
           GError **error)
{
    if (domain->state != VIRT_STATE_PAUSED)
        return refuse_state(domain, error);
    move_to(domain, VIRT_STATE_RUNNING, "unpaused");
    return TRUE;
}

static gboolean
run_suspend(G_GNUC_UNUSED FakeDomains *domains,
            FakeDomain *domain,
            G_GNUC_UNUSED const VirtRequest *request,
            GError **error)
{
    if (domain->state != VIRT_STATE_RUNNING)
        return refuse_state(domain, error);
    move_to(domain, VIRT_STATE_PAUSED, "user");
    return TRUE;
}

static gboolean
run_shutdown(FakeDomains *domains, FakeDomain *domain, const VirtRequest *request, GError **error)
{
    if (domain->state != VIRT_STATE_RUNNING || (request->run && request->run != domain->run))
        return refuse_state(domain, error);
    return !domain->shuts_down || power_off(domains, domain, "shutdown");
}

static gboolean
run_reboot(G_GNUC_UNUSED FakeDomains *domains,
           FakeDomain *domain,
           G_GNUC_UNUSED const VirtRequest *request,
           GError **error)
{
    return domain->state == VIRT_STATE_RUNNING || refuse_state(domain, error);
}

static gboolean
run_destroy(FakeDomains *domains,
            FakeDomain *domain,
            G_GNUC_UNUSED const VirtRequest *request,
            GError **error)
{
    if (domain->state == VIRT_STATE_SHUTOFF)
        return refuse_state(domain, error);
    return power_off(domains, domain, "destroyed");
}

static gboolean
run_undefine(FakeDomains *domains,
             FakeDomain *domain,
             G_GNUC_UNUSED const VirtRequest *request,
             G_GNUC_UNUSED GError **error)
{
    if (domain->state == VIRT_STATE_SHUTOFF)
        g_ptr_array_remove(domains->all, domain);
    else
        domain->persistent = FALSE;
    return TRUE;
}

static gboolean
run_set_autostart(G_GNUC_UNUSED FakeDomains *domains,
                  FakeDomain *domain,
                  const VirtRequest *request,
                  G_GNUC_UNUSED GError **error)
{
    domain->autostart = request->autostart;
    return TRUE;
}

static gboolean
run_set_restart(G_GNUC_UNUSED FakeDomains *domains,
                FakeDomain *domain,
                const VirtRequest *request,
                G_GNUC_UNUSED GError **error)
{
    domain->restart_guest_reboot = request->restart_guest_reboot;
    return TRUE;
}

static gboolean
run_inject(G_GNUC_UNUSED FakeDomains *domains,
           FakeDomain *domain,
           G_GNUC_UNUSED const VirtRequest *request,
           GError **error)
{
    return domain->state == VIRT_STATE_PAUSED || refuse_state(domain, error);
}

static const Step steps[] = {
    [VIRT_OP_START] = run_start,
    [VIRT_OP_RESUME] = run_resume,
    [VIRT_OP_SUSPEND] = run_suspend,
    [VIRT_OP_SHUTDOWN] = run_shutdown,
    [VIRT_OP_REBOOT] = run_reboot,
    [VIRT_OP_DESTROY] = run_destroy,
    [VIRT_OP_UNDEFINE] = run_undefine,
    [VIRT_OP_SET_AUTOSTART] = run_set_autostart,
    [VIRT_OP_SET_RESTART] = run_set_restart,
    [VIRT_OP_INJECT] = run_inject,
};

static void
append(FakeDomains *domains, const char *uuid, gint64 stamp, VirtReply *reply)
{
    const FakeDomain *domain = fake_domains_find(domains, uuid);

    if (domain)
        g_ptr_array_add(reply->domains, fake_domains_snapshot(domain, stamp));
}

/* The XML is read as the real backend's answer would be, so a broken one cannot pass. */
static gboolean
define(FakeDomains *domains,
       const VirtRequest *request,
       gint64 stamp,
       VirtReply *reply,
       GError **error)
{
    g_autoptr(SealDomain) parsed =
        seal_domain_reader_parse(request->xml, SEAL_DOMAIN_SUMMARY, error);
    FakeDomain *domain;

    if (!parsed)
        return FALSE;
    if (fake_domains_find(domains, parsed->name)) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_EXISTS, "domain %s exists", parsed->name);
        return FALSE;
    }
    domain = fake_domains_add(domains, parsed->name, parsed->technology);
    g_free(domain->uuid);
    domain->uuid = g_strdup(parsed->uuid);
    domain->policy = parsed->policy;
    domain->memory = parsed->memory;
    domain->vcpus = parsed->vcpus;
    domain->attestable = parsed->attestable;
    domain->autostart = request->autostart;
    append(domains, domain->uuid, stamp, reply);
    return TRUE;
}

/* Operations that only ask. */
static gboolean
tell(const FakeDomain *domain, VirtOp op, VirtReply *reply)
{
    if (op == VIRT_OP_GET_XML)
        reply->xml = g_strdup_printf("<domain><name>%s</name></domain>", domain->name);
    else if (op == VIRT_OP_MEASUREMENT)
        reply->values = g_variant_ref_sink(
            g_variant_new_parsed("{'measurement': <b'measured'>, 'api-major': <uint32 1>}"));
    return reply->xml || reply->values;
}

static gboolean
act(FakeDomains *domains,
    const VirtRequest *request,
    gint64 stamp,
    VirtReply *reply,
    GError **error)
{
    FakeDomain *domain = fake_domains_find(domains, request->uuid);

    if (!domain) {
        g_set_error(error, SEAL_ERROR, SEAL_ERROR_NOT_FOUND, "no domain %s", request->uuid);
        return FALSE;
    }
    if (tell(domain, request->op, reply))
        return TRUE;
    if (!steps[request->op](domains, domain, request, error))
        return FALSE;
    if (request->op != VIRT_OP_UNDEFINE && request->op != VIRT_OP_INJECT)
        append(domains, request->uuid, stamp, reply);
    return TRUE;
}

VirtReply *
fake_domains_run(FakeDomains *domains, const VirtRequest *request, gint64 stamp, GError **error)
{
    g_autoptr(VirtReply) reply = backend_reply_new();
    gboolean ok = TRUE;

    if (request->op == VIRT_OP_LIST) {
        for (guint i = 0; i < domains->all->len; i++)
            g_ptr_array_add(reply->domains,
                            fake_domains_snapshot(g_ptr_array_index(domains->all, i), stamp));
    } else if (request->op == VIRT_OP_SNAPSHOT) {
        append(domains, request->uuid, stamp, reply);
    } else if (request->op == VIRT_OP_CERTIFICATES) {
        reply->values = g_variant_ref_sink(g_variant_new_parsed("{'pdh': <b'public'>}"));
    } else if (request->op == VIRT_OP_DEFINE) {
        ok = define(domains, request, stamp, reply, error);
    } else if (!request->volume) { /* of volumes nothing is kept */
        ok = act(domains, request, stamp, reply, error);
    }
    return ok ? g_steal_pointer(&reply) : NULL;
}
