import { expect, test } from 'vitest';
import { fail, ok } from '../../src/diagnostic.ts';
import { cleanUp } from '../../src/selftest/clean-up.ts';
import type { TestMeans } from '../../src/selftest/try-step.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import { labSurvey } from '../lab-snapshot.ts';

const place: TestMeans['place'] = {
  host: 'one',
  cluster: 'lab',
  node: 'pve1',
  storage: { id: 'local-lvm', type: 'lvmthin', forContainers: true },
  vmids: { vm: 9990, clone: 9991, linked: 9992, container: 9993, containerClone: 9994 },
};

const silent: Survey = {
  clusters: [],
  unreachable: [
    {
      code: 'ssh/down',
      severity: 'error',
      trouble: 'unreachable',
      message: 'Cannot connect to one: it is off',
      host: 'one',
    },
  ],
};

const holds = (guests: Readonly<Record<string, string>>): Survey =>
  labSurvey({
    files: Object.fromEntries(
      Object.entries(guests).map(([path, text]) => [`/etc/pve/nodes/pve1/${path}`, text]),
    ),
  });

/** A node that answers with these surveys one after the other, the last one for ever; and what it was sent. */
function node(surveys: readonly Survey[], volumes = '') {
  const sent: string[] = [];
  const left = [...surveys];
  const answer = (stdout: string) => ok({ exit: 0, stdout: Buffer.from(stdout), stderr: Buffer.alloc(0) });
  const means: TestMeans = {
    run: 'r',
    place,
    exec: () => Promise.resolve(answer(`Volid Format Type Size VMID\n${volumes}`)),
    record: () => Promise.resolve(),
    signal: new AbortController().signal,
    pause: () => Promise.resolve(),
    survey: () => Promise.resolve((left.length > 1 ? left.shift() : left[0]) ?? silent),
    send: (command) => {
      sent.push(command);
      return Promise.resolve(answer(''));
    },
  };
  return { means, sent };
}

const begun = new Set([9990, 9991, 9993]);

test('what the test has left is removed, the last one first, and nothing else', async () => {
  const there = holds({
    'qemu-server/9990.conf': 'name: pvefleet-selftest\n',
    'qemu-server/9991.conf': 'lock: clone\n',
    'qemu-server/9992.conf': 'lock: clone\n',
    'lxc/9993.conf': 'hostname: web\n',
    'qemu-server/100.conf': 'name: pvefleet-selftest\n',
  });
  const { means, sent } = node([
    there,
    holds({ 'lxc/9993.conf': 'hostname: web\n', 'qemu-server/9992.conf': 'lock: clone\n' }),
  ]);
  const { left, diagnostics } = await cleanUp(means, begun);
  expect(sent).toEqual([
    'qm stop 9991 --skiplock 1; qm destroy 9991 --skiplock 1 --purge 1',
    'qm stop 9990 --skiplock 1; qm destroy 9990 --skiplock 1 --purge 1',
  ]);
  expect(left).toEqual([{ what: 'guest 9993 on pve1' }, { what: 'guest 9992 on pve1' }]);
  expect(diagnostics).toEqual([]);
});

test('a guest that does not go is tried again, then named with its command', async () => {
  const { means, sent } = node([holds({ 'lxc/9993.conf': 'hostname: pvefleet-selftest\n' })]);
  const { left } = await cleanUp(means, begun);
  const remove = 'pct stop 9993 --skiplock 1; pct unlock 9993; pct destroy 9993 --purge 1';
  expect(sent).toEqual([remove, remove, remove]);
  expect(left).toEqual([{ what: 'guest 9993 on pve1', remove }]);
});

test('a volume that no config names is removed, and named when it stays', async () => {
  const volumes = 'local-lvm:vm-9991-disk-0 raw images 1 9991\nlocal-lvm:vm-9994-disk-0 raw images 1 9994\n';
  const { means, sent } = node([holds({})], volumes);
  const remove = 'pvesm free local-lvm:vm-9991-disk-0';
  expect((await cleanUp(means, begun)).left).toEqual([{ what: 'volume local-lvm:vm-9991-disk-0', remove }]);
  expect(sent).toEqual([remove]);
});

test('of a node that is lost all that was begun may be left; one that comes back is cleaned', async () => {
  const lost = await cleanUp(node([silent]).means, new Set([9990, 9993]));
  expect(lost.left).toEqual([
    { what: 'guest 9993 on pve1, if it is there', remove: expect.stringContaining('pct destroy 9993') },
    { what: 'guest 9990 on pve1, if it is there', remove: expect.stringContaining('qm destroy 9990') },
  ]);
  expect(lost.diagnostics).toEqual(silent.unreachable);
  const { means, sent } = node([
    silent,
    holds({ 'qemu-server/9990.conf': 'name: pvefleet-selftest\n' }),
    holds({}),
  ]);
  expect(await cleanUp(means, begun)).toEqual({ left: [], diagnostics: [] });
  expect(sent).toHaveLength(1);
});

test('a second Ctrl-C leaves it, and says what may be there', async () => {
  const leave = new AbortController();
  leave.abort();
  const { means, sent } = node([holds({ 'qemu-server/9990.conf': 'name: pvefleet-selftest\n' })]);
  const { left } = await cleanUp({ ...means, leave: leave.signal }, new Set([9990]));
  expect(sent).toEqual([]);
  expect(left).toMatchObject([{ what: 'guest 9990 on pve1, if it is there' }]);
});

test('where the storage can not be listed that is said', async () => {
  const { means } = node([holds({})]);
  const why = { code: 'x/y', severity: 'error', trouble: 'unreachable', message: 'Cannot list' } as const;
  expect(await cleanUp({ ...means, exec: () => Promise.resolve(fail(why)) }, begun)).toEqual({
    left: [],
    diagnostics: [why],
  });
});
