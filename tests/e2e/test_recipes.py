# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The recipes of docs/recipes and README.md, run as they stand there.
#
# recipe_table.py says what runs on this host. Here is what has to be so before a chain and after it: a
# processor without a free key, an owner's ID block, what the hardware must have been told.

"""Every recipe, in Python and in shell."""

import contextlib
import hashlib
import os
import pathlib
import struct

import recipe_table
from kit import lab, owner, recipe
from kit.settings import FIRMWARE, POOL
from kit.tap import Skip, each

GUESTS = ("vault", "web", "ledger")
LAUNCHES = pathlib.Path("/run/sealvirt-lab/launches")
SNP_POLICY = 0x30000
CONFIGURATION = b"database, third node"
IDENTITIES = {"tdx-mrconfigid": CONFIGURATION, "tdx-mrowner": b"the owner's public key",
              "tdx-mrownerconfig": b"version 7"}


def last_launch():
    """What the hardware was told of the newest guest, also after its end."""
    newest = max(LAUNCHES.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    return dict(line.split(" ", 1) for line in newest.read_text().splitlines())


@contextlib.contextmanager
def owner_has_tools(_world):
    """The measured start is judged by libvirt's own tool."""
    if not pathlib.Path("/usr/bin/virt-qemu-sev-validate").exists():
        raise Skip("virt-qemu-sev-validate is not installed (libvirt-clients-qemu)")
    yield


@contextlib.contextmanager
def owner_has_other_firmware(world):
    with owner_has_tools(world):
        image = bytearray(pathlib.Path(FIRMWARE).read_bytes())
        image[100] ^= 1
        (recipe.PLACE / "changed.fd").write_bytes(image)
        yield
        assert not (recipe.PLACE / "header.b64").exists(), "there is a secret for a wrong guest"


@contextlib.contextmanager
def idle_vault(world):
    with world.guest("vault", technology="sev-es"):
        yield


@contextlib.contextmanager
def no_free_key(world):
    with world.guest("one", start=True, technology="sev-es"), \
            world.guest("two", start=True, technology="sev-es"), idle_vault(world):
        yield


@contextlib.contextmanager
def broken_processor(world):
    with idle_vault(world), lab.fault("launch-start=7"):
        yield


@contextlib.contextmanager
def prepared(_world):
    """The pool and the network are up in the end."""
    yield
    assert lab.virsh("pool-list", "--name").split() == ["default"]
    assert lab.virsh("net-list", "--name").split() == ["default"]


@contextlib.contextmanager
def nothing_prepared(world):
    lab.virsh("net-destroy", "default")
    lab.virsh("pool-destroy", "default")
    lab.virsh("pool-undefine", "default")
    with prepared(world):
        yield
    assert "yes" in lab.virsh("pool-info", "default").split("Autostart:")[1]


def write_identity(digest):
    """The owner's ID block; nobody verifies its signature in the lab."""
    block = digest + bytes(32) + struct.pack("<IIQ", 1, 0, SNP_POLICY)
    (recipe.PLACE / "id-block.bin").write_bytes(block)
    (recipe.PLACE / "id-auth.bin").write_bytes(bytes(4096))


@contextlib.contextmanager
def host_data_arrives(world):
    """Once without an ID block, and then the same chain with the one that fits."""
    yield
    facts = last_launch()
    assert facts["snp-host-data"] == hashlib.sha256(CONFIGURATION).hexdigest(), facts
    image = pathlib.Path(FIRMWARE).read_bytes()
    digest = owner.snpdigest.expected(image, 2, int(facts["cpu-signature"], 16))
    write_identity(bytes.fromhex(digest))


@contextlib.contextmanager
def wrong_digest(_world):
    write_identity(bytes(48))
    yield


@contextlib.contextmanager
def identities_arrive(_world):
    yield
    facts = last_launch()
    for key, text in IDENTITIES.items():
        assert facts[key] == hashlib.sha384(text).hexdigest(), facts


AROUND = {
    None: contextlib.nullcontext,
    "owner": owner_has_tools,
    "changed": owner_has_other_firmware,
    "vault": idle_vault,
    "full": no_free_key,
    "broken": broken_processor,
    "prepared": prepared,
    "bare": nothing_prepared,
    "sev-snp": host_data_arrives,
    "wrong digest": wrong_digest,
    "tdx": identities_arrive,
}
# Run twice: the first time leaves the owner what the second takes.
TWICE = ("sev-snp",)


def take_away():
    """What a chain leaves that was ended before its last lines."""
    for name in GUESTS:
        lab.remove_domain(name)
        lab.virsh("vol-delete", "--pool", "default", f"{name}.qcow2", check=False)
        pathlib.Path(POOL, f"{name}.qcow2").unlink(missing_ok=True)


def play(world, chain):
    with contextlib.ExitStack() as stack:
        stack.enter_context(AROUND[chain.around](world))
        for step in chain.beside:
            stack.enter_context(recipe.beside(step))
        for step in chain.steps:
            recipe.run(step)


def here():
    return recipe_table.chains_of(os.environ["SEALVIRT_LAB"], recipe.libvirt_version())


@each(here(), label=lambda chain: chain.title)
def test_chain(world, chain):
    recipe.lay_out()
    try:
        for _ in range(2 if chain.around in TWICE else 1):
            play(world, chain)
    finally:
        take_away()
    world.await_names(set())
