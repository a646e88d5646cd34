# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The guest owner's session, and what else is secret, is seen nowhere but where it has to be.
#
# Canaries go in as dh-cert and session, as a password of a display and as a packet with a secret;
# then everything that an ordinary user or an operator can read is searched for them: properties, XML,
# previews, errors, log, the daemon's environment and command line, and the traffic of the bus that
# another user may watch.

"""Canaries."""

import base64
import contextlib
import pathlib
import signal
import subprocess

from kit import bus, lab, owner
from kit.bus import BusError, fails
from kit.settings import boolean, settings
from kit.tap import each

V = bus.GLib.Variant


def canary(word, size):
    """Base64 with a word in it that no other text has, as long as the real thing."""
    return base64.b64encode((word.encode() * size)[:size]).decode()


CERTIFICATE = canary("canary-certificate-", 2084)
SESSION = canary("canary-session-", 128)
SECRETS = (CERTIFICATE, SESSION, CERTIFICATE[20:80], SESSION[20:80])
PASSWORD = "Kanari-8"


def check(text, where):
    for secret in (*SECRETS, PASSWORD):
        assert secret not in text, f"{where} tells a secret"


def everything(world, path):
    """All that the bus tells of a VM, to whom may ask, with a word where it comes from."""
    yield "GetAll", str(world.bus.all(path))
    yield "GetXML", world.bus.act(path, "GetXML")
    yield "GetManagedObjects", str(world.bus.objects())
    yield "the log", lab.log("sealvirtd")


def test_read_by_nobody(world):
    with world.guest("owned", policy=3, dh_cert=CERTIFICATE, session=SESSION) as path:
        assert SESSION in lab.virsh("dumpxml", "owned", "--security-info"), "libvirt has it not"
        for where, text in everything(world, path):
            # The certificate is a public key, which GetXML shows to whoever may see the definition.
            check(text.replace(CERTIFICATE, "") if where == "GetXML" else text, where)
        # That they are there may be known.
        assert world.bus.get(path, bus.VM, "Attestable") is True


def test_preview(world):
    for connection in (world.bus, world.user):
        xml = connection.preview("owned", settings(policy=3, dh_cert=CERTIFICATE, session=SESSION))
        assert SESSION not in xml, "the preview tells the session"


@each([("not base64", {"dh_cert": CERTIFICATE + "!", "session": SESSION}),
       ("session not base64", {"dh_cert": CERTIFICATE, "session": SESSION + "\n"}),
       ("alone", {"session": SESSION}), ("certificate alone", {"dh_cert": CERTIFICATE}),
       ("of another type", {"dh_cert": V("ay", CERTIFICATE.encode()), "session": SESSION}),
       ("in the other's place", {"dh_cert": V("o", "/" + "canary_session"), "session": SESSION}),
       ("for none", {"technology": "none", "dh_cert": CERTIFICATE, "session": SESSION}),
       ("with a bad name of a network", {"dh_cert": CERTIFICATE, "session": SESSION,
                                         "networks": [{"source": "no-such-net"}]}),
       ("with an existing name", {"dh_cert": CERTIFICATE, "session": SESSION, "policy": 3})],
      label=lambda row: row[0])
def test_error(world, row):
    with contextlib.ExitStack() as stack:
        if row[0] == "with an existing name":
            stack.enter_context(world.guest("secretive"))
        try:
            world.bus.create("secretive", settings(**row[1]))
        except BusError as error:
            check(error.text, "the error")
        else:
            raise AssertionError("it was not refused")
        check(lab.log("sealvirtd"), "the log")


def test_launch_with_a_bad_session(world):
    """The platform refuses it; neither its words nor ours repeat what was sent."""
    values = settings(policy=3, dh_cert=CERTIFICATE, session=SESSION)
    try:
        world.bus.create("refused", values, start=True)
    except BusError as error:
        assert error.name == bus.ERROR + "LaunchFailed", error
        check(error.text, "the error")
    check(lab.log("sealvirtd"), "the log")


@contextlib.contextmanager
def monitor(user):
    """What busctl monitor shows to a user while the block runs; a list with one text."""
    texts = []
    words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--"] if user else []
    with subprocess.Popen([*words, "dbus-monitor", "--system"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        try:
            # Its own first line shows that it listens.
            texts.append(process.stdout.readline())
            yield texts
        finally:
            process.send_signal(signal.SIGTERM)
            texts.append(process.stdout.read())


def test_another_user_watches_the_bus(world):
    more = owner.settings_for(0x3)
    with monitor("lab-user") as texts:
        with world.guest("watched", policy=3, **more) as path:
            world.bus.act(path, "Start", {"paused": boolean()})
            world.bus.act(path, "GetXML")
    text = "".join(texts)
    assert more["session"] not in text and more["dh_cert"] not in text


def test_signals_tell_nothing(world):
    """Even root's own view of the signals: they go to everybody."""
    mark = world.watch.mark()
    with world.guest("owned", policy=3, dh_cert=CERTIFICATE, session=SESSION):
        pass
    check(str(world.watch.since(mark)), "a signal")


def test_password_of_a_display(world):
    xml = world.bus.preview("shown", settings(display="vnc"))
    assert "<graphics type='vnc'" in xml or '<graphics type="vnc"' in xml, xml
    for quote in "'\"":
        xml = xml.replace(f"<graphics type={quote}vnc{quote}", f"<graphics type='vnc' passwd='{PASSWORD}'")
    lab.define(xml)
    world.await_names({"shown"})
    assert PASSWORD in lab.virsh("dumpxml", "shown", "--security-info")
    for where, text in everything(world, world.bus.find("shown")):
        check(text, where)
    lab.remove_domain("shown")
    world.await_names(set())


def test_secret_packet(world):
    packet = b"canary-packet-00" * 16
    with world.guest("packet") as path:
        arguments = V("(ayaya{sv})", (packet[:52], packet, {}))
        with fails("InvalidState", "NotSupported", "InvalidArgument"):
            world.bus.call(path, bus.VM, "InjectSecret", arguments)
        world.bus.act(path, "Start", {"paused": boolean()})
        try:
            world.bus.call(path, bus.VM, "InjectSecret", arguments)
        except BusError as error:
            assert "canary" not in error.text
        for _where, text in everything(world, path):
            assert "canary-packet" not in text


def test_process_shows_nothing(world):
    with world.guest("owned", policy=3, dh_cert=CERTIFICATE, session=SESSION):
        proc = pathlib.Path(f"/proc/{lab.daemon_pid()}")
        for name in ("cmdline", "environ"):
            check((proc / name).read_bytes().decode(errors="replace"), name)
        for top in ("/var/lib/sealvirt", "/run/sealvirt"):
            for file in pathlib.Path(top).rglob("*"):
                if file.is_file():
                    check(file.read_bytes().decode(errors="replace"), str(file))
