#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The guest owner's side of an SEV launch, as small as it can be.
#
# `new` makes what goes into a domain's launchSecurity element (dhCert and session) from the host's
# PDH certificate, and the two transport keys that stay with the owner; `secret` wraps a secret for
# a guest whose measurement was read. Tests play the owner with it; it is no tool for production.

"""Owner's session and secret packets (AMD 55766, launch)."""

import argparse
import base64
import hashlib
import hmac
import os
import pathlib
import struct
import sys
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: E402

import sevcert  # noqa: E402

SECRET_TABLE = uuid.UUID("1e74f542-71dd-4d66-963e-ef4287ff173b")
LUKS_PASSPHRASE = uuid.UUID("736869e5-84f0-4973-92ec-06879ce3da0b")


def kdf(key, label, context=b""):
    """NIST 800-108 in counter mode, with little-endian counter and length."""
    message = struct.pack("<I", 1) + label + b"\0" + context + struct.pack("<I", 128)
    return hmac.digest(key, message, "sha256")[:16]


def counter_mode(key, iv, data):
    """AES-128-CTR, the same both ways."""
    encryptor = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def make_session(pdh, policy):
    """From the host's certificate: (dh certificate, session blob, TIK, TEK)."""
    key = sevcert.new_key()
    shared = key.exchange(ec.ECDH(), sevcert.decode_public_key(pdh))
    nonce, iv, tek, tik = (os.urandom(16) for _ in range(4))
    master = kdf(shared, b"sev-master-secret", nonce)
    wrapped = counter_mode(kdf(master, b"sev-kek"), iv, tek + tik)
    wrap_mac = hmac.digest(kdf(master, b"sev-kik"), wrapped, "sha256")
    policy_mac = hmac.digest(tik, struct.pack("<I", policy), "sha256")
    certificate = sevcert.encode(key, sevcert.USAGE_PDH, sevcert.ALGORITHM_ECDH_SHA256)
    return certificate, nonce + wrapped + iv + wrap_mac + policy_mac, tik, tek


def secret_table(entries):
    """The table of secrets that a guest finds in its memory: [(uuid, bytes)]."""
    body = b"".join(
        guid.bytes_le + struct.pack("<I", 20 + len(data)) + data for guid, data in entries
    )
    table = SECRET_TABLE.bytes_le + struct.pack("<I", 20 + len(body)) + body
    return table + bytes(-len(table) % 16)


def make_secret(tik, tek, measurement, table):
    """(header, payload) of a secret packet for the guest with this measurement (48 bytes)."""
    flags, iv = struct.pack("<I", 0), os.urandom(16)
    payload = counter_mode(tek, iv, table)
    lengths = struct.pack("<II", len(table), len(payload))
    message = b"\x01" + flags + iv + lengths + payload + measurement[:32]
    return flags + iv + hmac.digest(tik, message, "sha256"), payload


def expected_measurement(tik, api_major, api_minor, build, policy, digest, nonce):
    """The 32 bytes that an honest platform answers for this launch digest."""
    message = struct.pack("<BBBBI", 4, api_major, api_minor, build, policy) + digest + nonce
    return hmac.digest(tik, message, "sha256")


def launch_digest(*blobs):
    """SHA-256 over what was loaded, in order."""
    return hashlib.sha256(b"".join(blobs)).digest()


def read_certificate(text):
    """A PDH certificate from a file or from base64, as `virsh nodesevinfo` prints it."""
    if not os.path.exists(text):
        return base64.b64decode(text, validate=True)
    data = pathlib.Path(text).read_bytes()
    return data if len(data) == sevcert.SIZE else base64.b64decode(data)


def write_session(pdh, policy, out):
    """Make a session for `pdh` (as read_certificate() takes it) and write its files to `out`."""
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    certificate, session, tik, tek = make_session(read_certificate(pdh), policy)
    (out / "godh.b64").write_bytes(base64.b64encode(certificate))
    (out / "session.b64").write_bytes(base64.b64encode(session))
    (out / "tik.bin").write_bytes(tik)
    (out / "tek.bin").write_bytes(tek)


def command_new(arguments):
    write_session(arguments.pdh, arguments.policy, arguments.out)


def command_secret(arguments):
    out = pathlib.Path(arguments.out)
    tik, tek = (out / "tik.bin").read_bytes(), (out / "tek.bin").read_bytes()
    passphrase = pathlib.Path(arguments.passphrase).read_bytes()
    table = secret_table([(LUKS_PASSPHRASE, passphrase + b"\0")])
    measurement = base64.b64decode(arguments.measurement, validate=True)
    header, payload = make_secret(tik, tek, measurement, table)
    (out / "header.b64").write_bytes(base64.b64encode(header))
    (out / "payload.b64").write_bytes(base64.b64encode(payload))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="new|secret")
    new = verbs.add_parser("new", help="write godh.b64, session.b64, tik.bin and tek.bin")
    new.add_argument("--pdh", required=True, help="the host's PDH: file or base64")
    new.add_argument("--policy", required=True, type=lambda text: int(text, 0))
    new.set_defaults(run=command_new)
    secret = verbs.add_parser("secret", help="write header.b64 and payload.b64")
    secret.add_argument("--measurement", required=True, help="base64, from virsh domlaunchsecinfo")
    secret.add_argument("--passphrase", required=True, help="file with a disk passphrase")
    secret.set_defaults(run=command_secret)
    for verb in (new, secret):
        verb.add_argument("--out", required=True, help="directory of this launch's files")
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
