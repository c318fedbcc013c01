import { expect, test } from 'vitest';
import { listKeys, unlistKeys } from '../../src/journal/ordered-keys.ts';
import { readRun } from '../../src/journal/read-run.ts';
import { stateOf } from '../../src/journal/run-state.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { showCommand } from '../../src/pve/render-call.ts';
import { actArgv } from '../../src/apply/step-script.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { newDirectory, open } from './journals.ts';

const args = {
  vmid: 101,
  node: 'pve1',
  name: 'web',
  memory: 512,
  cores: 2,
  cipassword: 'secret-of-101',
  net0: { model: 'virtio', bridge: 'vmbr0' },
};
const { plans } = makePlan(labSurvey(), [{ kind: 'vm', args, positions: {}, declaredBy: 'test' }], {
  allowDestroy: false,
});
const planned = { type: 'planned', plans, check: false } as const;

const commands = (of: typeof plans): readonly string[] =>
  of.flatMap(({ changes }) =>
    changes.flatMap(({ steps }) => steps.map(({ act }) => showCommand(actArgv(act)))),
  );

test('a journal gives back the commands of a plan as the plan had them, though canonical JSON sorts keys', async () => {
  const journal = await open(await newDirectory(), 'a');
  await journal.record(planned);
  await journal.close();
  const { records } = await readRun(journal.path);
  const read = stateOf(records.map(({ event }) => event)).planned;
  expect(commands(read)[0]).toBe(
    'qm create 101 --name web --memory 512 --cores 2 --net0 virtio,bridge=vmbr0',
  );
  const [net0] = read[0]?.changes[0]?.differences.filter(({ property }) => property === 'net0') ?? [];
  expect(Object.keys(net0?.after ?? {})).toEqual(['model', 'bridge']);
  expect(commands(read)).toEqual(commands(plans));
  expect(read).toEqual(plans);
});

test('other entries, and plans of journals of before, stay as they are', () => {
  const approved = { type: 'approved', brakes: { maxRestarts: 10, pauseSeconds: 0 } } as const;
  expect(listKeys(approved)).toBe(approved);
  expect(unlistKeys(planned)).toEqual(planned);
});
