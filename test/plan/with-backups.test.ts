import { expect, test } from 'vitest';
import { makePlan } from '../../src/plan/make-plan.ts';
import { withBackups } from '../../src/plan/with-backups.ts';
import type { Spec } from '../../src/spec.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { commandLines } from '../modules/case.ts';

const survey = labSurvey({
  files: {
    '/etc/pve/nodes/pve1/qemu-server/100.conf': 'name: web\n',
    '/etc/pve/nodes/pve2/qemu-server/101.conf': 'name: old\n',
  },
});
const spec = (args: Readonly<Record<string, unknown>>): Spec => ({
  kind: 'vm',
  args,
  positions: {},
  declaredBy: 'web.yml',
});
const { plans } = makePlan(
  survey,
  [
    spec({ vmid: 100, name: 'shop' }),
    spec({ vmid: 101, state: 'absent' }),
    spec({ vmid: 102, node: 'pve3' }),
  ],
  { allowDestroy: true },
);

test('a backup comes before what is changed or removed, and none before what is made', () => {
  const kept = withBackups(plans, survey, { storage: 'local' });
  expect(kept.refusals).toEqual([]);
  expect(commandLines(kept.plans).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'pve1$ vzdump 100',
    'pve1$ qm set',
    'pve2$ vzdump 101',
    'pve2$ qm destroy',
    'pve3$ qm create',
  ]);
  expect(kept.plans[0]?.changes.map(({ steps }) => steps.map(({ id }) => id))).toEqual([
    ['1/1', '1/2'],
    ['2/1', '2/2'],
    ['3/1'],
  ]);
});

test('what can have no backup is refused before anything runs; what was kept before is left out', () => {
  const { refusals } = withBackups(plans, survey, { storage: 'other', except: new Set(['vm/101@lab']) });
  expect(refusals.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message))).toEqual([
    'Cannot plan vm/100@lab: storage other is not for backup; its content is images',
  ]);
});
