# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A sealvirtd that only pretends: it serves the interfaces of data/dbus on a
# private bus, answers from a table and writes down what it was asked. With it
# sealctl is tested as a program, down to each error that a daemon may send.
import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
from pathlib import Path

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
PATH = '/org/sealvirt1'
HOST = PATH + '/host'
ERROR = 'org.sealvirt1.Error.'

OBJECT_MANAGER = '''
<node><interface name="org.freedesktop.DBus.ObjectManager">
  <method name="GetManagedObjects"><arg type="a{oa{sa{sv}}}" direction="out"/></method>
</interface></node>'''


def interface(name):
    """The interface as the contract has it."""
    text = (ROOT / 'data' / 'dbus' / f'{name}.xml').read_text(encoding='utf-8')
    return Gio.DBusNodeInfo.new_for_xml(text).interfaces[0]


def vm_properties(name, uuid, **other):
    """All properties of a VM, those of a running SEV-ES one unless told otherwise."""
    types = {p.name: p.signature for p in interface('org.sealvirt1.VM').properties}
    values = {
        'Name': name, 'UUID': uuid, 'State': 'running', 'StateReason': 'booted',
        'Technology': 'sev-es', 'Policy': 15, 'PolicyFlags': ['nodbg', 'noks', 'es', 'nosend'],
        'Memory': 4 << 30, 'VCPUs': 2, 'Autostart': False, 'Restart': 'no', 'Persistent': True,
        'Attestable': False, 'MachineType': 'pc-q35-7.2', 'Firmware': '/usr/share/OVMF/OVMF.fd',
    } | other
    return {key: GLib.Variant(types[key], value) for key, value in values.items()}


def job_properties(operation, vm, **other):
    """All properties of a job, one that root started and that can be cancelled unless told otherwise."""
    types = {p.name: p.signature for p in interface('org.sealvirt1.Job').properties}
    values = {'Operation': operation, 'VM': vm, 'Progress': 0.0, 'ProgressValid': False,
              'StartTime': 1, 'StartedByUID': 0, 'Cancelable': True} | other
    return {key: GLib.Variant(types[key], value) for key, value in values.items()}


class PrivateBus:
    """A dbus-daemon of our own; sealctl takes it for the system bus."""

    def __enter__(self):
        self.process = subprocess.Popen(
            ['dbus-daemon', '--session', '--nofork', '--print-address=1'],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()
        return self

    def __exit__(self, *exc):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()


class FakeDaemon:
    """Serves until stop(); replies and errors can be set from the test's thread."""

    def __init__(self, address):
        self.calls = []       # (path, method, arguments unpacked, may ask for a password)
        self.errors = {}      # method -> (name, message)
        self.replies = {}     # method -> Variant
        self.silent = set()   # methods that never get an answer
        self.vms = {}         # path -> properties
        self.jobs = {}        # path -> properties
        self.written = []     # (path, property, value unpacked)
        self.registered = []
        self.context = GLib.MainContext()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(address,), daemon=True)
        self.manager = {'Version': '0.1.0', 'BackendState': 'connected',
                        'BackendURI': 'qemu:///system', 'LibvirtVersion': '9.0.0',
                        'QEMUVersion': '7.2.0'}
        self.host = {
            'Technologies': GLib.Variant('as', ['sev-es', 'sev']),
            'Verdicts': GLib.Variant('a{s(ss)}', {
                'sev': ('usable', ''), 'sev-es': ('degraded', 'firmware.sev-es'),
                'tdx': ('unavailable', 'cpu.tdx')}),
            'Capacity': GLib.Variant('a{s(uuu)}', {'sev-es': (99, 1, 98)})}

    def start(self):
        self.thread.start()
        if not self.ready.wait(10):
            raise RuntimeError('the fake daemon got no name on the bus')

    def stop(self):
        self.loop.quit()
        self.thread.join(10)

    def run(self, address):
        self.context.push_thread_default()
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
                 | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        self.bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self.register(PATH, interface('org.sealvirt1.Manager'))
        self.register(PATH, Gio.DBusNodeInfo.new_for_xml(OBJECT_MANAGER).interfaces[0])
        self.register(HOST, interface('org.sealvirt1.Host'))
        for path in self.vms:
            self.register(path, interface('org.sealvirt1.VM'))
        self.bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                           'RequestName', GLib.Variant('(su)', ('org.sealvirt1', 4)), None,
                           Gio.DBusCallFlags.NONE, -1, None)
        # Ready from inside the loop: a quit before it runs would be lost.
        running = GLib.idle_source_new()
        running.set_callback(lambda *_: self.ready.set() or GLib.SOURCE_REMOVE)
        running.attach(self.context)
        self.loop.run()
        self.bus.close_sync(None)

    def publish_jobs(self):
        """Has the objects of the jobs answer; any thread may, as GDBus calls back in its own."""
        for path in self.jobs:
            self.context.invoke_full(0, self.register, path, interface('org.sealvirt1.Job'))

    def register(self, path, info):
        self.bus.register_object(path, info, self.on_call, self.on_get, self.on_set)

    def on_get(self, _bus, _sender, path, interface_name, name):
        if path == HOST:
            return self.host[name]
        if interface_name == 'org.sealvirt1.Manager':
            return GLib.Variant('s', self.manager[name])
        return (self.vms.get(path) or self.jobs[path])[name]

    def on_set(self, _bus, _sender, path, _interface, name, value):
        if name in self.errors:
            raise GLib.Error(self.errors[name])
        self.written.append((path, name, value.unpack()))
        return True

    def on_call(self, _bus, _sender, path, _interface, method, arguments, invocation):
        flags = invocation.get_message().get_flags()
        may_ask = bool(flags & Gio.DBusMessageFlags.ALLOW_INTERACTIVE_AUTHORIZATION)
        self.calls.append((path, method, arguments.unpack(), may_ask))
        if method in self.silent:
            return
        if method in self.errors:
            invocation.return_dbus_error(*self.errors[method])
            return
        try:
            invocation.return_value(self.replies.get(method) or self.answer(method, arguments))
        except LookupError as error:
            invocation.return_dbus_error(ERROR + 'NotFound', str(error.args[0]))

    def answer(self, method, arguments):
        if method == 'FindVM':
            return GLib.Variant('(o)', (self.find(arguments.unpack()[0]),))
        if method == 'GetManagedObjects':
            return self.objects()
        if method == 'CreateVM':
            return GLib.Variant('(o)', (next(iter(self.vms)),))
        if method in ('PreviewVM', 'GetXML'):
            return GLib.Variant('(s)', ('<domain/>',))
        return None

    def find(self, wanted):
        for path, properties in self.vms.items():
            if wanted in (properties['Name'].unpack(), properties['UUID'].unpack()):
                return path
        raise LookupError(f'there is no VM {wanted}; sealctl list shows all')

    def objects(self):
        tree = {path: {'org.sealvirt1.VM': properties} for path, properties in self.vms.items()}
        tree |= {path: {'org.sealvirt1.Job': properties} for path, properties in self.jobs.items()}
        tree[HOST] = {'org.sealvirt1.Host': self.host}
        return GLib.Variant('(a{oa{sa{sv}}})', (tree,))

    def emit(self, path, interface_name, signal, arguments):
        """Sends a signal; any thread may, as GDBus queues it to its own."""
        self.bus.emit_signal(None, path, interface_name, signal, arguments)
        self.bus.flush_sync(None)


def run_sealctl(address, *arguments, **environment):
    """Runs sealctl without a terminal and returns the finished process."""
    env = os.environ | {'DBUS_SYSTEM_BUS_ADDRESS': address, 'LC_ALL': 'C.UTF-8'} | environment
    return subprocess.run([os.environ['SEALCTL'], *arguments], env=env, stdin=subprocess.DEVNULL,
                          timeout=60, capture_output=True, text=True, check=False)


def run_on_terminal(address, *arguments, columns=0, **environment):
    """Runs sealctl with stdout on a terminal and returns what appears there."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
    env = os.environ | {'DBUS_SYSTEM_BUS_ADDRESS': address, 'LC_ALL': 'C.UTF-8',
                        'TERM': 'xterm', 'NO_COLOR': ''} | environment
    process = subprocess.Popen([os.environ['SEALCTL'], *arguments], env=env, stdout=slave,
                               stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(slave)
    output = b''
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # how Linux says that the other side is gone
            break
        if not chunk:
            break
        output += chunk
    os.close(master)
    process.wait(timeout=60)
    return output.decode().replace('\r\n', '\n')
