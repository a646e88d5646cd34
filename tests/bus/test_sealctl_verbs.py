#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The verbs of the measured start, of jobs and of the host's care, against a
# daemon that pretends: what they send, print and write into files, and what
# they refuse before anything is sent. SEALCTL names the program under test.
import base64
import json
import os
import sys
import tempfile
import threading
import time
import unittest

from gi.repository import GLib

from fake_sealvirtd import (ERROR, HOST, PATH, job_properties, run_on_terminal, run_sealctl,
                            vm_properties)
from test_sealctl_fake import ONE, TWO, UUID_ONE, SealctlTest

PDH, CHAIN, CHIP = b'\x01' * 2084, b'\x02' * 6252, b'\xab' * 64
HMAC = bytes(range(48))
HEADER, SECRET = b'\0' * 4 + bytes(range(48)), bytes(range(200, 232))
JOB = PATH + '/job/_30123456789abcdef'
NEW = PATH + '/job/f000'


def variant_dict(**values):
    signatures = {bytes: 'ay', int: 'y', str: 's'}
    return GLib.Variant('(a{sv})', ({
        key.replace('_', '-'): GLib.Variant(signatures[type(value)], value)
        for key, value in values.items()},))


class VerbsTest(SealctlTest):
    def setUp(self):
        super().setUp()
        self.place = self.enterContext(tempfile.TemporaryDirectory())

    def file(self, name, content):
        path = os.path.join(self.place, name)
        with open(path, 'wb') as file:
            file.write(content)
        return path

    def content(self, name):
        with open(os.path.join(self.place, name), 'rb') as file:
            return file.read()

    def refused(self, code, *arguments):
        done = run_sealctl(self.address, *arguments)
        self.assertEqual((done.returncode, done.stdout), (code, ''), done)
        self.assertTrue(done.stderr.startswith('sealctl: '), done.stderr)
        return done.stderr


class Answers(VerbsTest):
    def die_when_asked(self):
        while not self.sent('Start'):
            time.sleep(0.02)
        self.daemon.stop()

    def test_daemon_that_dies_during_the_call(self):
        """The bus names it as it names a daemon that is slow, so both are said."""
        self.daemon.silent.add('Start')
        death = threading.Thread(target=self.die_when_asked)
        death.start()
        said = self.refused(3, 'start', 'one')
        death.join()
        for words in ('ended before it answered', 'did not answer in time', '--timeout',
                      'systemctl status sealvirtd', 'journalctl -u sealvirtd'):
            self.assertIn(words, said)

    def test_libvirts_own_words_get_a_hint(self):
        for name, hint in {'InvalidState': 'virsh pool-start', 'NotSupported': 'sealctl check',
                           'Backend': 'journalctl'}.items():
            with self.subTest(name):
                self.daemon.errors['Start'] = (ERROR + name, "network 'default' is not active")
                said = self.refused(1 if name != 'InvalidState' else 5, 'start', 'one')
                self.assertIn(hint, said)
                self.daemon.errors['Start'] = (ERROR + name, 'it is off; switch it on')
                self.assertEqual(run_sealctl(self.address, 'start', 'one').stderr,
                                 'sealctl: it is off; switch it on\n')

    def test_policy_without_flags(self):
        self.assertEqual(self.run_ok('policy', 'decode', 'sev', '0'), 'no policy flags\n')
        self.assertEqual(self.run_ok('policy', 'decode', '--no-legend', 'sev', '0'), '')


class Certificates(VerbsTest):
    def setUp(self):
        super().setUp()
        self.daemon.replies['GetCertificates'] = variant_dict(pdh=PDH, cert_chain=CHAIN,
                                                              cpu0_id=CHIP)

    def test_files(self):
        text = self.run_ok('certificates', '--directory', self.place)
        self.assertEqual((self.content('host.pdh'), self.content('host.chain')), (PDH, CHAIN))
        self.assertEqual(os.stat(os.path.join(self.place, 'host.pdh')).st_mode & 0o777, 0o644)
        self.assertIn('host.pdh', text)
        self.assertIn('\n' + 'ab' * 64 + '\n', text)

    def test_nothing_is_written_over(self):
        self.file('host.chain', b'mine')
        words = ('certificates', '--directory', self.place)
        self.assertIn('--force', self.refused(5, *words))
        self.assertEqual((os.listdir(self.place), self.daemon.calls), (['host.chain'], []))
        self.run_ok(*words, '--force', '--quiet')
        self.assertEqual(self.content('host.chain'), CHAIN)

    def test_link_is_replaced_and_not_followed(self):
        other = self.file('other', b'mine')
        os.symlink(other, os.path.join(self.place, 'host.pdh'))
        self.refused(5, 'certificates', '--directory', self.place)
        self.run_ok('certificates', '--directory', self.place, '--force')
        self.assertEqual((self.content('other'), self.content('host.pdh')), (b'mine', PDH))

    def test_no_such_directory(self):
        self.assertIn('--directory', self.refused(10, 'certificates', '--directory', '/nonexistent'))

    def test_json_writes_nothing_by_itself(self):
        told = self.run_json('certificates')
        self.assertEqual(base64.b64decode(told['pdh']), PDH)
        self.assertEqual(base64.b64decode(told['cert-chain']), CHAIN)
        self.run_json('certificates', '--directory', self.place)
        self.assertEqual(self.content('host.pdh'), PDH)

    def test_daemon_that_tells_no_chain(self):
        self.daemon.replies['GetCertificates'] = variant_dict(pdh=PDH)
        self.assertIn('no cert-chain', self.refused(1, 'certificates', '--directory', self.place))
        self.assertEqual(os.listdir(self.place), [])


class Measured(VerbsTest):
    def test_measurement(self):
        self.daemon.replies['GetMeasurement'] = variant_dict(
            source='host', measurement=HMAC, api_major=1, api_minor=51, build_id=3,
            firmware='/f/a\x1bb')
        blob = base64.b64encode(HMAC).decode()
        text = self.run_ok('measurement', 'one')
        self.assertTrue('Nobody can judge it: one' in text and 'validate' not in text, text)
        self.daemon.vms[ONE]['Attestable'] = GLib.Variant('b', True)
        text = self.run_ok('measurement', 'one')
        self.assertIn(f'Measurement:  {blob}\n', text)
        self.assertIn(f'--measurement {blob} \\\n    --api-major 1 --api-minor 51 --build-id 3', text)
        self.assertIn('Firmware:  /f/a\\x1bb\n', text)
        self.assertIn('--firmware FILE \\\n    --num-cpus N --cpu-family N', text)
        self.daemon.vms[ONE]['Technology'] = GLib.Variant('s', 'sev')
        self.assertTrue(self.run_ok('measurement', 'one').endswith('--firmware FILE\n'))
        self.assertNotIn('validate', self.run_ok('measurement', 'one', '--no-legend'))
        told = self.run_json('measurement', 'one')
        self.assertEqual(next(iter(told)), 'vm')
        self.assertEqual((told['vm'], told['measurement'], told['api-minor'], told['source']),
                         ('one', blob, 51, 'host'))

    def test_measurement_of_the_guest(self):
        self.daemon.replies['GetMeasurement'] = variant_dict(source='guest')
        self.assertIn('inside the guest', self.run_ok('measurement', 'one'))
        self.assertEqual(self.run_json('measurement', 'one'), {'source': 'guest', 'vm': 'one'})

    def test_secret_as_bytes_and_as_base64(self):
        files = [self.file('h', HEADER), self.file('s', SECRET)]
        coded = [self.file('h64', base64.encodebytes(HEADER)),
                 self.file('s64', base64.b64encode(SECRET))]
        for header, secret in (files, coded):
            text = self.run_ok('inject-secret', 'one', '--header-file', header,
                               '--secret-file', secret)
            self.assertIn('sealctl resume one', text)
            path, _, arguments, may_ask = self.sent('InjectSecret')[-1]
            self.assertEqual((path, may_ask), (ONE, True))
            self.assertEqual([bytes(part) for part in arguments[:2]], [HEADER, SECRET])
        told = self.run_json('inject-secret', 'one', '--header-file', files[0],
                             '--secret-file', files[1])
        self.assertEqual(told, {'vm': 'one', 'operation': 'inject-secret', 'ok': True})

    def test_bytes_that_look_like_base64(self):
        header, secret = self.file('h', b'vm\n'), self.file('s', b'A' * 18)
        self.run_ok('inject-secret', 'one', '--header-file', header, '--secret-file', secret)
        self.assertEqual([bytes(part) for part in self.sent('InjectSecret')[0][2][:2]],
                         [b'vm\n', b'A' * 18])

    def test_secret_that_cannot_be_read(self):
        header, empty = self.file('h', HEADER), self.file('empty', b'')
        blank = self.file('blank', b' \n' * 99)
        for code, words in ((2, ['--header-file', header]), (2, ['--secret-file', header]),
                            (10, ['--header-file', header, '--secret-file', '/nonexistent']),
                            (2, ['--header-file', header, '--secret-file', empty]),
                            (2, ['--header-file', header, '--secret-file', blank]),
                            (2, ['--header-file', header, '--secret-file', '/dev/zero']),
                            (2, ['--header-file', header, '--secret-file', self.place])):
            self.refused(code, 'inject-secret', 'one', *words)
        self.assertEqual(self.daemon.calls, [])

    def test_secret_that_is_refused_is_not_shown(self):
        self.daemon.errors['InjectSecret'] = (ERROR + 'AttestationFailed', 'refused; ask the owner')
        words = self.refused(1, 'inject-secret', 'one', '--header-file', self.file('h', HEADER),
                             '--secret-file', self.file('s', b'A' * 32))
        self.assertEqual(words, 'sealctl: refused; ask the owner\n')


class Operations(VerbsTest):
    def test_one(self):
        self.daemon.replies['CheckOperation'] = GLib.Variant('(bs)', (False, 'why; instead'))
        done = run_sealctl(self.address, 'can', 'one', 'migrate')
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (1, 'no\n    why; instead\n', ''))
        self.assertEqual(self.sent('CheckOperation')[0][2], ('migrate', {}))
        done = run_sealctl(self.address, 'can', '-q', 'one', 'migrate')
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.daemon.replies['CheckOperation'] = GLib.Variant('(bs)', (True, ''))
        self.assertEqual(self.run_ok('can', 'one', 'balloon'), 'yes\n')

    def test_unknown_is_the_daemons_to_say(self):
        self.daemon.errors['CheckOperation'] = (ERROR + 'InvalidArgument', 'unknown; use migrate')
        self.assertIn('use migrate', self.refused(2, 'can', 'one', 'fly'))

    def test_all(self):
        self.daemon.replies['CheckOperation'] = GLib.Variant('(bs)', (False, ' '.join(['long'] * 40)))
        lines = self.run_ok('can', 'one').splitlines()
        self.assertEqual(len(lines), 2 * len(self.sent('CheckOperation')))
        self.assertTrue(lines[0].startswith('no  migrate '), lines[0])
        told = self.run_json('can', 'one')
        self.assertEqual(told['vm'], 'one')
        self.assertEqual(told['operations'][0]['operation'], 'migrate')
        self.assertIn('reboot', {row['operation'] for row in told['operations']})
        narrow = run_on_terminal(self.address, 'can', 'one', columns=60, NO_COLOR='1')
        self.assertLessEqual(max(map(len, narrow.splitlines())), 60, narrow)

    def test_set(self):
        self.assertEqual(self.run_ok('set', 'one', 'two', '--restart', 'guest-reboot',
                                     '--autostart'), 'one is changed.\ntwo is changed.\n')
        self.run_ok('set', 'one', '--no-autostart', '--quiet')
        self.assertEqual(self.daemon.written, [
            (ONE, 'Restart', 'guest-reboot'), (ONE, 'Autostart', True),
            (TWO, 'Restart', 'guest-reboot'), (TWO, 'Autostart', True), (ONE, 'Autostart', False)])
        done = run_sealctl(self.address, '--json', 'set', 'one', 'nobody', '--restart=no')
        self.assertEqual(done.returncode, 10)
        self.assertEqual([row['ok'] for row in json.loads(done.stdout)], [True, False])

    def test_set_what(self):
        for words in ([], ['--autostart', '--no-autostart'], ['--restart', '\udc80']):
            self.refused(2, 'set', 'one', *words)
        self.assertEqual(self.daemon.calls, [])


class Host(VerbsTest):
    def test_memory_limit(self):
        self.assertIn('4G', self.run_ok('memory-limit', '4G'))
        self.assertIn('until the next boot', self.run_ok('memory-limit', '512M', '--runtime'))
        self.assertIn('slowed down above 1G', self.run_ok('memory-limit', '1G', '--soft'))
        self.assertEqual(self.run_json('memory-limit', 'none', '--soft'),
                         {'bytes': 0, 'soft': True, 'runtime': False})
        self.assertEqual(self.run_ok('memory-limit', '0'), 'The limit is lifted.\n')
        self.assertEqual([call[2] for call in self.sent('SetMemoryLimit')],
                         [(4 << 30, {}), (512 << 20, {'runtime': True}), (1 << 30, {'soft': True}),
                          (0, {'soft': True}), (0, {})])

    def test_memory_limit_that_is_none(self):
        for word in ('nothing', '-1', '1.5G', ''):
            self.assertNotEqual(self.refused(2, 'memory-limit', '--', word), '')
        self.assertEqual(self.daemon.calls, [])

    def test_refresh(self):
        self.assertEqual(self.run_ok('refresh'), 'This host can run, best first: sev-es, sev.\n')
        self.assertEqual(self.sent('Refresh')[0], (HOST, 'Refresh', ({},), True))
        self.assertEqual(self.run_json('refresh'), {'technologies': ['sev-es', 'sev']})
        self.assertEqual(self.run_ok('-q', 'refresh'), '')
        self.daemon.host['Technologies'] = GLib.Variant('as', [])
        self.assertIn('sealctl check', self.run_ok('refresh'))


class Jobs(VerbsTest):
    def add_jobs(self):
        """One on a VM, and one that creates a VM which has no object yet."""
        now = int(time.time() * 1e6)
        self.daemon.jobs = {
            JOB: job_properties('start', ONE, Progress=0.25, ProgressValid=True,
                                StartTime=now - 62_000_000, StartedByUID=0xffffffff),
            NEW: job_properties('create', PATH + '/vm/new', StartTime=now - 1_000_000,
                                Cancelable=False)}

    def test_none(self):
        self.assertEqual(self.run_ok('jobs'), 'No jobs.\n')
        self.assertEqual(self.run_json('jobs'), [])
        self.assertIn('sealctl jobs', self.refused(10, 'cancel', 'one'))

    def test_table(self):
        self.add_jobs()
        rows = [line.split() for line in self.run_ok('jobs', '--no-legend').splitlines()]
        self.assertEqual([rows[0][:4], rows[0][-2:]],
                         [['0123456789abcdef', 'one', 'start', '25%'], ['sealvirtd', 'yes']])
        self.assertEqual(rows[0][4], '1min')
        self.assertEqual([rows[1][:4], rows[1][-2:]],
                         [['f000', '-', 'create', '-'], ['root', 'no']])
        self.assertIn('2 jobs.', self.run_ok('jobs'))

    def test_json(self):
        self.add_jobs()
        jobs = self.run_json('jobs')
        self.assertEqual([(job['job'], job['vm'], job['operation'], job['cancelable'], job['object'])
                          for job in jobs],
                         [('0123456789abcdef', 'one', 'start', True, JOB),
                          ('f000', '', 'create', False, NEW)])
        self.assertEqual(jobs[0]['started_by_uid'], 0xffffffff)

    def test_cancel(self):
        self.add_jobs()
        self.daemon.publish_jobs()
        for word in ('0123456789abcdef', JOB, 'one', UUID_ONE.upper()):
            self.run_ok('cancel', word)
            self.assertEqual(self.sent('Cancel')[-1], (JOB, 'Cancel', ({},), True))
        self.assertEqual(self.run_json('cancel', 'f000'), {'job': 'f000', 'vm': '', 'ok': True})
        self.assertEqual(self.sent('Cancel')[-1][0], NEW)
        sent = len(self.sent('Cancel'))
        self.refused(10, 'cancel', '')
        self.refused(10, 'cancel', 'two')
        self.assertEqual(len(self.sent('Cancel')), sent)

    def test_id_before_a_name(self):
        self.daemon.vms[ONE] = vm_properties('f000', UUID_ONE)
        self.add_jobs()
        self.daemon.publish_jobs()
        self.run_ok('cancel', 'f000')
        self.assertEqual(self.sent('Cancel')[-1][0], NEW)

    def test_cancel_that_is_refused(self):
        self.add_jobs()
        self.daemon.publish_jobs()
        self.daemon.errors['Cancel'] = (ERROR + 'InvalidState', 'libvirt works on it; wait')
        self.assertIn('wait', self.refused(5, 'cancel', 'one'))


if __name__ == '__main__':
    if 'SEALCTL' not in os.environ:
        sys.exit('SEALCTL must name the program under test')
    unittest.main(verbosity=2)
