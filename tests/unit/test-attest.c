/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Measurement and secret: what must hold before libvirt is asked, what is
 * checked again after the image was read, and that a refused secret reaches
 * nobody.
 */

#include "attest.h"

#include <string.h>

#include "world.h"

#define HEADER 52

typedef struct {
    World *world;
    FakeDomain *domain;
    guint answers;
    GVariant *values;
    GError *error;
} Setup;

/* An image with a place for secrets. */
static SealOvmf
good_image(void)
{
    SealOvmf image = {0};

    image.is_firmware = TRUE;
    image.has_secret_area = TRUE;
    image.secret_base = 0x80c000;
    image.secret_size = 3072;
    return image;
}

static void
set_up(Setup *setup, gconstpointer data)
{
    setup->world = world_new();
    world_start(setup->world);
    setup->domain = world_add(setup->world, "a", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    setup->domain->attestable = TRUE;
    setup->domain->state = VIRT_STATE_PAUSED;
    fake_virt_emit(setup->world->virt, setup->domain->uuid);
    world_settle();
    fake_host_set_image(setup->world->host, TRUE, good_image());
}

static void
tear_down(Setup *setup, gconstpointer data)
{
    world_free(setup->world);
}

static void
on_done(GVariant *values, const GError *error, gpointer data)
{
    Setup *setup = data;

    setup->answers++;
    setup->values = values ? g_variant_ref(values) : NULL;
    setup->error = error ? g_error_copy(error) : NULL;
}

/* The answer must have come, once, and be this; it is cleared. */
static void
expect(Setup *setup, int code)
{
    world_settle();
    g_assert_cmpuint(setup->answers, ==, 1);
    if (code < 0)
        g_assert_no_error(setup->error);
    else
        g_assert_error(setup->error, SEAL_ERROR, code);
    setup->answers = 0;
    g_clear_error(&setup->error);
    g_clear_pointer(&setup->values, g_variant_unref);
}

static void
inject(Setup *setup, gsize header, gsize secret)
{
    g_autofree char *bytes = g_strnfill(MAX(header, secret) + 1, 'x');

    attest_inject_secret(setup->world->core, setup->domain->uuid, backend_secret_new(bytes, header),
                         backend_secret_new(bytes, secret), on_done, setup);
}

static guint
injected(Setup *setup)
{
    return fake_virt_count(setup->world->virt, VIRT_OP_INJECT);
}

static void
test_inject(Setup *setup, gconstpointer data)
{
    const VirtRequest *request;

    inject(setup, HEADER, 64);
    expect(setup, -1);
    request = fake_virt_last(setup->world->virt, VIRT_OP_INJECT);
    g_assert_cmpuint(g_bytes_get_size(request->secret_header), ==, HEADER);
    g_assert_cmpuint(g_bytes_get_size(request->secret), ==, 64);
    g_assert_cmpuint(fake_host_count_inspections(setup->world->host), ==, 1);
}

static void
test_packet_sizes(Setup *setup, gconstpointer data)
{
    static const struct {
        gsize header;
        gsize secret;
    } bad[] = {{0, 64},      {HEADER - 1, 64}, {HEADER + 1, 64}, {HEADER, 0},      {HEADER, 15},
               {HEADER, 17}, {HEADER, 16400},  {70, 64},         {HEADER, 1 << 20}};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        inject(setup, bad[i].header, bad[i].secret);
        expect(setup, SEAL_ERROR_INVALID_ARGUMENT);
    }
    g_assert_cmpuint(injected(setup), ==, 0);
    g_assert_cmpuint(fake_host_count_inspections(setup->world->host), ==, 0);
    inject(setup, HEADER, 16);
    expect(setup, -1);
}

/* QEMU would write the secret to address 0 of a firmware that has no place for it. */
static void
test_images(Setup *setup, gconstpointer data)
{
    SealOvmf none = good_image(), nowhere = good_image(), small = good_image();

    none.has_secret_area = FALSE;
    nowhere.secret_base = 0;
    small.secret_size = 32;
    fake_host_set_image(setup->world->host, TRUE, none);
    inject(setup, HEADER, 64);
    expect(setup, SEAL_ERROR_FIRMWARE_NOT_FOUND);
    fake_host_set_image(setup->world->host, TRUE, nowhere);
    inject(setup, HEADER, 64);
    expect(setup, SEAL_ERROR_FIRMWARE_NOT_FOUND);
    fake_host_set_image(setup->world->host, TRUE, small);
    inject(setup, HEADER, 64);
    expect(setup, SEAL_ERROR_FIRMWARE_NOT_FOUND);
    fake_host_set_image(setup->world->host, FALSE, good_image());
    inject(setup, HEADER, 64);
    expect(setup, SEAL_ERROR_FIRMWARE_NOT_FOUND);
    fake_host_hang(setup->world->host);
    inject(setup, HEADER, 64);
    expect(setup, SEAL_ERROR_TIMEOUT);
    g_assert_cmpuint(injected(setup), ==, 0);
}

static void
test_states(Setup *setup, gconstpointer data)
{
    static const VirtState states[] = {VIRT_STATE_RUNNING, VIRT_STATE_SHUTOFF, VIRT_STATE_STOPPING,
                                       VIRT_STATE_CRASHED};

    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        setup->domain->state = states[i];
        fake_virt_emit(setup->world->virt, setup->domain->uuid);
        world_settle();
        inject(setup, HEADER, 64);
        expect(setup, SEAL_ERROR_INVALID_STATE);
    }
    g_assert_cmpuint(injected(setup), ==, 0);
}

/* Somebody resumes the guest while its firmware image is read. */
static void
test_resumed_meanwhile(Setup *setup, gconstpointer data)
{
    fake_host_hold(setup->world->host, TRUE);
    inject(setup, HEADER, 64);
    setup->domain->state = VIRT_STATE_RUNNING;
    fake_virt_emit(setup->world->virt, setup->domain->uuid);
    world_settle();
    fake_host_release(setup->world->host);
    expect(setup, SEAL_ERROR_INVALID_STATE);
    g_assert_cmpuint(injected(setup), ==, 0);
}

static void
test_gone_meanwhile(Setup *setup, gconstpointer data)
{
    g_autofree char *uuid = g_strdup(setup->domain->uuid);

    fake_host_hold(setup->world->host, TRUE);
    inject(setup, HEADER, 64);
    fake_domains_remove(fake_virt_domains(setup->world->virt), uuid);
    fake_virt_emit(setup->world->virt, uuid);
    world_settle();
    fake_host_release(setup->world->host);
    expect(setup, SEAL_ERROR_NOT_FOUND);
    g_assert_cmpuint(injected(setup), ==, 0);
}

static void
measure(Setup *setup, const char *uuid)
{
    attest_get_measurement(setup->world->core, uuid, on_done, setup);
    world_settle();
}

static void
test_measurement(Setup *setup, gconstpointer data)
{
    const char *text;

    measure(setup, setup->domain->uuid);
    g_assert_true(g_variant_lookup(setup->values, "source", "&s", &text));
    g_assert_cmpstr(text, ==, "host");
    g_assert_true(g_variant_lookup(setup->values, "firmware", "&s", &text));
    g_assert_cmpstr(text, ==, "/fw/CODE.fd");
    g_assert_true(g_variant_lookup(setup->values, "measurement", "^&ay", &text));
    expect(setup, -1);
    fake_virt_fail(setup->world->virt, VIRT_OP_MEASUREMENT, SEAL_ERROR_BACKEND, 1);
    measure(setup, setup->domain->uuid);
    expect(setup, SEAL_ERROR_BACKEND);
    measure(setup, "nobody");
    expect(setup, SEAL_ERROR_NOT_FOUND);
}

static void
test_measurement_needs_a_launch(Setup *setup, gconstpointer data)
{
    FakeDomain *plain = world_add(setup->world, "plain", SEAL_TECHNOLOGY_NONE, VIRT_STATE_RUNNING);
    FakeDomain *off = world_add(setup->world, "off", SEAL_TECHNOLOGY_SEV, VIRT_STATE_SHUTOFF);
    FakeDomain *snp = world_add(setup->world, "snp", SEAL_TECHNOLOGY_SEV_SNP, VIRT_STATE_RUNNING);
    const char *text;

    measure(setup, plain->uuid);
    expect(setup, SEAL_ERROR_NOT_SUPPORTED);
    measure(setup, off->uuid);
    expect(setup, SEAL_ERROR_INVALID_STATE);
    g_assert_cmpuint(fake_virt_count_acts(setup->world->virt), ==, 0);
    measure(setup, snp->uuid);
    g_assert_true(g_variant_lookup(setup->values, "source", "&s", &text));
    g_assert_cmpstr(text, ==, "guest");
    expect(setup, -1);
    g_assert_cmpuint(fake_virt_count_acts(setup->world->virt), ==, 0);
}

static void
test_certificates(Setup *setup, gconstpointer data)
{
    attest_get_certificates(setup->world->core, on_done, setup);
    expect(setup, -1);
    fake_virt_connect(setup->world->virt, VIRT_CONNECTION_UNAVAILABLE);
    attest_get_certificates(setup->world->core, on_done, setup);
    expect(setup, SEAL_ERROR_BACKEND_UNAVAILABLE);
}

#define ADD(path, function) g_test_add(path, Setup, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/attest/inject", test_inject);
    ADD("/attest/packet-sizes", test_packet_sizes);
    ADD("/attest/images", test_images);
    ADD("/attest/states", test_states);
    ADD("/attest/resumed-meanwhile", test_resumed_meanwhile);
    ADD("/attest/gone-meanwhile", test_gone_meanwhile);
    ADD("/attest/measurement", test_measurement);
    ADD("/attest/measurement-needs-a-launch", test_measurement_needs_a_launch);
    ADD("/attest/certificates", test_certificates);
    return g_test_run();
}
