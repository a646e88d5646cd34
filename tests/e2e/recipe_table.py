# SPDX-License-Identifier: LGPL-2.1-or-later
#
# How the tests run the recipes of docs/recipes and README.md: which block, where, and what it must say.
#
# A chain is run in a fresh directory that holds every block as a file, as a reader would have it. A new
# recipe is a new row here; a block without one fails the lint suite. Hosts whose libvirt is too old for
# a technology run the same blocks and must be told so.

"""Chains of blocks by host."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Step:
    """One block as a process: its arguments, its exit status (None: any but 0) and its words."""

    block: str
    _: dataclasses.KW_ONLY
    args: tuple = ()
    status: int | None = 0
    has: tuple = ()
    variables: tuple = ()  # of the environment, besides those that all steps have
    as_user: bool = False  # an ordinary user, not root
    terminal: bool = False  # a person could be asked


@dataclasses.dataclass(frozen=True)
class Chain:
    """Blocks one after the other; those of `beside` run meanwhile, each with what it must tell."""

    title: str
    profiles: tuple
    steps: tuple
    _: dataclasses.KW_ONLY
    beside: tuple = ()
    around: str | None = None  # what test_recipes.py prepares and looks at afterwards
    libvirt: tuple = (0, 0)  # only from this version on
    below: tuple = (99, 0)  # only before this one


def both(python, shell, *args, **more):
    """The same step in Python and in shell."""
    return [(Step(f"{python}.py", args=args, **more),), (Step(f"{shell}.sh", args=args, **more),)]


def languages(title, profiles, pairs, **more):
    """A chain in Python and one in shell; `pairs` is one both() after the other."""
    return tuple(Chain(f"{title} in {language}", profiles, sum(steps, ()), **more)
                 for language, steps in zip(("Python", "shell"), zip(*pairs)))


SIGNALS = (
    Step("watch.py", has=("/org/sealvirt1/host", "InterfacesAdded org.sealvirt1.VM",
                          "State is now running", "start done", "InterfacesRemoved")),
    Step("watch.sh", has=("InterfacesAdded", "PropertiesChanged", "JobRemoved")),
)


def auto(profile, technology, **more):
    return languages(f"auto ({technology})", (profile,),
                     [both("auto", "auto", has=(technology, "running"))], **more)


def measured(technology, policy, *profiles):
    """The measured start; the owner's steps are the same for both languages."""
    session = Step("owner-session.sh", args=(policy,), has=("owner_tik.bin",))
    verdict = Step("owner-verdict.sh", args=(policy,), has=("OK: Looks good", "1 secrets"))
    typed = Chain(f"measured {technology} with sealctl", profiles, (
        Step("sev-sealctl-offer.sh", args=(technology,), has=("host.chain", f"policy {policy}")),
        session,
        Step("sev-sealctl-launch.sh", args=(technology,), has=("awaiting-attestation",)),
        verdict,
        Step("sev-sealctl-unlock.sh", has=("vault has the secret", "running", "vault is deleted")),
    ), around="owner")
    return typed, *languages(f"measured {technology}", profiles, [
        both("sev_offer", "sev-offer", technology, has=("usable", f"policy {policy}")),
        [(session,)] * 2,
        both("sev_launch", "sev-launch", technology, has=("awaiting-attestation",)),
        [(verdict,)] * 2,
        both("sev_unlock", "sev-unlock", has=("running",)),
    ], around="owner")


def too_old(technology, profile, version, qemu):
    """A host with the silicon, whose software does not know it."""
    script = technology.replace("-", "_")
    words = (f"{technology} cannot be used", "libvirt is too old", f"install libvirt {version}",
             f"install QEMU {qemu}")
    return languages(f"{technology} on an old host", (profile,),
                     [both(script, technology, status=None, has=words)],
                     below=tuple(map(int, version.split("."))))


def private(technology, profile, libvirt, *words):
    """A host that can."""
    return languages(technology, (profile,), [
        both(technology.replace("-", "_"), technology, has=(*words, "running", "guest")),
    ], around=technology, libvirt=libvirt)


WITHOUT_SILICON = tuple(
    chain for technology in ("sev-snp", "tdx")
    for chain in languages(f"{technology} without the processor for it", ("milan",), [
        both(technology.replace("-", "_"), technology, status=None, has=("The processor shows no",)),
    ]))

README = (
    Step("first.sh", has=("vault", "sev-es")),
    Step("first-busctl.sh", has=("usable", ".Start")),
    Step("first.py", has=("vault running sev-es",)),
)

CHAINS = (
    Chain("the first machines of README.md", ("milan",), README),
    Chain("prepared already", ("milan",), (Step("prepare.sh"),), around="prepared"),
    Chain("nothing prepared", ("milan",), (Step("prepare.sh"),), around="bare"),
    *auto("milan", "sev-es", beside=SIGNALS),
    *auto("naples", "sev"),
    *auto("milan-snp", "sev-snp", libvirt=(10, 5)),
    *auto("xeon-tdx", "tdx", libvirt=(11, 6)),
    Chain("auto where nothing is usable", ("plain",), (
        Step("auto.py", status=1, has=("unavailable", "TechnologyUnavailable: ")),
        Step("auto.sh", status=None, has=("unavailable", "Call failed: ")),
    )),
    *measured("sev", "11", "milan", "naples"),
    *measured("sev-es", "15", "milan"),
    Chain("measured with other firmware", ("milan",), (
        Step("sev_offer.py", args=("sev",)),
        Step("owner-session.sh", args=("11",)),
        Step("sev_launch.py", args=("sev",)),
        Step("owner-verdict.sh", args=("11",), status=None, has=("not trustworthy",),
             variables=(("FIRMWARE", "changed.fd"),)),
    ), around="changed"),
    *languages("no free key", ("tight",), [
        both("start", "start", "vault", status=1, has=("CapacityExhausted", "sev-es")),
    ], around="full"),
    *languages("a broken launch", ("milan",), [
        both("start", "start", "vault", status=1, has=("LaunchFailed", "Cure: ", "certain")),
    ], around="broken"),
    Chain("polkit would ask", ("milan",), (
        Step("start.py", args=("vault",), status=1, as_user=True, has=("InteractiveAuthorizationRequired",)),
        Step("start.sh", args=("vault",), status=1, as_user=True, has=("InteractiveAuthorizationRequired",)),
        Step("start.py", args=("vault",), status=1, as_user=True, terminal=True, has=("AccessDenied",)),
    ), around="vault"),
    *WITHOUT_SILICON,
    *too_old("sev-snp", "milan-snp", "10.5.0", "9.1.0"),
    *too_old("tdx", "xeon-tdx", "11.6.0", "10.1.0"),
    *private("sev-snp", "milan-snp", (10, 5), "smt"),
    Chain("sev-snp with the digest of another", ("milan-snp",), (
        Step("sev_snp.py", status=1, has=("LaunchFailed", "Cure: ")),
    ), around="wrong digest", libvirt=(10, 5)),
    *private("tdx", "xeon-tdx", (11, 6), "sept-ve-disable"),
)


def names():
    """Every block that some chain runs."""
    return {step.block for chain in CHAINS for step in (*chain.steps, *chain.beside)}


def chains_of(profile, version):
    """Those that run on this host with this libvirt."""
    return [chain for chain in CHAINS
            if profile in chain.profiles and chain.libvirt <= version < chain.below]
