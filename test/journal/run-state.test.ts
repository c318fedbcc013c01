import { expect, test } from 'vitest';
import type { Event } from '../../src/apply/event.ts';
import type { Entry } from '../../src/journal/entry.ts';
import { unitOf } from '../../src/apply/unit.ts';
import { openSteps, restOf, stateOf } from '../../src/journal/run-state.ts';
import { chainsOf } from '../../src/journal/run-chain.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { labSurvey } from '../lab-snapshot.ts';

const conf = (vmid: number): string => `/etc/pve/nodes/pve1/qemu-server/${vmid}.conf`;
const specs = [101, 102, 103].map((vmid) => ({
  kind: 'vm',
  args: { vmid, node: 'pve1', name: `vm-${vmid}`, state: 'running' },
  positions: {},
  declaredBy: 'test',
}));
const { plans } = makePlan(labSurvey(), specs, { allowDestroy: false });

type Finished = Extract<Event, { type: 'step-finished' }>;

const about = (step: string) => ({
  at: '2026-01-31T12:00:00.000Z',
  cluster: 'lab',
  step,
  address: 'vm/1@lab',
  node: 'pve1',
  command: 'qm',
  unit: unitOf('r', step),
});
const began = (step: string): Entry => ({ type: 'step-started', ...about(step) });
const ended = (step: string, outcome: Finished['outcome'], more: Partial<Finished> = {}): Entry => ({
  type: 'step-finished',
  ...about(step),
  outcome,
  exit: 0,
  seconds: 0,
  stdout: '',
  stderr: '',
  diagnostics: [],
  ...more,
});

/** Steps that are left, and those to be settled, after these records. */
function left(...entries: readonly Entry[]) {
  const state = stateOf(entries);
  const rest = restOf(plans, 'r', state.steps);
  const names = (each: readonly { readonly change: { readonly id: string } }[]) =>
    each.map(({ change }) => change.id);
  return {
    steps: rest.plans.flatMap(({ changes }) => changes.flatMap((change) => change.steps.map(({ id }) => id))),
    open: openSteps(state).map(({ started }) => started.step),
    done: names(rest.done),
    failed: names(rest.failed),
  };
}

test('a run that was cut off leaves what it did not do, and what nobody knows the end of', () => {
  expect(left()).toEqual({
    steps: ['1/1', '1/2', '2/1', '2/2', '3/1', '3/2'],
    open: [],
    done: [],
    failed: [],
  });
  const records = [
    began('1/1'),
    began('2/1'),
    ended('1/1', 'done'),
    began('1/2'),
    ended('1/2', 'done'),
    ended('2/1', 'done'),
    began('2/2'),
    began('3/1'),
    ended('3/1', 'failed'),
    ended('3/2', 'not-run'),
  ];
  expect(left(...records)).toEqual({ steps: ['2/2'], open: ['2/2'], done: ['1'], failed: ['3'] });
  // A resume of it: the step had never been begun, is begun now, and its node is lost.
  const lost = [ended('2/2', 'not-run'), began('2/2'), ended('2/2', 'failed', { inDoubt: true, exit: null })];
  expect(left(...records, ...lost)).toMatchObject({ steps: ['2/2'], open: ['2/2'] });
  expect(left(...records, ...lost, ended('2/2', 'done'))).toMatchObject({
    steps: [],
    open: [],
    done: ['1', '2'],
  });
});

test('a change goes on with the digests that its last step has left, of any run of the chain', () => {
  const state = stateOf([
    began('1/1'),
    ended('1/1', 'done', { digests: { [conf(101)]: 'one', '/etc/pve/gone': null } }),
  ]);
  const [change] = restOf(plans, 'r', state.steps).plans[0]?.changes ?? [];
  expect(change?.digests).toMatchObject({ [conf(101)]: 'one' });
  expect(change?.digests).not.toHaveProperty(['/etc/pve/gone']);
});

test('a playbook numbers the steps of each task from 1; their units tell them apart', () => {
  const state = stateOf([
    { ...began('1/1'), unit: 'r-1-1-1' } as Entry,
    { ...began('1/1'), unit: 'r-2-1-1' } as Entry,
    { ...ended('1/1', 'done'), unit: 'r-2-1-1' } as Entry,
  ]);
  expect([...state.steps.values()].map(({ is }) => is)).toEqual(['open', 'done']);
});

test('nothing may be carried out that nobody has said yes to', () => {
  const planned: Entry = { type: 'planned', plans, check: false };
  const approved: Entry = { type: 'approved', brakes: { maxRestarts: 10, pauseSeconds: 0 } };
  expect(stateOf([planned])).toMatchObject({ planned: plans, approved: undefined });
  expect(stateOf([planned, approved, { ...planned, plans: [] }])).toMatchObject({ planned: plans, approved });
  // It has waited for another run, and planned anew.
  expect(stateOf([{ ...planned, plans: [] }, planned, approved])).toMatchObject({ planned: plans, approved });
});

test('runs are chained to the first one, whichever of them went on last', () => {
  const run = (name: string, resumes?: string) => ({
    run: name,
    at: undefined,
    opened: {
      type: 'opened',
      format: 1,
      run: name,
      caller: { user: 'u', host: 'h' },
      argv: [],
      after: { heads: '' },
      ...(resumes !== undefined && { resumes }),
    } as const,
    closed: undefined,
    closedAt: undefined,
    sealed: undefined,
  });
  const chains = chainsOf([run('a'), run('b'), run('c', 'a'), run('d', 'gone'), run('e', 'a')]);
  expect(chains.map(({ first, runs }) => [first, ...runs.map((each) => each.run)])).toEqual([
    ['b', 'b'],
    ['a', 'a', 'c', 'e'],
  ]);
});
