#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# sealctl against the real daemon, libvirt and QEMU, inside the lab's milan
# profile: the life of a VM as an operator types it, what everybody else may
# do, and the exit code of each refusal. Run it by: tools/lab -- THIS FILE
import json
import os
import pty
import subprocess
import sys
import time
import unittest

from kit import lab

IMAGES = '/var/lib/libvirt/images'
ORDINARY_USER = ['setpriv', '--reuid=lab-user', '--regid=lab-user', '--clear-groups']


def sealctl(*arguments, prefix=()):
    return subprocess.run([*prefix, 'sealctl', *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=False)


class LabTest(unittest.TestCase):
    names = ('sealctl-a', 'sealctl-b')

    def setUp(self):
        self.disk = f'{IMAGES}/sealctl-test.img'
        with open(self.disk, 'wb') as file:
            file.truncate(16 << 20)
        self.addCleanup(self.clean)

    def clean(self):
        for name in self.names:
            sealctl('stop', name)
            sealctl('delete', name)
        os.unlink(self.disk)

    def ok(self, *arguments, prefix=()):
        done = sealctl(*arguments, prefix=prefix)
        self.assertEqual((done.returncode, done.stderr), (0, ''), done)
        return done.stdout

    def refused(self, code, *arguments, prefix=()):
        done = sealctl(*arguments, prefix=prefix)
        self.assertEqual(done.returncode, code, done)
        self.assertTrue(done.stderr.startswith('sealctl: '), done)
        return done.stderr

    def show(self, name):
        return json.loads(self.ok('--json', 'show', name))

    def create(self, name='sealctl-a', *more):
        return self.ok('create', name, '--memory', '256M', '--disk', self.disk, *more)


class Life(LabTest):
    def test_from_create_to_delete(self):
        text = self.create('sealctl-a', '--vcpus', '2')
        self.assertEqual(text, 'sealctl-a is created: sev-es (nodbg noks es nosend), '
                               'memory 256M, shutoff.\n')
        vm = self.show('sealctl-a')
        self.assertEqual((vm['memory'], vm['vcpus'], vm['policy']), (256 << 20, 2, 0xf))
        for verb, state in ((['start', '--paused'], 'paused'), (['resume'], 'running'),
                            (['pause'], 'paused'), (['resume'], 'running'), (['stop'], 'shutoff')):
            with self.subTest(verb=verb):
                self.ok(*verb, 'sealctl-a')
                self.assertEqual(self.show(vm['uuid'])['state'], state)
        self.assertIn('sealctl-a', self.ok('list'))
        self.ok('delete', 'sealctl-a')
        self.assertNotIn('sealctl-a', self.ok('list'))

    def test_create_and_start_in_one(self):
        self.create('sealctl-a', '--technology', 'sev', '--start')
        vm = self.show('sealctl-a')
        self.assertEqual((vm['state'], vm['technology'], vm['policy']), ('running', 'sev', 0xb))

    def test_policy_flags_replace_the_default(self):
        done = sealctl('create', 'sealctl-a', '--memory', '256M', '--disk', self.disk,
                       '--technology', 'sev', '--policy-flag', 'no-debug')
        self.assertEqual((done.returncode, self.show('sealctl-a')['policy']), (0, 1), done)
        self.assertRegex(done.stderr, '^sealctl: warning: key-sharing-policy: [^\n]+\n'
                                      'sealctl: warning: sending-policy: [^\n]+\n$')
        self.create('sealctl-b', '--technology', 'sev', '--policy-flag', 'nodbg,noks,nosend')

    def test_several_at_once(self):
        self.create('sealctl-a')
        self.ok('create', 'sealctl-b', '--memory', '64M', '--disk', self.disk + ',readonly')
        done = sealctl('--json', 'delete', 'sealctl-a', 'sealctl-none', 'sealctl-b')
        self.assertEqual(done.returncode, 10)
        self.assertEqual([outcome['ok'] for outcome in json.loads(done.stdout)],
                         [True, False, True])

    def test_preview_is_what_create_defines(self):
        options = ['--memory', '256M', '--disk', self.disk, '--network', 'user', '--display', 'vnc']
        preview = self.ok('preview', 'sealctl-a', *options)
        self.assertIn('<launchSecurity', preview)
        self.refused(10, 'show', 'sealctl-a')
        done = sealctl('create', 'sealctl-a', *options)
        self.assertEqual(done.returncode, 0, done)
        self.assertRegex(done.stderr, '^sealctl: warning: display: [^\n]+\n$')
        self.assertIn('<launchSecurity', self.ok('xml', 'sealctl-a'))

    def test_monitor_tells_of_a_start(self):
        self.create()
        with subprocess.Popen(['sealctl', 'monitor', '--json', '--timeout', '6'],
                              stdout=subprocess.PIPE, text=True) as monitor:
            time.sleep(1)
            self.ok('start', 'sealctl-a')
            events = [json.loads(line) for line in monitor.stdout]
        states = [event['properties'].get('state') for event in events
                  if event['event'] == 'changed' and event.get('vm') == 'sealctl-a']
        self.assertIn('running', states)
        ends = [event for event in events if event['event'] == 'job-removed']
        self.assertEqual([(end['vm'], end['properties']['result']) for end in ends],
                         [('sealctl-a', 'done')])


class Refusals(LabTest):
    def test_exit_codes(self):
        self.create()
        disk = ['--disk', self.disk]
        self.refused(5, 'create', 'sealctl-a', '--memory', '1G', *disk)
        self.refused(2, 'create', 'sealctl-b', '--memory', '1K', *disk)
        self.refused(2, 'create', 'sealctl-b', '--memory', '1G')
        self.refused(2, 'create', 'a/b', '--memory', '1G', *disk)
        self.refused(2, 'create', 'sealctl-b', '--memory', '1G', '--policy', '0xffff0000', *disk)
        self.refused(10, 'create', 'sealctl-b', '--memory', '1G', '--disk', '/nonexistent.img')
        self.refused(10, 'start', 'sealctl-none')
        self.refused(5, 'stop', 'sealctl-a')
        self.refused(5, 'resume', 'sealctl-a')
        self.assertNotIn('sealctl-b', self.ok('list'))

    def test_ordinary_user_reads_but_does_not_act(self):
        self.create()
        for arguments in (['list'], ['show', 'sealctl-a'], ['check'], ['capacity'], ['firmware'],
                          ['version'],
                          ['preview', 'x', '--memory', '1G', '--disk', self.disk]):
            self.ok(*arguments, prefix=ORDINARY_USER)
        for arguments in (['start', 'sealctl-a'], ['delete', 'sealctl-a'], ['xml', 'sealctl-a'],
                          ['--no-ask-password', 'start', 'sealctl-a'],
                          ['create', 'sealctl-b', '--memory', '1G', '--disk', self.disk]):
            with self.subTest(arguments):
                self.refused(4, *arguments, prefix=ORDINARY_USER)
        self.assertEqual(self.show('sealctl-a')['state'], 'shutoff')

    def test_asks_for_a_password_at_a_terminal(self):
        """Without a session of logind, as in a container; Ctrl-C at the question is a no."""
        self.create()
        rule = 'polkit.addAdminRule(function() { return ["unix-user:lab-user"]; });\n'
        with lab.polkit_rule(rule):
            pid, terminal = pty.fork()
            if pid == 0:
                os.execvp(ORDINARY_USER[0], [*ORDINARY_USER, 'sealctl', 'start', 'sealctl-a'])
            said = b''
            try:
                while b'Password' not in said:
                    said += os.read(terminal, 4096)
                os.write(terminal, b'\x03')
            except OSError:  # it ended without a question
                pass
            ended = os.waitpid(pid, 0)[1]
            os.close(terminal)
        self.assertIn(b'AUTHENTICATING FOR org.sealvirt1.control', said)
        # By the signal; or refused, where the agent keeps the key for itself (polkit 126).
        self.assertIn(ended, (2, 4 << 8))
        self.assertEqual(self.show('sealctl-a')['state'], 'shutoff')

    def test_technology_this_host_has_not(self):
        self.refused(1, 'create', 'sealctl-b', '--memory', '1G', '--technology', 'sev-snp',
                     '--disk', self.disk)
        done = sealctl('check', '--technology', 'sev-snp', '--quiet')
        self.assertEqual((done.returncode, done.stdout), (1, ''))


class Check(LabTest):
    def test_check(self):
        report = json.loads(self.ok('--json', 'check'))
        self.assertEqual(report['technologies'], ['sev-es', 'sev'])
        self.assertEqual(report['capacity']['sev']['total'], 410)
        self.assertIn('sev-es: usable', self.ok('check'))

    def test_capacity_and_firmware(self):
        pools = json.loads(self.ok('--json', 'capacity'))['pools']
        self.assertEqual(pools['sev'], {'total': 410, 'used': 0, 'free': 410})
        told = json.loads(self.ok('--json', 'firmware', '--technology', 'sev-es'))
        self.assertTrue(told['technologies']['sev-es']['image'])
        self.assertEqual(list(told['technologies']), ['sev-es'])


if __name__ == '__main__':
    if not os.path.isdir('/run/sealvirt-lab'):
        sys.exit('this needs the lab; run it by: sudo tools/lab -- tests/e2e/test_sealctl.py')
    unittest.main(verbosity=2)
