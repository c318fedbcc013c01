import { expect, test } from 'vitest';
import { makePlan } from '../../src/plan/make-plan.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { specOf } from '../rollback/run-of.ts';

const files = {
  '/etc/pve/nodes/pve1/qemu-server/100.conf': 'lock: suspended\nvmstate: local-lvm:vm-100-state-suspend\n',
  '/etc/pve/nodes/pve1/qemu-server/101.conf': 'lock: backup\n',
};

test.each([
  [
    'an argument that is missing',
    'backup',
    { vmid: 102 },
    'Say "storage: …" (--storage): where the archives go; its content must have backup.',
  ],
  [
    'an act on a VM that hibernates, which an unlock would cost its memory (pitfall 24)',
    'reboot',
    { vmid: 100 },
    'It hibernates. Start it first, and it goes on where it was: pvefleet start 100',
  ],
  [
    'a change of it',
    'vm',
    { vmid: 100, cores: 2 },
    'It hibernates. Start it first, and it goes on where it was: pvefleet start 100',
  ],
  [
    'another lock',
    'vm',
    { vmid: 101, cores: 2 },
    'Something works on it, or left the lock behind: see its tasks on pve1. When nothing does: qm unlock 101',
  ],
])('what to do is said: %s', (_, kind, args, hint) => {
  const { refusals } = makePlan(labSurvey({ files }), [specOf(kind, args)], { allowDestroy: false });
  expect(refusals.flatMap(({ diagnostics }) => diagnostics.map((each) => each.hint))).toEqual([hint]);
});
