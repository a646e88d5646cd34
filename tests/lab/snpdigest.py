# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The launch digest of an SEV-SNP guest, as its owner computes it from what the guest is made of.
#
# It is written from the specifications alone (AMD 56860 for the chain, APM volume 2 for the register
# page, edk2 for the tables of the firmware) and shares no code with the simulated processor, so that
# one judges the other.

"""expected(): launch digest of firmware, vCPUs and a kernel."""

import hashlib
import struct
import uuid

PAGE = 4096
NORMAL, VMSA, ZERO, UNMEASURED, SECRETS, CPUID = 1, 2, 3, 4, 5, 6
VMSA_ADDRESS = 0xFFFFFFFFF000
FOOTER = uuid.UUID("96b582de-1fb2-45f7-baea-a366c55a082d").bytes_le
RESET_BLOCK = uuid.UUID("00f771de-1a7e-4fcb-890e-68c77e2fb44e").bytes_le
SEV_METADATA = uuid.UUID("dc886566-984a-4798-a75e-5585a7bf67cc").bytes_le
HASHES_AREA = uuid.UUID("7255371f-3a3b-4b04-927b-1da6efa8d454").bytes_le
HASHES_TABLE = uuid.UUID("9438d606-4f22-4cc9-b479-a793d411fd21").bytes_le
HASHES = (
    uuid.UUID("97d02dd8-bd20-4c94-aa78-e7714d36ab2a").bytes_le,
    uuid.UUID("44baf731-3a2f-4bd7-9af1-41e29169781d").bytes_le,
    uuid.UUID("4de79437-abd2-427f-b835-d5b172d2045b").bytes_le,
)
# Kind of a section in the metadata -> kind of its pages; the one with the kernel's hashes is apart.
SECTION_KINDS = {1: ZERO, 2: SECRETS, 3: CPUID, 4: ZERO}
HASHES_SECTION = 0x10

# Segment registers: offset, selector, attributes.
SEGMENTS = (
    (0x00, 0, 0x93), (0x10, 0xF000, 0x9B), (0x20, 0, 0x93), (0x30, 0, 0x93), (0x40, 0, 0x93),
    (0x50, 0, 0x93), (0x60, 0, 0), (0x70, 0, 0x82), (0x80, 0, 0), (0x90, 0, 0x8B),
)
# EFER, CR4, CR0, DR7, DR6, RFLAGS, PAT, XCR0, MXCSR and x87 control word; SNP is feature bit 0.
REGISTERS = (
    (0xD0, 0x1000), (0x148, 0x40), (0x158, 0x10), (0x160, 0x400), (0x168, 0xFFFF0FF0), (0x170, 2),
    (0x268, 0x0007040600070406), (0x3B0, 1), (0x3E8, 1), (0x408, 0x1F80), (0x410, 0x37F),
)


def table(firmware):
    """GUID -> data of every entry of the firmware's table."""
    end = len(firmware) - 32
    assert firmware[end - 16 : end] == FOOTER, "the firmware has no table"
    start = end - struct.unpack_from("<H", firmware, end - 18)[0]
    end -= 18
    found = {}
    while end > start:
        length = struct.unpack_from("<H", firmware, end - 18)[0]
        found[firmware[end - 16 : end]] = firmware[end - length : end - 18]
        end -= length
    return found


def sections(firmware, entries):
    """Special pages that the firmware asks for: [(address, length, kind)]."""
    at = len(firmware) - struct.unpack("<I", entries[SEV_METADATA])[0]
    signature, _, version, count = struct.unpack_from("<4sIII", firmware, at)
    assert (signature, version) == (b"ASEV", 1)
    return [struct.unpack_from("<III", firmware, at + 16 + 12 * i) for i in range(count)]


def register_page(number, reset, signature):
    """What a vCPU begins with."""
    page = bytearray(PAGE)
    for offset, selector, attributes in SEGMENTS:
        struct.pack_into("<HHIQ", page, offset, selector, attributes, 0xFFFF, 0)
    for offset, value in REGISTERS:
        struct.pack_into("<Q", page, offset, value)
    base, instruction = (0xFFFF0000, 0xFFF0) if number == 0 else (reset & 0xFFFF0000, reset & 0xFFFF)
    struct.pack_into("<Q", page, 0x18, base)
    struct.pack_into("<Q", page, 0x178, instruction)
    struct.pack_into("<Q", page, 0x310, signature)
    return bytes(page)


def hashes_page(offset, kernel, initrd, cmdline):
    """The page with the table of the kernel's hashes, at its place in the page."""
    parts = (cmdline.encode() + b"\0", initrd, kernel)
    entries = b"".join(
        guid + struct.pack("<H", 50) + hashlib.sha256(part).digest() for guid, part in zip(HASHES, parts)
    )
    body = HASHES_TABLE + struct.pack("<H", 18 + len(entries)) + entries
    return (bytes(offset) + body).ljust(PAGE, b"\0")


class Digest:
    """The chain."""

    def __init__(self):
        self.value = bytes(48)

    def page(self, kind, address, content=None):
        measured = hashlib.sha384(content).digest() if content is not None else bytes(48)
        info = self.value + measured + struct.pack("<HBBIQ", 0x70, kind, 0, 0, address)
        self.value = hashlib.sha384(info).digest()

    def pages(self, kind, address, length):
        for at in range(0, length, PAGE):
            self.page(kind, address + at)

    def contents(self, address, content):
        for at in range(0, len(content), PAGE):
            self.page(NORMAL, address + at, content[at : at + PAGE])


def expected(firmware, vcpus, signature, kernel=None):
    """Hexadecimal digest; `kernel` is (kernel, initrd, command line) when it is measured."""
    digest, entries = Digest(), table(firmware)
    digest.contents(0x100000000 - len(firmware), firmware)
    for address, length, kind in sections(firmware, entries):
        if kind != HASHES_SECTION:
            digest.pages(SECTION_KINDS[kind], address, length)
        elif kernel is None:
            digest.pages(ZERO, address, length)
        else:
            base = struct.unpack_from("<I", entries[HASHES_AREA])[0]
            digest.contents(address, hashes_page(base % PAGE, *kernel))
    reset = struct.unpack("<I", entries[RESET_BLOCK])[0]
    for number in range(vcpus):
        digest.page(VMSA, VMSA_ADDRESS, register_page(number, reset, signature))
    return digest.value.hex()
