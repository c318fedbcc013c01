import { expect, test } from 'vitest';
import { brokenGuards } from '../../src/plan/broken-guards.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { LabSnapshot } from '../lab-snapshot.ts';
import { labSnapshot, labSurvey } from '../lab-snapshot.ts';

const CONF = '/etc/pve/nodes/pve1/qemu-server/100.conf';

/** What has changed for this spec between two snapshots. */
function broken(args: Readonly<Record<string, unknown>>, before: LabSnapshot, after: LabSnapshot) {
  const spec = { kind: 'vm', args: { vmid: 100, node: 'pve1', ...args }, positions: {}, declaredBy: 'test' };
  const [change] = makePlan(labSurvey(before), [spec], { allowDestroy: true }).plans[0]?.changes ?? [];
  return change === undefined ? 'no change' : brokenGuards(change, labSnapshot(after));
}

const conf = (text: string | null) => ({ files: { [CONF]: text } });

test.each([
  ['nothing', { state: 'running' }, conf('cores: 1\n'), conf('cores: 1\n'), []],
  ['the file', { state: 'running' }, conf('cores: 1\n'), conf('cores: 2\n'), [`${CONF} was changed`]],
  ['the file is gone', { state: 'running' }, conf('cores: 1\n'), conf(null), [`${CONF} was removed`]],
  [
    'the power',
    { state: 'running' },
    conf('cores: 1\n'),
    { ...conf('cores: 1\n'), live: [100] },
    ['guest 100 was started'],
  ],
  ['the VMID', { name: 'a' }, {}, conf('cores: 1\n'), [`VMID 100 was taken by ${CONF}`]],
  ['the quorum', { name: 'a' }, {}, { quorate: false }, ['cluster lab has lost its quorum']],
] as const)('%s', (_what, args, before, after, expected) => {
  expect(broken(args, before, after)).toEqual(expected);
});

const withSnapshot = (time: number) => conf(`cores: 1\n\n[s1]\nsnaptime: ${time}\n`);

test.each([
  ['is the same', withSnapshot(7), []],
  ['was taken anew', withSnapshot(8), [`snapshot s1 in ${CONF} was taken anew`]],
  ['is gone', conf('cores: 1\n'), [`snapshot s1 in ${CONF} was removed`]],
])('a snapshot to remove %s', (_what, after, expected) => {
  const spec = {
    kind: 'snapshot',
    args: { vmid: 100, name: 's1', state: 'absent' },
    positions: {},
    declaredBy: 'test',
  };
  const plans = makePlan(labSurvey(withSnapshot(7)), [spec], { allowDestroy: true }).plans;
  expect(
    plans.flatMap(({ changes }) => changes).map((each) => brokenGuards(each, labSnapshot(after))),
  ).toEqual([expected]);
});
