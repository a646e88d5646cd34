#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Firmware and kernel images for guests of the lab.
#
# The firmware is 64 KiB of almost nothing: the GUID table that makes QEMU and libvirt accept it for
# SEV, SEV-ES, SEV-SNP and TDX, and 259 bytes of code that sleep until somebody presses the power
# button (an ACPI shutdown then really ends the guest). A guest costs no processor time and comes up
# at once. The kernel is a bzImage in form only, for direct boot; nothing ever runs it.

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
SEV_METADATA = "dc886566-984a-4798-a75e-5585a7bf67cc"
TDX_METADATA = "e47a6535-984a-4798-865e-4685a7bf8ec2"

# Pages that an SNP launch treats specially: address, length, kind (memory, secrets, CPUID, hashes).
SEV_METADATA_OFFSET = 0xE000
SEV_SECTIONS = (
    (0x800000, 0x9000, 1),
    (0x80D000, 0x1000, 2),
    (0x80E000, 0x1000, 3),
    (0x810000, 0x1000, 0x10),
)

# Volumes of a TDX image: offset and size in the file, address and size in memory, kind (firmware,
# hand-off block, memory) and whether the content is measured.
TDX_METADATA_OFFSET = 0xE100
TDX_SECTIONS = (
    (0, SIZE, 0x100000000 - SIZE, SIZE, 0, 1),
    (0, 0, 0x809000, 0x2000, 2, 0),
    (0, 0, 0x812000, 0x10000, 3, 0),
)

# Where the areas lie in guest memory: as in the AmdSev build of edk2.
AREAS = (
    (HASHES_AREA, struct.pack("<II", 0x810C00, 0x400)),
    (SECRET_AREA, struct.pack("<II", 0x810000, 0xC00)),
    (SEV_METADATA, struct.pack("<I", SIZE - SEV_METADATA_OFFSET)),
    (TDX_METADATA, struct.pack("<I", SIZE - TDX_METADATA_OFFSET)),
    (RESET_BLOCK, struct.pack("<I", 0x80B004)),
)
# As in most builds of edk2, which name the two areas but have no place for them.
GENERIC_AREAS = tuple((guid, bytes(8) if guid in (HASHES_AREA, SECRET_AREA) else data) for guid, data in AREAS)

# 16-bit code, in real mode to its end. It moves to ordinary memory, as private guests have no alias
# of the image below 1 MiB, and sleeps until interrupt 9 tells of the power button. Where there is no
# interrupt controller of the old kind (TDX) it wakes up four times a second to look. All virtual
# processors of a TDX guest begin here; all but the first stop at once.
CODE = bytes.fromhex(
    "fa 31c0 8ed8 8ec0 8ed0 bc0070"  # cli; ds = es = ss = 0; sp = 0x7000
    "be00f0 bf0080 b98001 2ef3a4"  # copy this code to 0x8000
    "ea1d800000"  # and go on there
    "66b91b000000 0f32 f6c401 0f84c400"  # local APIC base: not the first processor? then stop
    "baf80c 66b840f80080 66ef"  # PCI 0:1f.0 register 0x40, the power management base
    "bafc0c 66b801060000 66ef"  # = 0x600
    "baf80c 66b844f80080 66ef"  # register 0x44, ACPI control
    "bafc0c b080 ee"  # = enabled
    "ba0206 b80001 ef"  # PM1 enable: power button
    "c706c401 e080 8c16c601"  # vector 0x71: the handler's copy
    "c706c801 e080 8c16ca01"  # vector 0x72: the same
    "b011 e620 e6a0"  # both interrupt controllers: initialise
    "b068 e621 b070 e6a1"  # vectors 0x68 and 0x70
    "b004 e621 b002 e6a1 b001 e621 e6a1"  # cascade, 8086 mode
    "b0fb e621 b0fd e6a1"  # only the cascade and interrupt 9
    "e421 3cfb 0f32 750e"  # is there a controller? without it go on below
    "80e4f7 0f30"  # local APIC off, or it keeps the interrupt away
    "ba0406 b80100 ef eb34"  # PM1 control: raise interrupt 9; go to sleep
    "80cc0c 0f30 6631d2"  # local APIC on, with registers behind MSRs
    "66b90f080000 66b8ff010000 0f30"  # it takes interrupts
    "b93e08 b80a00 0f30"  # its timer: divide by 128
    "b93208 66b872000200 0f30"  # periodic, vector 0x72
    "b93808 66b800002000 0f30"  # every 0x200000 steps
    "fb f4 ebfd"  # sti; sleep for ever
    "ba0006 ed f6c401 740b"  # handler at 0xe0: PM1 status, was it the power button?
    "ba0406 b80120 ef"  # yes, PM1 control: soft off
    "fa f4 ebfc"  # and stop
    "6631c0 6631d2 66b90b080000 0f30 cf"  # no: end of interrupt
)

KERNEL_SECTORS = 5


def guid_entry(guid, data):
    """One entry of the table: data, length of the entry, GUID."""
    length = len(data) + 2 + 16
    return data + struct.pack("<H", length) + uuid.UUID(guid).bytes_le


def guid_table(areas):
    """The whole table; the footer's length counts all of it."""
    body = b"".join(guid_entry(guid, data) for guid, data in areas)
    total = struct.pack("<H", len(body) + 2 + 16)
    return body + total + uuid.UUID(FOOTER).bytes_le


def metadata(signature, sections, form):
    """A list of sections: signature, length, version 1, number of sections, sections."""
    body = b"".join(struct.pack(form, *section) for section in sections)
    return signature + struct.pack("<III", 16 + len(body), 1, len(sections)) + body


def firmware(areas=AREAS):
    """The image; its last byte lies below 4 GiB, the processor starts 16 bytes before its end."""
    image = bytearray(SIZE)
    image[CODE_OFFSET : CODE_OFFSET + len(CODE)] = CODE
    for offset, block in (
        (SEV_METADATA_OFFSET, metadata(b"ASEV", SEV_SECTIONS, "<III")),
        (TDX_METADATA_OFFSET, metadata(b"TDVF", TDX_SECTIONS, "<IIQQII")),
    ):
        image[offset : offset + len(block)] = block
    table = guid_table(areas)
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


def descriptor(description, mapping, features=("amd-sev", "amd-sev-es")):
    """A firmware descriptor (QEMU docs/interop/firmware.json)."""
    return {
        "description": description,
        "interface-types": ["uefi"],
        "mapping": mapping,
        "targets": [{"architecture": "x86_64", "machines": ["pc-q35-*", "pc-i440fx-*"]}],
        "features": [*features, "verbose-static"],
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
    memory = {"device": "memory", "filename": directory + "/OVMF.lab.fd"}
    private = ("amd-sev-snp", "intel-tdx")
    return {
        "10-sealvirt-lab.json": descriptor("Simulated UEFI, stateless, SEV and SEV-ES", stateless),
        "11-sealvirt-lab-split.json": descriptor("Simulated UEFI with variables, SEV and SEV-ES", split),
        "12-sealvirt-lab-memory.json": descriptor("Simulated UEFI for SEV-SNP and TDX", memory, private),
    }


def write(images, descriptor_directory, guest_path):
    """Write images to `images` (seen as `guest_path` by QEMU) and their descriptors."""
    images, descriptor_directory = pathlib.Path(images), pathlib.Path(descriptor_directory)
    images.mkdir(parents=True, exist_ok=True)
    descriptor_directory.mkdir(parents=True, exist_ok=True)
    (images / "OVMF.lab.fd").write_bytes(firmware())
    (images / "OVMF.generic.fd").write_bytes(firmware(GENERIC_AREAS))
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
