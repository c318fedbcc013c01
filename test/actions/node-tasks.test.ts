import { expect, test } from 'vitest';
import { cephFlags } from '../../src/actions/ceph-flags.ts';
import { certificates } from '../../src/actions/certificates.ts';
import { evacuate } from '../../src/actions/evacuate.ts';
import { gate } from '../../src/actions/gate.ts';
import { maintenance } from '../../src/actions/maintenance.ts';
import { pve8to9 } from '../../src/actions/pve8to9.ts';
import { reboot } from '../../src/actions/reboot.ts';
import { returnGuests } from '../../src/actions/return.ts';
import { upgrade } from '../../src/actions/upgrade.ts';
import { ok } from '../../src/diagnostic.ts';
import { labSnapshot } from '../lab-snapshot.ts';
import type { Done, FakeHost } from './fake-host.ts';
import { runOn } from './fake-host.ts';
import { CERTIFICATE, ITS_KEY } from './test-certificate.ts';

const messages = (done: Done): readonly string[] => done.diagnostics.map(({ message }) => message);

function members(offline: readonly string[] = [], quorate = 1): string {
  const nodes = ['pve1', 'pve2', 'pve3'].map((name, index) => [
    name,
    { id: index + 1, online: offline.includes(name) ? 0 : 1 },
  ]);
  const nodelist: unknown = Object.fromEntries(nodes);
  return JSON.stringify({
    nodename: 'pve1',
    version: 3,
    cluster: { name: 'lab', version: 3, nodes: 3, quorate },
    nodelist,
  });
}

const ACTIVE = { ActiveState: 'active' };
const UNITS = Object.fromEntries(
  ['pve-cluster', 'pvedaemon', 'pveproxy', 'pvestatd', 'pvescheduler'].map((name) => [
    `${name}.service`,
    ACTIVE,
  ]),
);
const WELL: FakeHost = {
  files: {
    '/etc/pve/.members': members(),
    '/etc/pve/storage.cfg':
      'dir: local\n\tpath /x\n\nnfs: nas\n\tpath /y\n\tnodes pve1,pve2\n\nnfs: other\n\tnodes pve2\n\ndir: off\n\tdisable\n',
    '/etc/pve/.rrd':
      'pve-storage-9.0/pve1/local:1:10:1\npve-storage-9.0/pve1/nas:1:10:1\npve2-storage/pve2/other:1:10:1\n',
  },
  units: UNITS,
};
const wellBut = (files: FakeHost['files'], more: Partial<FakeHost> = {}): FakeHost => ({
  ...WELL,
  ...more,
  files: { ...WELL.files, ...files },
});
const HEALTH = 'ceph --connect-timeout 20 health --format json';
const FAILED = 'systemctl list-units --failed --plain --no-legend --no-pager';
const ceph = (status: string, checks: Readonly<Record<string, string>>): string =>
  JSON.stringify({
    status,
    checks: Object.fromEntries(
      Object.entries(checks).map(([code, message]) => [code, { summary: { message }, muted: false }]),
    ),
  });
const warns = ceph('HEALTH_WARN', { OSDMAP_FLAGS: 'noout flag(s) set' });

test('a gate that holds', async () => {
  expect(await runOn(WELL, gate, null)).toMatchObject({ outcome: 'ok', commands: [] });
  const host = wellBut(
    { '/etc/pve/ceph.conf': '' },
    { tells: { [HEALTH]: [0, warns], [FAILED]: [0, 'x.service loaded failed failed X\n'] } },
  );
  expect(
    await runOn(host, gate, { ceph_flags: 'noout', units: true, ignore_units: 'x', members: true }),
  ).toMatchObject({ outcome: 'ok' });
  expect(await runOn(host, gate, { ceph: 'no_errors' })).toMatchObject({ outcome: 'ok' });
});

test.each<[string, FakeHost, object, string]>([
  ['no quorum', wellBut({ '/etc/pve/.members': members(['pve2', 'pve3'], 0) }), {}, 'lab has no quorum, seen from pve1 (offline: pve2, pve3); quorum is wanted'],
  ['a member offline', wellBut({ '/etc/pve/.members': members(['pve3']) }), { members: true }, 'pve3 is offline; every member online is wanted'],
  ['no /etc/pve', wellBut({ '/etc/pve/.members': '' }), {}, "/etc/pve of pve1 can't be read; a running pve-cluster is wanted"],
  ['a storage', wellBut({ '/etc/pve/.rrd': 'pve-storage-9.0/pve1/local:1:10:1\n' }), {}, 'storage nas is not active on pve1; an active one is wanted'],
  ['a service', { ...WELL, units: { ...UNITS, 'pveproxy.service': { ActiveState: 'failed' } } }, {}, 'pveproxy of pve1 is failed; a running one is wanted'],
  ['a service of its own', WELL, { services: ['nginx'] }, 'nginx of pve1 is not known; a running one is wanted'],
  ['a failed unit', { ...WELL, tells: { [FAILED]: [0, 'zfs-mount.service loaded failed failed x\n'] } }, { units: true }, 'zfs-mount.service of pve1 has failed; no failed unit is wanted'],
  ['Ceph', wellBut({ '/etc/pve/ceph.conf': '' }, { tells: { [HEALTH]: [0, warns] } }), {}, 'Ceph is HEALTH_WARN (OSDMAP_FLAGS: noout flag(s) set); HEALTH_OK is wanted'],
  ['a flag of others', wellBut({ '/etc/pve/ceph.conf': '' }, { tells: { [HEALTH]: [0, warns.replace('noout', 'noout,norebalance')] } }), { ceph_flags: ['noout'] }, 'Ceph is HEALTH_WARN (OSDMAP_FLAGS: noout,norebalance flag(s) set); HEALTH_OK is wanted'],
  ['an error of Ceph', wellBut({ '/etc/pve/ceph.conf': '' }, { tells: { [HEALTH]: [0, ceph('HEALTH_ERR', { OSD_FULL: 'full' })] } }), { ceph_ignore: ['OSD_FULL'], ceph: 'no_errors' }, 'Ceph is HEALTH_ERR; HEALTH_OK is wanted'],
  ['Ceph that is silent', wellBut({ '/etc/pve/ceph.conf': '' }, { tells: { [HEALTH]: [124, ''] } }), {}, 'Ceph does not say how it is (exit code 124: ); an answer is wanted'],
])('a gate does not hold: %s', async (_, host, args, what) => {
  const done = await runOn(host, gate, args);
  expect(done.outcome).toBe('failed');
  expect(messages(done)).toEqual([`Cannot pass the gate: ${what}`]);
}); // prettier-ignore

test('a gate passes over members and storages that are named', async () => {
  const away = {
    '/etc/pve/.members': members(['pve3']),
    '/etc/pve/.rrd': 'pve-storage-9.0/pve1/local:1:10:1\n',
  };
  const args = { members: true, ignore_members: 'pve3', ignore_storages: ['nas'] };
  expect(await runOn(wellBut(away), gate, args)).toMatchObject({ outcome: 'ok', result: { troubles: [] } });
  const other = { '/etc/pve/.members': members(['pve2', 'pve3']) };
  expect(messages(await runOn(wellBut(other), gate, args))).toEqual([
    'Cannot pass the gate: pve2 is offline; every member online is wanted',
  ]);
});

const COROSYNC =
  'nodelist {\n  node {\n    name: pve1\n    quorum_votes: 1\n  }\n  node {\n    name: pve2\n    quorum_votes: 1\n  }\n  node {\n    name: pve3\n    quorum_votes: 1\n  }\n}\nquorum {\n  provider: corosync_votequorum\n}\n';

test('a node is not restarted when that costs the quorum, or while guests run there', async () => {
  const files = { '/etc/pve/.members': members(['pve3']), '/etc/pve/corosync.conf': COROSYNC };
  const lost = await runOn({ files }, reboot, null);
  expect(messages(lost)).toEqual([
    'Cannot reboot pve1: its cluster would have 1 of 2 votes meanwhile, as pve3 is offline; quorum without it is wanted',
  ]);
  expect(lost.diagnostics[0]?.trouble).toBe('refused');
  const busy: FakeHost = { files: { '/run/qemu-server/100.pid': '7\n', '/proc/net/unix': '0: 2 0 10 1 1 9 @/var/lib/lxc/200/command\n' } };
  expect(messages(await runOn(busy, reboot, { guests: 'none' }))).toEqual(['Cannot reboot pve1: guests 100, 200 run there; none is wanted']);
  expect(messages(await runOn(busy, reboot, { guests: 'none', leave: [200] }))).toEqual(['Cannot reboot pve1: guest 100 runs there; none is wanted']);
  expect(await runOn(busy, reboot, { guests: 'none', leave: 'all' }, { check: true, read: () => Promise.resolve(ok({ exit: 0, stdout: Buffer.from('a'), stderr: Buffer.alloc(0) })) })).toMatchObject({ outcome: 'changed' });
  // Without quorum a node that runs guests of HA is fenced, whoever consents.
  const fenced = { ...files, '/etc/pve/ha/manager_status': '{"node_status":{},"service_status":{"vm:7":{"node":"pve2","state":"started"}}}' };
  expect(messages(await runOn({ files: fenced }, reboot, { lose_quorum: true }))).toEqual([
    'Cannot reboot pve1: its cluster would have 1 of 2 votes meanwhile, as pve3 is offline, and HA runs vm:7: nodes that do are fenced a minute after quorum is lost; quorum without it is wanted',
  ]);
  const kernels = { '/proc/sys/kernel/osrelease': '6.17.9-1-pve\n', '/boot/vmlinuz-6.17.9-1-pve': '' };
  expect(await runOn({ files: kernels }, reboot, { if_needed: true })).toMatchObject({ outcome: 'ok', message: 'needs no reboot' });
}); // prettier-ignore

const SIMULATED = 'apt-get -s -o Debug::NoLocking=true dist-upgrade';

test('upgrade tells what it would do, and whether a reboot is due', async () => {
  const files = { '/proc/sys/kernel/osrelease': '6.17.9-1-pve\n', '/boot/vmlinuz-6.17.9-1-pve': '', '/boot/vmlinuz-6.17.13-1-pve': '' };
  const tells = (text: string) => ({ tells: { [SIMULATED]: [0, text] as const } });
  const text = 'Inst qemu-server [9.1] (9.2 Proxmox:stable [amd64])\nInst new-one (1 Debian [amd64])\nConf qemu-server (9.2)\nRemv old [1]\n';
  const would = await runOn({ files, ...tells(text) }, upgrade, null, { check: true });
  expect(would).toMatchObject({
    outcome: 'changed',
    commands: [],
    result: { packages: ['qemu-server', 'new-one'], removed: ['old'], reboot_needed: true, needed: true },
  });
  expect(would.message).toBe(
    'check mode: would upgrade 2 packages, 1 removed (old); it needs a reboot: it runs kernel 6.17.9-1-pve, and 6.17.13-1-pve is installed\n  qemu-server 9.1 -> 9.2\n  new-one 1 (new)',
  );
  const pinned = { ...files, '/etc/kernel/proxmox-boot-pin': '6.17.9-1-pve\n' };
  expect(await runOn({ files: pinned, ...tells('') }, upgrade, null)).toMatchObject({
    outcome: 'ok',
    message: 'nothing to upgrade; it needs no reboot',
    commands: ['apt-get update'],
  });
  const gone = await runOn({ files, ...tells('Remv proxmox-ve [9]\n') }, upgrade, { update_cache: false });
  expect(messages(gone)[0]).toContain('it would remove proxmox-ve');
  const stuck = await runOn({ tells: { [SIMULATED]: [100, 'E: held broken packages'] } }, upgrade, { update_cache: false });
  expect(messages(stuck)[0]).toContain('finds no way to (exit code 100); it said: E: held broken packages');
}); // prettier-ignore

const CHECKLIST = (warn: number, fail: number) =>
  `= CHECKING =\n\n\u001B[32mPASS: fine\n\u001B[0mINFO: x\n\u001B[33mWARN: updates are available:\n  a, b\n\u001B[0m\nChecking..\n\u001B[1;31mFAIL: \ncorosync 2.x installed\n\u001B[0m\n= SUMMARY =\n\nTOTAL:    3\n\u001B[32mPASSED:   1\n\u001B[0mSKIPPED:  0\n\u001B[33mWARNINGS: ${warn}\n\u001B[0mFAILURES: ${fail}\n`;

test('the checklist of 8 to 9 is a gate: failures end it, warnings are told, what is accepted is passed over', async () => {
  const host = (exit: number, text: string): FakeHost => ({ tells: { 'pve8to9 --full': [exit, text] } });
  const all = host(0, CHECKLIST(1, 1));
  const stops = await runOn(all, pve8to9, null);
  expect(messages(stops)).toEqual(['Cannot go on to PVE 9 on pve1: corosync 2.x installed']);
  expect(stops.message).toBe('1 passed, 1 failed, 1 warning\nwarning: updates are available: a, b');
  expect(await runOn(all, pve8to9, { accept: ['corosync 2'] })).toMatchObject({ outcome: 'ok', result: { warnings: ['updates are available: a, b'], failures: [] } });
  expect(messages(await runOn(all, pve8to9, { accept: ['corosync 2'], warnings: 'fail' }))).toEqual(['Cannot go on to PVE 9 on pve1: updates are available: a, b']);
  for (const broken of [host(0, CHECKLIST(2, 1)), host(2, 'died\n')])
    expect(messages(await runOn(broken, pve8to9, null))[0]).toContain('pve8to9 did not come to its end');
  expect(messages(await runOn({}, pve8to9, null))[0]).toContain('pve8to9 is not there');
}); // prettier-ignore

test('flags of Ceph are set and unset where they are not so', async () => {
  const dump = 'ceph --connect-timeout 20 osd dump --format json';
  const host = (flags: string): FakeHost => ({
    files: { '/etc/pve/ceph.conf': '' },
    tells: { [dump]: [0, `2026 log line\n${JSON.stringify({ flags })}`] },
  });
  expect((await runOn(host('sortbitwise'), cephFlags, null)).commands).toEqual(['ceph osd set noout']);
  expect((await runOn(host('noout,pauserd,pausewr'), cephFlags, { flags: 'noout,pause' })).outcome).toBe(
    'ok',
  );
  expect(
    (await runOn(host('noout'), cephFlags, { flags: 'noout,norebalance', state: 'absent' })).commands,
  ).toEqual(['ceph osd unset noout']);
  expect(await runOn({}, cephFlags, null)).toMatchObject({ outcome: 'ok', message: 'no Ceph here' });
  expect(messages(await runOn({ files: { '/etc/pve/ceph.conf': '' } }, cephFlags, null))[0]).toContain(
    'ceph does not answer',
  );
  expect(messages(await runOn({}, cephFlags, { flags: 'noout,nonsense' }))[0]).toContain(
    '"nonsense" is no flag',
  );
});

/** Valid until 2036-11-26. */
const PEM = `-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIUHIR4NCuLKnNvRJV2dmd2uzEq3SYwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEcHZlMTAeFw0yNjExMjkyMzI0MjhaFw0zNjExMjYyMzI0Mjha
MA8xDTALBgNVBAMMBHB2ZTEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAScFmxf
hRdulG0q506x/VcUfdTrQgaYySiXlK+ZIwNmDRBG9bq6l/kDoneWTjH9avus5aVP
2DRmAc4v+UXjEODHo1MwUTAdBgNVHQ4EFgQUWH+1DsygovJAjC6C3GmDa/BkbCQw
HwYDVR0jBBgwFoAUWH+1DsygovJAjC6C3GmDa/BkbCQwDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNIADBFAiBTaTr6oXrQ5kwx1WHja4k2mNekjWdizDHAcoP6
oBmaOQIhALQ1aLOcVlH89awMTdbrA8xbBglxGjO0Ae/pX4wsZgLy
-----END CERTIFICATE-----
`;

test('certificates that end soon are told, and renewed where that is asked for', async () => {
  const at = (day: string, more: FakeHost['files'] = {}): FakeHost => ({
    now: Date.parse(day) / 1000,
    files: { '/etc/pve/local/pve-ssl.pem': PEM, ...more },
  });
  expect(await runOn(at('2026-12-01'), certificates, null)).toMatchObject({
    outcome: 'ok',
    message: 'valid until 2036-11-26 and longer',
  });
  expect(messages(await runOn(at('2036-11-20'), certificates, null))).toEqual([
    'Cannot rely on /etc/pve/local/pve-ssl.pem: it is valid until 2036-11-26, 6 days from now; 30 days are wanted',
  ]);
  expect((await runOn(at('2036-11-20'), certificates, { days: 5 })).outcome).toBe('ok');
  // Whether it helped is looked at: it ended well here, and left the certificate as it was.
  const renewed = await runOn(at('2036-11-20'), certificates, { renew: true });
  expect(renewed.commands).toEqual(['run pvecm updatecerts --force && systemctl reload-or-restart pveproxy']);
  expect(messages(renewed)).toEqual([
    'Cannot rely on /etc/pve/local/pve-ssl.pem: it is valid until 2036-11-26, 6 days from now; 30 days are wanted',
  ]);
  expect(await runOn(at('2036-11-20'), certificates, { renew: true }, { check: true })).toMatchObject({
    outcome: 'changed',
    commands: [],
  });
  const custom = { '/etc/pve/local/pveproxy-ssl.pem': 'nonsense' };
  expect(messages(await runOn(at('2026-12-01', custom), certificates, { renew: true }))[0]).toContain(
    'it is no certificate that can be read',
  );
});

test('certificates of ACME are renewed, ordered where there is none yet, and refused without their account', async () => {
  const node = (config: string, more: FakeHost['files'] = {}): FakeHost => ({
    now: Date.parse('2026-12-01') / 1000,
    files: {
      '/etc/pve/local/pve-ssl.pem': PEM,
      '/etc/pve/local/config': config,
      '/etc/pve/priv/acme/default': '',
      '/etc/pve/priv/acme/plugins.cfg': '',
      ...more,
    },
  });
  const old = { '/etc/pve/local/pveproxy-ssl.pem': 'nonsense' };
  const commands = async (config: string, more?: FakeHost['files']) =>
    (await runOn(node(config, more), certificates, { renew: true })).commands;
  expect(await commands('acme: domains=a.example\n', old)).toEqual(['pvenode acme cert renew --force 1']);
  expect(await commands('acmedomain0: domain=a.example,plugin=dns\n')).toEqual(['pvenode acme cert order']);
  expect(await commands('acme: account=default,domains=a;b\n')).toEqual(['pvenode acme cert order']);
  // An account alone asks for nothing.
  expect(await runOn(node('acme: account=default\n'), certificates, null)).toMatchObject({ outcome: 'ok' });
  expect(messages(await runOn(node('acmedomain3: a\n'), certificates, null))).toEqual([
    'Cannot rely on /etc/pve/local/pveproxy-ssl.pem: the node is to get it by ACME, and never has; one is wanted (renew: true)',
  ]);
  const nobody = await runOn(node('acme: account=other,domains=a\n'), certificates, { renew: true });
  expect([nobody.commands, ...messages(nobody)]).toEqual([
    [],
    'Cannot get a certificate by ACME: the cluster has no ACME account "other"; one is wanted (pvenode acme account register other MAIL)',
  ]);
});

test("a certificate of one's own is set where another is, with its key by the input", async () => {
  const pair = { certificate: `Bag Attributes\n${CERTIFICATE}`, key: ITS_KEY };
  const host = (files: FakeHost['files'] = {}): FakeHost => ({
    now: Date.parse('2026-12-01') / 1000,
    files: { '/etc/pve/local/pve-ssl.pem': PEM, ...files },
  });
  const after = { '/etc/pve/local/pveproxy-ssl.pem': CERTIFICATE };
  const before = { ...host({ '/etc/pve/local/pveproxy-ssl.pem': PEM }), after };
  const set = await runOn(before, certificates, pair);
  expect(set).toMatchObject({ outcome: 'changed', inputs: [ITS_KEY + CERTIFICATE] });
  expect(JSON.stringify([set.argv, set.commands, set.result])).not.toContain('PRIVATE KEY-----\\n');
  const there = host({ '/etc/pve/local/pveproxy-ssl.pem': CERTIFICATE });
  expect(await runOn(there, certificates, pair)).toMatchObject({ outcome: 'ok', commands: [] });
  const refused = async (args: object, files?: FakeHost['files']): Promise<string | undefined> =>
    messages(await runOn(host(files), certificates, args))[0];
  expect(await refused({ ...pair, certificate: PEM })).toBe(
    'Cannot set a certificate of one\'s own: "key" is not the key of that certificate; its own is wanted',
  );
  expect(await refused({ ...pair, key: CERTIFICATE })).toContain('"key" is no private key that can be read');
  expect(await refused({ ...pair, certificate: ITS_KEY })).toContain('"certificate" is no certificate');
  expect(await refused({ ...pair, days: 9999 })).toContain('pveproxy-ssl.pem: it is valid until 2036-11-27');
  expect(await refused({ key: ITS_KEY })).toContain('both "certificate" and "key" are wanted');
  expect(await refused(pair, { '/etc/pve/local/config': 'acme: domains=a.example\n' })).toContain('by ACME');
});

const status = (node: string, request: string, services = '{}'): string =>
  `{"node_status":{"pve1":"${node}","pve2":"online"},"node_request":{"pve1":${request}},"service_status":${services}}`;
const HA = { '/etc/pve/corosync.conf': COROSYNC };
const manager = (text: string): FakeHost => ({ files: { ...HA, '/etc/pve/ha/manager_status': text } });

test('maintenance asks HA, and waits until nothing of it is left there', async () => {
  const there = manager(status('maintenance', '{"maintenance":1}'));
  expect(await runOn(there, maintenance, null)).toMatchObject({ outcome: 'ok', commands: [] });
  const full = manager(
    status('maintenance', '{"maintenance":1}', '{"vm:100":{"node":"pve1","state":"started"},"vm:101":{"node":"pve1","state":"stopped"}}'),
  );
  expect(messages(await runOn(full, maintenance, { timeout: 0 }))).toEqual([
    'Cannot put pve1 into maintenance: HA still has vm:100 there after 0 s',
  ]);
  const asked = await runOn(manager(status('online', '{}')), maintenance, { timeout: 0 });
  expect(asked.commands).toEqual(['ha-manager crm-command node-maintenance enable pve1']);
  expect(messages(asked)).toEqual(["Cannot put pve1 into maintenance: HA's manager has not taken it up after 0 s"]);
  const away = manager(status('online', '{}', '{"vm:100":{"node":"pve2","state":"migrate","maintenance_node":"pve1"}}'));
  expect(messages(await runOn(away, maintenance, { state: 'disabled', timeout: 0 }))).toEqual([
    'Cannot take pve1 out of maintenance: HA has not brought vm:100 back after 0 s',
  ]);
  expect(await runOn({}, maintenance, null)).toMatchObject({ outcome: 'ok', message: 'a node of its own: HA has nowhere to move its guests to' });
  expect(await runOn(manager(status('online', '{}')), maintenance, null, { check: true })).toMatchObject({ outcome: 'changed', commands: [], result: { was: false } });
}); // prettier-ignore

const KEPT = '/var/lib/pvefleet/evacuated';
const guest = { '/etc/pve/nodes/pve1/qemu-server/100.conf': 'memory: 512\n' };

test('evacuate keeps on the node who is away before anything moves, and return asks for just those', async () => {
  const specs: unknown[] = [];
  const context = (files: Readonly<Record<string, string>>) => ({
    cluster: () => Promise.resolve(labSnapshot({ files: { '/etc/pve/storage.cfg': '', ...files }, live: [100] })),
    bringAbout: (given: readonly unknown[]) => {
      specs.push(...given);
      return Promise.resolve(ok([]));
    },
  });
  const before = JSON.stringify([{ vmid: 90, how: {} }]);
  const left = await runOn({ files: { [KEPT]: before } }, evacuate, null, context(guest));
  expect(left).toMatchObject({ outcome: 'changed', message: '1 guest: 100 to pve2', result: { away: [90, 100] } });
  expect(left.commands[1]).toBe(`keep in ${KEPT} which guests are away: 90, 100`);
  expect(left.inputs[1]).toBe('[{"vmid":90,"how":{}},{"vmid":100,"how":{"online":true,"at_once":2}}]\n');
  expect(specs).toEqual([{ kind: 'migrate', args: { online: true, at_once: 2, vmid: 100, target: 'pve2' } }]);
  specs.length = 0;
  const moved = { '/etc/pve/nodes/pve3/qemu-server/100.conf': 'memory: 512\n', '/etc/pve/nodes/pve2/qemu-server/105.conf': '' };
  const back = await runOn({ files: { [KEPT]: left.inputs[1] ?? '' } }, returnGuests, null, context(moved));
  expect(back).toMatchObject({ outcome: 'changed', message: 'back: 100; 90 is there no more', commands: [`remove ${KEPT}`] });
  expect(specs).toEqual([{ kind: 'migrate', args: { online: true, at_once: 2, vmid: 100, target: 'pve1' } }]);
  expect(await runOn({}, returnGuests, null, context(moved))).toMatchObject({ outcome: 'ok', message: 'no guest is away' });
  for (const action of [evacuate, returnGuests])
    expect(messages(await runOn({ files: { [KEPT]: 'x' } }, action, null, context(guest)))[0]).toContain('is not what was written there');
}); // prettier-ignore
