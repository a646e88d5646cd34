#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# sealctl as a program against a daemon that pretends: what it sends, what it
# prints as text and as JSON, and the exit code of every error. SEALCTL names
# the program under test.
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest

from gi.repository import GLib

from fake_sealvirtd import (ERROR, HOST, PATH, FakeDaemon, PrivateBus, run_on_terminal,
                            run_sealctl, vm_properties)

DBUS = 'org.freedesktop.DBus.Error.'
ONE = PATH + '/vm/one'
TWO = PATH + '/vm/two'
UUID_ONE = '11111111-2222-3333-4444-555555555555'
UUID_TWO = '66666666-7777-8888-9999-aaaaaaaaaaaa'
CHECKS = [
    ('kernel.kvm', 'none', 'pass', '/dev/kvm', 'KVM is there', ''),
    ('cpu.sev', 'sev', 'pass', 'sev', 'the processor has SEV', ''),
    ('firmware.sev-es', 'sev-es', 'warn', '', 'an old firmware', 'install ovmf 2024 or later'),
    ('cpu.tdx', 'tdx', 'n/a', '', 'the processor has no TDX', ''),
    ('kernel.tdx', 'tdx', 'fail', 'N', 'kvm_intel.tdx is off', 'boot with kvm_intel.tdx=1'),
]
BAD_NAME = 'evil\x1b[31m\u202e\x9b\ntail'

EXIT_CODES = {
    ERROR + 'InvalidArgument': 2, ERROR + 'NotFound': 10, ERROR + 'Exists': 5,
    ERROR + 'InvalidState': 5, ERROR + 'Busy': 5, ERROR + 'NotSupported': 1,
    ERROR + 'TechnologyUnavailable': 1, ERROR + 'CapacityExhausted': 5,
    ERROR + 'FirmwareNotFound': 1, ERROR + 'Blocked': 5, ERROR + 'OperationBlocked': 5,
    ERROR + 'LaunchFailed': 1, ERROR + 'AttestationFailed': 1, ERROR + 'Backend': 1,
    ERROR + 'BackendUnavailable': 8, ERROR + 'Timeout': 3, ERROR + 'LimitsExceeded': 5,
    ERROR + 'Cancelled': 1, DBUS + 'AccessDenied': 4, DBUS + 'InteractiveAuthorizationRequired': 4,
    DBUS + 'NoReply': 3, DBUS + 'TimedOut': 3, DBUS + 'ServiceUnknown': 8,
    DBUS + 'Spawn.ChildExited': 8, 'org.freedesktop.systemd1.LoadFailed': 8,
    DBUS + 'UnknownObject': 10, DBUS + 'UnknownMethod': 1, 'com.example.Strange': 1,
}


class SealctlTest(unittest.TestCase):
    def setUp(self):
        bus = PrivateBus()
        self.enterContext(bus)
        self.address = bus.address
        self.daemon = FakeDaemon(bus.address)
        self.daemon.vms = {ONE: vm_properties('one', UUID_ONE),
                           TWO: vm_properties('two', UUID_TWO, State='shutoff', Technology='none',
                                              Policy=0, PolicyFlags=[], Memory=1536 << 20)}
        self.daemon.replies['Check'] = GLib.Variant('(sa(ssssss))', ('degraded', CHECKS))
        self.daemon.start()
        self.addCleanup(self.daemon.stop)

    def run_ok(self, *arguments):
        done = run_sealctl(self.address, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ''), done)
        return done.stdout

    def run_json(self, *arguments):
        return json.loads(self.run_ok('--json', *arguments))

    def sent(self, method):
        return [call for call in self.daemon.calls if call[1] == method]


class Reading(SealctlTest):
    def test_list_is_the_default_and_one_call(self):
        text = self.run_ok()
        self.assertEqual(text.splitlines(), [
            'NAME  STATE    TECHNOLOGY  MEMORY  VCPUS  POLICY',
            'one   running  sev-es          4G      2  nodbg noks es nosend',
            'two   shutoff  none         1536M      2  -', '', '2 VMs.'])
        self.assertEqual([call[1] for call in self.daemon.calls], ['GetManagedObjects'])

    def test_list_json(self):
        vms = self.run_json('list')
        self.assertEqual([vm['name'] for vm in vms], ['one', 'two'])
        self.assertEqual(vms[0], {
            'name': 'one', 'uuid': UUID_ONE, 'state': 'running', 'state_reason': 'booted',
            'technology': 'sev-es', 'policy': 15, 'memory': 4 << 30, 'vcpus': 2,
            'policy_flags': ['nodbg', 'noks', 'es', 'nosend'], 'attestable': False,
            'machine_type': 'pc-q35-7.2', 'firmware': '/usr/share/OVMF/OVMF.fd',
            'autostart': False, 'restart': 'no', 'persistent': True, 'object': ONE})

    def test_list_without_legend_and_empty(self):
        self.assertEqual(len(self.run_ok('list', '--no-legend').splitlines()), 2)
        self.daemon.vms.clear()
        self.assertEqual(self.run_ok('list'), 'No VMs.\n')
        self.assertEqual(self.run_json('list'), [])

    def test_list_says_when_libvirt_is_silent(self):
        self.daemon.manager['BackendState'] = 'unavailable'
        done = run_sealctl(self.address, 'list')
        self.assertEqual(done.returncode, 0)
        self.assertIn('libvirt does not answer', done.stderr)

    def test_control_characters_never_come_through(self):
        self.daemon.vms[ONE] = vm_properties(BAD_NAME, UUID_ONE)
        for arguments in (['list'], ['show', UUID_ONE], ['--json', 'list']):
            text = self.run_ok(*arguments)
            for character in '\x1b\x9b\u202e':
                self.assertNotIn(character, text)
        self.assertIn('evil\\x1b[31m\\u{202e}\\x9b\\x0atail', self.run_ok('list'))
        self.assertEqual(self.run_json('list')[0]['name'], BAD_NAME)

    def test_control_characters_of_errors(self):
        self.daemon.errors['FindVM'] = (ERROR + 'NotFound', 'no \x1b]0;x\x07')
        done = run_sealctl(self.address, 'show', 'x')
        self.assertEqual(done.stderr, 'sealctl: no \\x1b]0;x\\x07\n')

    def test_colour_only_on_a_terminal_that_wants_it(self):
        green = '\x1b[32mrunning\x1b[0m'
        self.assertIn(green, run_on_terminal(self.address, 'list'))
        self.assertNotIn('\x1b', run_on_terminal(self.address, 'list', NO_COLOR='1'))
        self.assertNotIn('\x1b', run_on_terminal(self.address, 'list', TERM='dumb'))
        self.assertNotIn('\x1b', self.run_ok('list'))

    def test_json_is_pretty_on_a_terminal_only(self):
        self.assertGreater(len(run_on_terminal(self.address, '--json').splitlines()), 10)
        self.assertEqual(len(self.run_ok('--json').splitlines()), 1)
        self.assertGreater(len(self.run_ok('--json=pretty').splitlines()), 10)

    def test_xml_is_escaped_on_a_terminal_only(self):
        self.daemon.replies['GetXML'] = GLib.Variant('(s)', ('<a>\x9b</a>\n<b/>\n',))
        self.assertEqual(run_on_terminal(self.address, 'xml', 'one'), '<a>\\x9b</a>\n<b/>\n')
        self.assertEqual(self.run_ok('xml', 'one'), '<a>\x9b</a>\n<b/>\n')

    def test_show_by_name_and_uuid(self):
        text = self.run_ok('show', 'one')
        self.assertEqual(text, self.run_ok('show', UUID_ONE))
        self.assertIn('      Policy:  0xf\n', text)
        self.assertIn('      Memory:  4G\n', text)
        self.assertIn('   Autostart:  no\n', text)
        self.assertEqual(self.run_json('show', 'one')['object'], ONE)

    def test_number_beyond_json(self):
        self.daemon.vms[ONE] = vm_properties('one', UUID_ONE, Policy=(1 << 63) + 1)
        self.assertEqual(self.run_json('show', 'one')['policy'], '9223372036854775809')

    def test_xml_and_preview(self):
        self.assertEqual(self.run_ok('xml', 'one'), '<domain/>\n')
        self.assertEqual(self.run_json('xml', 'one'), {'xml': '<domain/>'})
        self.assertEqual(self.run_ok('preview', 'new', '--memory', '1G'), '<domain/>\n')
        self.assertEqual(self.sent('PreviewVM')[0][2], ('new', {'memory': 1 << 30}, {}))

    def test_version(self):
        self.assertEqual(self.run_json('version')['qemu'], '7.2.0')
        self.assertIn('libvirt', self.run_ok('version'))

    def test_check(self):
        text = self.run_ok('check')
        self.assertIn('sev-es: degraded, 98 of 99 guests free\n', text)
        self.assertIn('        -> install ovmf 2024 or later\n', text)
        self.assertIn('the processor has no TDX', text)
        self.assertNotIn('kernel.tdx', text)
        self.assertIn('kernel.tdx', self.run_ok('check', '--all'))
        self.assertIn('best first: sev-es, sev.', text)

    def test_check_of_one_technology_concludes_about_it(self):
        ends = {'sev': 'sev can be used on this host.', 'tdx': 'see cpu.tdx.',
                'sev-es': 'with a doubt: see firmware.sev-es.'}
        for technology, end in ends.items():
            done = run_sealctl(self.address, 'check', '--technology', technology)
            self.assertTrue(done.stdout.endswith(end + '\n'), done.stdout)

    def test_check_fits_the_terminal(self):
        long = ('kernel.long', 'none', 'warn', 'N', 'a summary ' * 9, 'a remedy ' * 12)
        self.daemon.replies['Check'] = GLib.Variant('(sa(ssssss))', ('usable', CHECKS + [long]))
        text = run_on_terminal(self.address, 'check', columns=60, NO_COLOR='1')
        self.assertLessEqual(max(map(len, text.splitlines())), 60, text)
        whole = self.run_ok('check')
        self.assertEqual(text.split(), whole.split())
        self.assertGreater(max(map(len, whole.splitlines())), 110)

    def test_check_json_and_technology(self):
        report = self.run_json('check', '--technology', 'sev')
        self.assertEqual(self.sent('Check')[0][2], ({'technology': 'sev'},))
        self.assertEqual(report['verdict'], 'degraded')
        self.assertEqual(report['technologies'], ['sev-es', 'sev'])
        self.assertEqual(report['verdicts']['tdx'], {'verdict': 'unavailable', 'check': 'cpu.tdx'})
        self.assertEqual(report['capacity'], {'sev-es': {'total': 99, 'used': 1, 'free': 98}})
        self.assertEqual([tuple(check.values()) for check in report['checks']], CHECKS)

    def test_capacity(self):
        self.assertEqual(self.run_ok('capacity', '--no-legend'), 'sev-es  99  1  98\n')
        self.assertEqual(self.run_json('capacity'), {
            'pools': {'sev-es': {'total': 99, 'used': 1, 'free': 98}}, 'source': ''})
        ledger = ('capacity.ledger', 'none', 'pass', 'misc.current', 'The kernel counts', '')
        self.daemon.replies['Check'] = GLib.Variant('(sa(ssssss))', ('usable', [ledger]))
        self.assertIn('The kernel counts (misc.current). SEV-SNP', self.run_ok('capacity'))
        self.assertEqual(self.run_json('capacity')['source'], 'The kernel counts (misc.current)')
        self.daemon.host['Capacity'] = GLib.Variant('a{s(uuu)}', {'tdx': (31, 1, 30)})
        self.assertTrue(self.run_ok('capacity').endswith('\nThe kernel counts (misc.current).\n'))

    def test_check_exit_code(self):
        self.assertEqual(self.run_ok('check', '--quiet'), '')
        self.daemon.replies['Check'] = GLib.Variant('(sa(ssssss))', ('unavailable', CHECKS))
        done = run_sealctl(self.address, 'check', '-q')
        self.assertEqual((done.returncode, done.stdout, done.stderr), (1, '', ''))


class Acting(SealctlTest):
    def test_power_verbs(self):
        for verb, method in {'start': 'Start', 'resume': 'Resume', 'pause': 'Suspend',
                             'shutdown': 'Shutdown', 'reboot': 'Reboot', 'stop': 'Stop',
                             'delete': 'Delete'}.items():
            with self.subTest(verb):
                self.assertIn('one ', self.run_ok(verb, 'one'))
                self.assertEqual(self.sent(method)[-1], (ONE, method, ({},), True))
                self.assertEqual(self.run_ok(verb, '--quiet', 'one'), '')

    def test_options_of_verbs(self):
        self.run_ok('start', '--paused', 'one')
        self.assertEqual(self.run_ok('shutdown', 'one', '--timeout', '2.5', '--force'),
                         'one is off.\n')
        self.run_ok('delete', '--keep-nvram', '--volumes', 'one')
        self.run_ok('--no-ask-password', 'stop', 'one')
        self.assertEqual(self.sent('Start')[0][2], ({'paused': True},))
        self.assertEqual(self.sent('Shutdown')[0][2], ({'timeout': 3, 'force': True},))
        self.assertEqual(self.sent('Delete')[0][2], ({'nvram': False, 'volumes': True},))
        self.assertFalse(self.sent('Stop')[0][3])

    def test_several_vms(self):
        done = run_sealctl(self.address, 'start', 'one', 'nobody', 'two')
        self.assertEqual(done.returncode, 10)
        self.assertEqual(done.stdout, 'one is started.\ntwo is started.\n')
        self.assertIn('sealctl: nobody: there is no VM nobody', done.stderr)
        done = run_sealctl(self.address, '--json', 'start', 'one', 'nobody')
        self.assertEqual(json.loads(done.stdout), [
            {'vm': 'one', 'operation': 'start', 'ok': True},
            {'vm': 'nobody', 'operation': 'start', 'ok': False, 'error': ERROR + 'NotFound'}])
        self.assertEqual(json.loads(done.stderr)['vm'], 'nobody')

    def test_create_with_everything(self):
        with tempfile.TemporaryDirectory() as folder:
            cert, session = (os.path.join(folder, name) for name in ('cert', 'session'))
            with open(cert, 'wb') as file:
                file.write(b'\x01\x00\x00\x00')
            with open(session, 'w', encoding='ascii') as file:
                file.write('AAAA\nBBBB\n')
            self.run_ok(
                'create', 'new', '--memory', '4G', '--vcpus=2', '--technology', 'sev-es',
                '--disk', '/d/a,,b.qcow2,format=qcow2,bus=virtio,readonly,boot-order=1',
                '--disk', 'pool=p,volume=v', '--cdrom', '/d/x=1.iso', '--network', 'default',
                '--network', 'bridge=br0,model=e1000e,mtu=1500', '--network', 'user',
                '--policy-flag', 'nodbg,noks', '--policy-flag', 'nosend', '--no-rng',
                '--no-console', '--tpm', '--kernel-hashes', '--firmware', 'efi',
                '--kernel', 'vmlinuz', '--dh-cert-file', cert, '--session-file', session,
                '--set', 'video-memory=16M', '--set', 'autostart=yes', '--start', '--paused')
        _path, _method, (name, settings, options), may_ask = self.sent('CreateVM')[0]
        self.assertTrue(may_ask)
        self.assertEqual((name, options), ('new', {'start': True, 'paused': True}))
        self.assertEqual(settings, {
            'memory': 4 << 30, 'vcpus': 2, 'technology': 'sev-es',
            'disks': [{'path': '/d/a,b.qcow2', 'format': 'qcow2', 'bus': 'virtio',
                       'readonly': True, 'boot-order': 1}, {'pool': 'p', 'volume': 'v'},
                      {'path': '/d/x=1.iso', 'device': 'cdrom', 'readonly': True}],
            'networks': [{'type': 'network', 'source': 'default'},
                         {'type': 'bridge', 'source': 'br0', 'model': 'e1000e', 'mtu': 1500},
                         {'type': 'user'}],
            'policy-flags': ['nodbg', 'noks', 'nosend'], 'rng': False, 'console': False,
            'tpm': True, 'kernel-hashes': True, 'firmware': 'efi',
            'kernel': os.path.join(os.getcwd(), 'vmlinuz'), 'dh-cert': 'AQAAAA==',
            'session': 'AAAABBBB', 'video-memory': 16 << 20, 'autostart': True})

    def test_create_says_what_it_made(self):
        self.assertEqual(self.run_ok('create', 'one', '--memory', '4G'),
                         'one is created: sev-es (nodbg noks es nosend), memory 4G, running.\n')
        self.assertEqual(self.run_json('create', 'one', '--memory', '4G')['object'], ONE)
        self.daemon.vms[ONE]['PolicyFlags'] = GLib.Variant('as', [])
        self.assertEqual(self.run_ok('create', 'one', '--memory', '4G'),
                         'one is created: sev-es (no policy flags), memory 4G, running.\n')
        self.daemon.replies['CreateVM'] = GLib.Variant('(o)', (PATH + '/vm/gone',))
        self.assertEqual(self.run_ok('create', 'one', '--memory', '4G'),
                         'one is created. See: sealctl show one\n')

    def test_create_warns_when_it_cannot_start(self):
        self.daemon.vms[ONE]['State'] = GLib.Variant('s', 'shutoff')
        done = run_sealctl(self.address, 'create', 'one', '--memory', '4G')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.daemon.host['Capacity'] = GLib.Variant('a{s(uuu)}', {'sev-es': (99, 99, 0)})
        done = run_sealctl(self.address, 'create', 'one', '--memory', '4G')
        self.assertEqual(done.returncode, 0)
        self.assertIn('all 99 key slots of the pool sev-es are taken', done.stderr)
        done = run_sealctl(self.address, '--quiet', 'create', 'one', '--memory', '4G')
        self.assertEqual((done.stdout, done.stderr), ('', ''))

    def test_create_tells_what_leaks(self):
        self.daemon.replies['PreviewVM'] = GLib.Variant('(s)', (
            '<!-- warning: clipboard: it\x1b[31m leaks -->\n'
            '<!-- warning: capacity: full -->\n<domain>\n<!-- warning: in vain -->\n</domain>\n',))
        create = ('create', 'one', '--memory', '4G', '--set', 'clipboard=yes')
        for words in (create, ('--json', *create)):
            done = run_sealctl(self.address, *words)
            self.assertEqual((done.returncode, done.stderr), (
                0, 'sealctl: warning: clipboard: it\\x1b[31m leaks\n'))
        self.assertEqual(self.sent('PreviewVM')[0][2],
                         ('one', {'memory': 4 << 30, 'clipboard': True}, {}))
        done = run_sealctl(self.address, '--quiet', *create)
        self.assertEqual((done.stdout, done.stderr), ('', ''))
        self.daemon.errors['PreviewVM'] = (ERROR + 'NotSupported', 'no')
        self.assertIn('one is created', self.run_ok(*create))

    def test_acting_waits_and_reading_does_not_forever(self):
        self.daemon.silent.add('Start')
        began = time.monotonic()
        done = run_sealctl(self.address, '--timeout', '0.5', 'start', 'one')
        self.assertEqual(done.returncode, 3)
        self.assertIn('did not answer in time', done.stderr)
        self.assertIn('sealctl jobs', done.stderr)
        self.assertLess(time.monotonic() - began, 20)


class Failing(SealctlTest):
    def test_exit_code_of_every_error(self):
        for name, code in EXIT_CODES.items():
            with self.subTest(name):
                self.daemon.errors['Start'] = (name, 'what is wrong; what to do')
                done = run_sealctl(self.address, 'start', 'one')
                self.assertEqual(done.returncode, code)
                self.assertTrue(done.stderr.startswith('sealctl: '), done.stderr)
                done = run_sealctl(self.address, '--json=short', 'start', 'one')
                self.assertEqual(json.loads(done.stderr)['error'], name)

    def test_own_messages_come_through_and_jargon_does_not(self):
        self.daemon.errors['Start'] = (ERROR + 'Busy', 'a job runs; wait for it')
        done = run_sealctl(self.address, 'start', 'one')
        self.assertEqual(done.stderr, 'sealctl: a job runs; wait for it\n')
        self.daemon.errors['Start'] = (DBUS + 'ServiceUnknown', 'The name :1.5 was not provided')
        done = run_sealctl(self.address, 'start', 'one')
        self.assertNotIn(':1.5', done.stderr)
        self.assertIn('systemctl status sealvirtd', done.stderr)

    def test_hint_only_where_the_message_has_no_cure(self):
        self.daemon.errors['Start'] = (DBUS + 'AccessDenied', 'refused; become root')
        done = run_sealctl(self.address, 'start', 'one')
        self.assertEqual(done.stderr, 'sealctl: refused; become root\n')
        self.daemon.errors['Start'] = (DBUS + 'AccessDenied', 'refused')
        self.assertIn('as root', run_sealctl(self.address, 'start', 'one').stderr)

    def test_daemon_absent_and_bus_absent(self):
        self.daemon.stop()
        self.assertEqual(run_sealctl(self.address, 'list').returncode, 8)
        self.assertEqual(run_sealctl('unix:path=/nonexistent', 'list').returncode, 8)
        self.assertEqual(run_sealctl('unix:path=/nonexistent', '--version').returncode, 0)
        done = run_sealctl('unix:path=/nonexistent', 'policy', 'encode', 'sev', 'nodbg')
        self.assertEqual((done.returncode, done.stdout), (0, '0x1\n'))

    def test_bad_command_lines(self):
        for line in ('frob', '--frob', 'list x', 'start', 'show', 'create', 'create a --memory',
                     'create a --memory 4X', 'create a --memory -1', 'create a --vcpus 99999999999',
                     'create a --set foo=1', 'create a --set memory', 'create a --disk=',
                     'create a --set session=AAAA', 'create a --set dh-cert=AAAA',
                     'create a --disk /a,foo=1', 'create a --disk /a,readonly=maybe',
                     'create a --network=', 'create a --network none --network default',
                     'create a --paused', 'create a --dh-cert-file /dev/null',
                     'create a --dh-cert-file /dev/zero', 'shutdown one --force',
                     'shutdown one --timeout -3', 'list --timeout 0', 'list --json=yaml',
                     'policy encode frob x', 'policy decode sev', 'policy decode sev frob',
                     'policy frob sev', 'policy encode sev nosuchflag'):
            with self.subTest(line):
                done = run_sealctl(self.address, *line.split(' '))
                self.assertEqual(done.returncode, 2, done)
                self.assertTrue(done.stderr.startswith('sealctl: '))
                self.assertEqual(done.stdout, '')
        self.assertEqual(self.daemon.calls, [])

    def test_full_disk_is_no_success(self):
        with open('/dev/full', 'w', encoding='ascii') as full:
            env = os.environ | {'DBUS_SYSTEM_BUS_ADDRESS': self.address}
            code = subprocess.run([os.environ['SEALCTL'], 'list'], env=env, stdout=full,
                                  stderr=subprocess.DEVNULL, timeout=60, check=False).returncode
        self.assertEqual(code, 1)


class Monitoring(SealctlTest):
    def monitor(self, *arguments):
        """Runs monitor, sends one signal of each kind and returns its lines."""
        env = os.environ | {'DBUS_SYSTEM_BUS_ADDRESS': self.address, 'LC_ALL': 'C.UTF-8'}
        with subprocess.Popen([os.environ['SEALCTL'], 'monitor', '--timeout', '2', *arguments],
                              env=env, stdout=subprocess.PIPE, text=True) as process:
            deadline = time.monotonic() + 20
            while not self.sent('GetManagedObjects') and time.monotonic() < deadline:
                time.sleep(0.05)
            self.send_signals()
            text = process.stdout.read()
        self.assertEqual(process.returncode, 0)
        return text.splitlines()

    def send_signals(self):
        three = vm_properties('three', 'x')
        self.daemon.emit(PATH, 'org.freedesktop.DBus.ObjectManager', 'InterfacesAdded',
                         GLib.Variant('(oa{sa{sv}})',
                                      (PATH + '/vm/three', {'org.sealvirt1.VM': three})))
        self.daemon.emit(ONE, 'org.freedesktop.DBus.Properties', 'PropertiesChanged',
                         GLib.Variant('(sa{sv}as)', ('org.sealvirt1.VM', {
                             'State': GLib.Variant('s', 'paused')}, [])))
        self.daemon.emit(HOST, 'org.freedesktop.DBus.Properties', 'PropertiesChanged',
                         GLib.Variant('(sa{sv}as)', ('org.sealvirt1.Host', {
                             'Technologies': GLib.Variant('as', ['sev'])}, [])))
        self.daemon.emit(PATH, 'org.sealvirt1.Manager', 'JobRemoved',
                         GLib.Variant('(ossss)', (PATH + '/job/_37f', 'start', UUID_ONE, 'failed',
                                                  ERROR + 'Busy')))
        self.daemon.emit(PATH, 'org.freedesktop.DBus.ObjectManager', 'InterfacesRemoved',
                         GLib.Variant('(oas)', (PATH + '/vm/three', ['org.sealvirt1.VM'])))

    def test_json(self):
        events = [json.loads(line) for line in self.monitor('--json')]
        self.assertEqual([(event['event'], event.get('vm')) for event in events], [
            ('added', 'three'), ('changed', 'one'), ('changed', None), ('job-removed', 'one'),
            ('removed', 'three')])
        self.assertEqual(events[1]['properties'], {'state': 'paused'})
        self.assertEqual(events[3]['properties'], {
            'operation': 'start', 'vm_uuid': UUID_ONE, 'result': 'failed',
            'error': ERROR + 'Busy'})

    def test_ends_when_nobody_reads(self):
        env = os.environ | {'DBUS_SYSTEM_BUS_ADDRESS': self.address}
        # Not restored: SIGPIPE stays ignored, as it is here and in systemd's services.
        with subprocess.Popen([os.environ['SEALCTL'], 'monitor', '--timeout', '20'], env=env,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              restore_signals=False) as process:
            began = time.monotonic()
            while not self.sent('GetManagedObjects') and time.monotonic() < began + 10:
                time.sleep(0.05)
            process.stdout.close()
            self.send_signals()
            self.assertEqual(process.wait(timeout=60), 1)
        self.assertLess(time.monotonic() - began, 18)

    def test_text(self):
        lines = [line.split(' ', 1)[1] for line in self.monitor()]
        self.assertTrue(lines[0].startswith('three: added name=three uuid=x state=running'))
        self.assertEqual(lines[1], 'one: changed state=paused')
        self.assertEqual(lines[2], "host: changed technologies=['sev']")
        self.assertTrue(lines[3].startswith('job 7f of one: job-removed operation=start'), lines[3])
        self.assertEqual(lines[4], 'three: removed')


if __name__ == '__main__':
    if 'SEALCTL' not in os.environ:
        sys.exit('SEALCTL must name the program under test')
    unittest.main(verbosity=2)
