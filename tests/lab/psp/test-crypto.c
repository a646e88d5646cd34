/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Holds the simulated processor's arithmetic against public test vectors.
 *
 * The vectors come from the test suites of virtee sev, sevctl and libvirt's validation tool, so a
 * measurement that the lab hands out is one that those tools accept. The firmware table and the
 * register page are checked here too: they decide what is measured.
 */

#include <string.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "config.h"
#include "crypto.h"
#include "digest.h"
#include "footer.h"
#include "kvm-new.h"
#include "vmsa.h"

static void
assert_hex(const uint8_t *data, size_t size, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (size_t i = 0; i < size; i++)
        g_string_append_printf(text, "%02x", data[i]);
    g_assert_cmpstr(text->str, ==, expected);
}

static void
from_hex(const char *text, uint8_t *out)
{
    for (; *text != '\0'; text += 2)
        *out++ = (uint8_t)(g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));
}

static void
from_base64(const char *text, void *out, size_t size)
{
    gsize length = 0;
    g_autofree guchar *bytes = g_base64_decode(text, &length);
    g_assert_cmpuint(length, ==, size);
    memcpy(out, bytes, size);
}

static void
fill_sequence(uint8_t *out, size_t size, uint8_t first)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(first + i);
}

static void
test_key_derivation(void)
{
    const uint8_t zero[16] = {0};
    uint8_t master[16], key[16];
    g_assert_true(crypto_kdf(zero, 16, "sev-master-secret", zero, 16, master));
    assert_hex(master, 16, "ab4d269fcc62bedb4511d56c386ce706");
    g_assert_true(crypto_kdf(master, 16, "sev-kek", NULL, 0, key));
    assert_hex(key, 16, "b6abfbfb75ea1ea74ed8750b8afdb973");
    g_assert_true(crypto_kdf(master, 16, "sev-kik", NULL, 0, key));
    assert_hex(key, 16, "53b524bf5669a363f365c864acba8572");
    g_assert_false(
        crypto_kdf(zero, 16, "a-label-that-is-far-too-long-for-any-of-ours", zero, 16, key));
}

static void
test_policy_mac(void)
{
    const uint8_t zero[16] = {0};
    uint8_t mac[CRYPTO_MAC_SIZE];
    g_assert_true(crypto_hmac(zero, zero, 4, mac));
    assert_hex(mac, 32, "aa7855e13839dd767cd5da7c1ff5036540c9264b7a803029315e55375287b4af");
}

static void
sample_session(CryptoSession *ret_session, uint8_t ret_shared[48])
{
    from_base64(
        "ICEiIyQlJicoKSorLC0uLx5g3iVMNo4jzsZs5y5JJ9k0etPM8pNU9PL/5pI/LXRYMDEyMzQ1Njc4OTo7PD0+"
        "PwPQAfwDAJe8U2rkIqHpAOccvn/vK0SPo/fJCihmpYYT0L+ZOY1d+VX1lRnwwipmKN+kBQHXeq9lPv/sFtMh"
        "sfQ=",
        ret_session, sizeof(*ret_session));
    fill_sequence(ret_shared, 48, 0x00);
}

static void
test_session(void)
{
    CryptoSession session;
    uint8_t shared[48];
    CryptoKeys keys;
    sample_session(&session, shared);
    g_assert_true(crypto_unwrap_session(&session, shared, sizeof(shared), 5, &keys));
    assert_hex(keys.tek, 16, "000102030405060708090a0b0c0d0e0f");
    assert_hex(keys.tik, 16, "101112131415161718191a1b1c1d1e1f");
}

static void
test_session_refused(void)
{
    CryptoSession session;
    uint8_t shared[48];
    CryptoKeys keys;
    sample_session(&session, shared);
    g_assert_false(crypto_unwrap_session(&session, shared, sizeof(shared), 7, &keys));
    shared[0] ^= 1;
    g_assert_false(crypto_unwrap_session(&session, shared, sizeof(shared), 5, &keys));
    shared[0] ^= 1;
    session.wrap_tk[31] ^= 1;
    g_assert_false(crypto_unwrap_session(&session, shared, sizeof(shared), 5, &keys));
}

static void
test_session_of_zeros(void)
{
    const uint8_t zero[48] = {0};
    CryptoSession session = {0};
    CryptoKeys keys;
    from_hex("2137bc7f9bb8bd7c3e55a576a15d3454b3856b8ba27afadf46dcfee9f02c02c4", session.wrap_tk);
    from_hex("3176c0752738bd9d5e86689534020f528c088f16238826b000b327dee6aeed7d", session.wrap_mac);
    from_hex("aa7855e13839dd767cd5da7c1ff5036540c9264b7a803029315e55375287b4af",
             session.policy_mac);
    g_assert_true(crypto_unwrap_session(&session, zero, 16, 0, &keys));
    g_assert_cmpmem(&keys, sizeof(keys), zero, sizeof(keys));
}

static void
test_measurement_of_nothing(void)
{
    CryptoMeasurement input = {.api_major = 0, .api_minor = 0x12, .build = 0x0f, .policy = 0};
    uint8_t tik[16], mac[CRYPTO_MAC_SIZE];
    from_hex("66320db73158a35a255d051758e95ed4", tik);
    from_hex("4fbe0bedbad6c86ae8f68971d103e554", input.nonce);
    from_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
             input.launch_digest);
    g_assert_true(crypto_measure(tik, &input, mac));
    assert_hex(mac, 32, "6faab2daae389bcd3405a05d6cafe33c0414f7bedd0bae19ba5f38b7fd1664ea");
}

static void
test_measurement_of_guest(void)
{
    CryptoMeasurement input = {.api_major = 1, .api_minor = 40, .build = 40, .policy = 3};
    uint8_t tik[16], mac[CRYPTO_MAC_SIZE], expected[48];
    from_hex("3569cf61a32a602b87185ac6e0f55913", tik);
    from_base64("wxP6tRHCFrFQWxsuqZA8QA==", input.nonce, 16);
    from_base64("xkvRAfyaSizgonxAjZIAkR8TmolUabBKQKb6KJCDDSM=", input.launch_digest, 32);
    from_base64("lswbxWxI9gckya16JQvdFtpYmNO4b+3inAPpqsgoBI7DE/q1EcIWsVBbGy6pkDxA", expected, 48);
    g_assert_true(crypto_measure(tik, &input, mac));
    g_assert_cmpmem(mac, 32, expected, 32);
}

static void
test_secret(void)
{
    uint8_t tik[16], measure[32], payload[32] = "thirty-one bytes of ciphertext.";
    CryptoSecretHeader header = {0};
    fill_sequence(tik, 16, 0x10);
    fill_sequence(measure, 32, 0x80);
    g_assert_false(crypto_secret_is_authentic(tik, &header, payload, 32, 32, measure));

    uint8_t message[1 + 4 + 16 + 8 + 32 + 32] = {1};
    message[21] = message[25] = 32;
    memcpy(message + 29, payload, 32);
    memcpy(message + 61, measure, 32);
    g_assert_true(crypto_hmac(tik, message, sizeof(message), header.mac));
    g_assert_true(crypto_secret_is_authentic(tik, &header, payload, 32, 32, measure));
    g_assert_false(crypto_secret_is_authentic(tik, &header, payload, 16, 32, measure));
    measure[0] ^= 1;
    g_assert_false(crypto_secret_is_authentic(tik, &header, payload, 32, 32, measure));
}

/* A firmware of 256 bytes: one foreign entry below the reset block, then the footer. */
static void
sample_firmware(uint8_t image[256])
{
    memset(image, 0xee, 256);
    uint8_t *end = image + 256 - 32;
    from_hex("de82b596b21ff745baeaa366c55a082d", end - 16);
    from_hex("4200", end - 18);
    end -= 18;
    from_hex("de71f7007e1acb4f890e68c77e2fb44e", end - 16);
    from_hex("1600", end - 18);
    from_hex("04b08000", end - 22);
    end -= 22;
    from_hex("00112233445566778899aabbccddeeff", end - 16);
    from_hex("1a00", end - 18);
}

static void
test_firmware_table(void)
{
    uint8_t image[256];
    uint32_t address = 0;
    sample_firmware(image);
    g_assert_true(footer_find_reset_address(image, sizeof(image), &address));
    g_assert_cmphex(address, ==, 0x80b004);
    g_assert_false(footer_find_reset_address(image + 192, 20, &address));
    image[256 - 32 - 18] = 0xff; /* a table longer than the image */
    image[256 - 32 - 17] = 0xff;
    g_assert_false(footer_find_reset_address(image, sizeof(image), &address));
    sample_firmware(image);
    image[256 - 33] ^= 1; /* no footer */
    g_assert_false(footer_find_reset_address(image, sizeof(image), &address));
}

static void
test_register_page(void)
{
    uint8_t boot[VMSA_SIZE], other[VMSA_SIZE];
    VmsaCpu cpu = {.boot_cpu = true, .reset_address = 0x80b004, .signature = 0xa00f11};
    vmsa_fill(boot, &cpu);
    cpu.boot_cpu = false;
    vmsa_fill(other, &cpu);
    assert_hex(boot + 0x10, 16, "00f09b00ffff00000000ffff00000000");
    assert_hex(other + 0x10, 16, "00f09b00ffff00000000800000000000");
    assert_hex(boot + 0x178, 8, "f0ff000000000000");
    assert_hex(other + 0x178, 8, "04b0000000000000");
    assert_hex(boot + 0x310, 8, "110fa00000000000");
}

/* Every kind of page once; the value is what an owner's own program computes (snpdigest.py). */
static void
test_launch_digest(void)
{
    const VmsaCpu cpu = {
        .with_fpu = true, .reset_address = 0x80b004, .signature = 0xa00f11, .features = 1};
    uint8_t digest[DIGEST_SIZE] = {0}, content[DIGEST_PAGE_SIZE], registers[VMSA_SIZE];
    fill_sequence(content, sizeof(content), 0);
    vmsa_fill(registers, &cpu);
    g_assert_true(digest_extend(digest, NEW_SNP_PAGE_NORMAL, content, 0xffff0000));
    g_assert_true(digest_extend(digest, 3, NULL, 0x800000));
    g_assert_true(digest_extend(digest, 5, NULL, 0x80d000));
    g_assert_true(digest_extend(digest, NEW_SNP_PAGE_VMSA, registers, 0xfffffffff000));
    assert_hex(digest, DIGEST_SIZE,
               "47de22c9aba114de35a24a4b44b6c2cc7fa37ccad9376918"
               "c37cc188f1bf7fcf5d620574c0dc83b9c7015e89169bbff8");
}

static void
test_settings(void)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("sealvirt-psp-XXXXXX", &path, NULL);
    g_assert_cmpint(fd, >=, 0);
    const char text[] = "# a host\nsev = on\nmax-asid=0x1fd\nlaunch-start = 7 # fault\n"
                        "nonsense\nbad = number\nsev = off\n";
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    Config config = {0};
    g_assert_true(config_load_file(&config, path));
    g_assert_cmpuint(config.n_entries, ==, 3);
    g_assert_cmpint(config_get(&config, "sev", 9), ==, 0);
    g_assert_cmpint(config_get(&config, "max-asid", 0), ==, 509);
    g_assert_cmpint(config_get_suffixed(&config, "launch-", "start", 0), ==, 7);
    g_assert_cmpint(config_get(&config, "bad", 42), ==, 42);
    g_assert_cmpint(close(fd), ==, 0);
    g_assert_cmpint(g_unlink(path), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/psp/key-derivation", test_key_derivation);
    g_test_add_func("/psp/policy-mac", test_policy_mac);
    g_test_add_func("/psp/session", test_session);
    g_test_add_func("/psp/session-refused", test_session_refused);
    g_test_add_func("/psp/session-of-zeros", test_session_of_zeros);
    g_test_add_func("/psp/measurement-of-nothing", test_measurement_of_nothing);
    g_test_add_func("/psp/measurement-of-guest", test_measurement_of_guest);
    g_test_add_func("/psp/secret", test_secret);
    g_test_add_func("/psp/firmware-table", test_firmware_table);
    g_test_add_func("/psp/register-page", test_register_page);
    g_test_add_func("/psp/launch-digest", test_launch_digest);
    g_test_add_func("/psp/settings", test_settings);
    return g_test_run();
}
