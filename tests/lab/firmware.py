#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Firmware and kernel images for guests of the lab.
#
# The firmware is 64 KiB of almost nothing: the GUID table that makes QEMU and libvirt accept it for
# SEV and SEV-ES, and 139 bytes of code that sleep until somebody presses the power button (an ACPI
# shutdown then really ends the guest). A guest costs no processor time and comes up at once. The
# kernel is a bzImage in form only, for direct boot; nothing ever runs it.

"""Write the lab's firmware, variable store, kernel and firmware descriptors."""

import json
import pathlib
import struct
import sys
import uuid

SIZE = 64 * 1024
CODE_OFFSET = 0xF000
FOOTER_END = 32

FOOTER = "96b582de-1fb2-45f7-baea-a366c55a082d"
RESET_BLOCK = "00f771de-1a7e-4fcb-890e-68c77e2fb44e"
SECRET_AREA = "4c2eb361-7d9b-4cc3-8081-127c90d3d294"
HASHES_AREA = "7255371f-3a3b-4b04-927b-1da6efa8d454"

# Where the areas lie in guest memory: as in the AmdSev build of edk2.
AREAS = (
    (HASHES_AREA, struct.pack("<II", 0x810C00, 0x400)),
    (SECRET_AREA, struct.pack("<II", 0x810000, 0xC00)),
    (RESET_BLOCK, struct.pack("<I", 0x80B004)),
)

# 16-bit code. The interrupt handler is entered through the alias of the image below 1 MiB.
CODE = bytes.fromhex(
    "fa 31c0 8ed8 8ed0 bc0070"  # cli; ds = ss = 0; sp = 0x7000
    "66b91b000000 0f32 80e4f7 0f30"  # local APIC off, or it keeps the interrupt away
    "baf80c 66b840f80080 66ef"  # PCI 0:1f.0 register 0x40, the power management base
    "bafc0c 66b801060000 66ef"  # = 0x600
    "baf80c 66b844f80080 66ef"  # register 0x44, ACPI control
    "bafc0c b080 ee"  # = enabled
    "ba0206 b80001 ef"  # PM1 enable: power button
    "ba0406 b80100 ef"  # PM1 control: raise interrupt 9
    "c706c401 80f0"  # vector 0x71: offset of the handler
    "c706c601 00f0"  # vector 0x71: segment
    "b011 e620 e6a0"  # both interrupt controllers: initialise
    "b068 e621 b070 e6a1"  # vectors 0x68 and 0x70
    "b004 e621 b002 e6a1 b001 e621 e6a1"  # cascade, 8086 mode
    "b0fb e621 b0fd e6a1"  # only the cascade and interrupt 9
    "fb f4 ebfd"  # sti; sleep for ever
    "ba0406 b80120 ef"  # handler: PM1 control: soft off
    "fa f4 ebfc"  # and stop
)

KERNEL_SECTORS = 5


def guid_entry(guid, data):
    """One entry of the table: data, length of the entry, GUID."""
    length = len(data) + 2 + 16
    return data + struct.pack("<H", length) + uuid.UUID(guid).bytes_le


def guid_table():
    """The whole table; the footer's length counts all of it."""
    body = b"".join(guid_entry(guid, data) for guid, data in AREAS)
    total = struct.pack("<H", len(body) + 2 + 16)
    return body + total + uuid.UUID(FOOTER).bytes_le


def firmware():
    """The image; its last byte lies below 4 GiB, the processor starts 16 bytes before its end."""
    image = bytearray(SIZE)
    image[CODE_OFFSET : CODE_OFFSET + len(CODE)] = CODE
    table = guid_table()
    image[SIZE - FOOTER_END - len(table) : SIZE - FOOTER_END] = table
    start = SIZE - 16
    image[start : start + 3] = b"\xe9" + struct.pack("<h", CODE_OFFSET - (start + 3))
    return bytes(image)


def kernel():
    """A bzImage (boot protocol 2.12) that QEMU loads and measures."""
    image = bytearray(KERNEL_SECTORS * 512 + 4096)
    image[0x1F1] = KERNEL_SECTORS - 1
    struct.pack_into("<H", image, 0x1FE, 0xAA55)
    image[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", image, 0x206, 0x20C)
    image[0x211] = 1
    struct.pack_into("<I", image, 0x22C, 0x7FFFFFFF)
    struct.pack_into("<I", image, 0x238, 2047)
    return bytes(image)


def descriptor(description, mapping):
    """A firmware descriptor (QEMU docs/interop/firmware.json)."""
    return {
        "description": description,
        "interface-types": ["uefi"],
        "mapping": mapping,
        "targets": [{"architecture": "x86_64", "machines": ["pc-q35-*", "pc-i440fx-*"]}],
        "features": ["amd-sev", "amd-sev-es", "verbose-static"],
        "tags": ["sealvirt-lab"],
    }


def raw(path):
    return {"filename": path, "format": "raw"}


def descriptors(directory):
    """Name and content of every descriptor, for images in `directory`."""
    stateless = {"device": "flash", "mode": "stateless", "executable": raw(directory + "/OVMF.lab.fd")}
    split = {
        "device": "flash",
        "mode": "split",
        "executable": raw(directory + "/OVMF_CODE.lab.fd"),
        "nvram-template": raw(directory + "/OVMF_VARS.lab.fd"),
    }
    return {
        "10-sealvirt-lab.json": descriptor("Simulated UEFI, stateless, SEV and SEV-ES", stateless),
        "11-sealvirt-lab-split.json": descriptor("Simulated UEFI with variables, SEV and SEV-ES", split),
    }


def write(images, descriptor_directory, guest_path):
    """Write images to `images` (seen as `guest_path` by QEMU) and their descriptors."""
    images, descriptor_directory = pathlib.Path(images), pathlib.Path(descriptor_directory)
    images.mkdir(parents=True, exist_ok=True)
    descriptor_directory.mkdir(parents=True, exist_ok=True)
    (images / "OVMF.lab.fd").write_bytes(firmware())
    (images / "OVMF_CODE.lab.fd").write_bytes(firmware())
    (images / "OVMF_VARS.lab.fd").write_bytes(b"\xff" * SIZE)
    (images / "kernel").write_bytes(kernel())
    (images / "initrd").write_bytes(b"simulated initial ramdisk\n".ljust(512, b"\0"))
    for name, content in descriptors(guest_path).items():
        (descriptor_directory / name).write_text(json.dumps(content, indent=4) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: firmware.py DIRECTORY; it writes the lab's images and descriptors there")
    write(sys.argv[1], sys.argv[1], sys.argv[1])
