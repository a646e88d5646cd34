# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Certificates of an SEV platform, version 1 of the format (AMD 55766, certificate appendix).
#
# Both sides of the lab need them: the simulated platform makes a whole chain at its start, and a
# guest owner wraps a fresh key in the same 2084-byte layout. The chain is real in everything but
# its root: nobody but AMD can sign a chip's endorsement key, so that signature is left empty.

"""Encode, decode and sign SEV certificates."""

import hashlib
import os
import pathlib
import struct

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

SIZE = 2084
SIGNED_SIZE = 1044
GROUP_P384 = 2
USAGE_INVALID, USAGE_OCA, USAGE_PEK, USAGE_PDH, USAGE_CEK = 0x1000, 0x1001, 0x1002, 0x1003, 0x1004
ALGORITHM_ECDSA_SHA256, ALGORITHM_ECDH_SHA256 = 0x2, 0x3
EMPTY_SIGNATURE = struct.pack("<II512x", USAGE_INVALID, 0)


class CertificateError(ValueError):
    """The bytes are not a certificate that the lab can use."""


def new_key():
    """A fresh P-384 key."""
    return ec.generate_private_key(ec.SECP384R1())


def _coordinate(number):
    return number.to_bytes(48, "little") + bytes(24)


def _body(key, usage, algorithm, api):
    point = key.public_key().public_numbers()
    head = struct.pack("<IBBHII", 1, api[0], api[1], 0, usage, algorithm)
    public = struct.pack("<I", GROUP_P384) + _coordinate(point.x) + _coordinate(point.y)
    return head + public.ljust(1028, b"\0")


def _signature(key, usage, body):
    r, s = decode_dss_signature(key.sign(body, ec.ECDSA(hashes.SHA256())))
    data = (_coordinate(r) + _coordinate(s)).ljust(512, b"\0")
    return struct.pack("<II", usage, ALGORITHM_ECDSA_SHA256) + data


def encode(key, usage, algorithm, api=(1, 55), signers=()):
    """The certificate of `key`, signed by up to two (key, usage) pairs."""
    body = _body(key, usage, algorithm, api)
    signatures = [_signature(signer, signer_usage, body) for signer, signer_usage in signers]
    while len(signatures) < 2:
        signatures.append(EMPTY_SIGNATURE)
    return body + b"".join(signatures)


def decode_public_key(data):
    """The P-384 public key of a certificate."""
    if len(data) != SIZE:
        raise CertificateError(f"a certificate has {SIZE} bytes, this one {len(data)}")
    (group,) = struct.unpack_from("<I", data, 16)
    if group != GROUP_P384:
        raise CertificateError(f"the certificate's curve is {group}; the lab knows P-384 (2) only")
    x = int.from_bytes(data[20:92], "little")
    y = int.from_bytes(data[92:164], "little")
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP384R1()).public_key()


def write_platform(directory, api):
    """Make a platform: key and certificate (PDH), chain (PEK, OCA, CEK) and chip identity."""
    directory = pathlib.Path(directory)
    pdh, pek, oca, cek = (new_key() for _ in range(4))
    pem = pdh.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    chain = (
        encode(pek, USAGE_PEK, ALGORITHM_ECDSA_SHA256, api, [(oca, USAGE_OCA), (cek, USAGE_CEK)])
        + encode(oca, USAGE_OCA, ALGORITHM_ECDSA_SHA256, api, [(oca, USAGE_OCA)])
        + encode(cek, USAGE_CEK, ALGORITHM_ECDSA_SHA256, api)
    )
    files = {
        "pdh.pem": pem,
        "pdh.cert": encode(pdh, USAGE_PDH, ALGORITHM_ECDH_SHA256, api, [(pek, USAGE_PEK)]),
        "chain.cert": chain,
        "cpu0.id": hashlib.sha512(os.urandom(32)).digest(),
    }
    for name, data in files.items():
        (directory / name).write_bytes(data)
