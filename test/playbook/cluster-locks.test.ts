import { expect, test } from 'vitest';
import type { ClusterLocks } from '../../src/apply/cluster-locks.ts';
import { heldByOther, lockLost } from '../../src/apply/lock-trouble.ts';
import { predict } from '../../src/plan/predict.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { messages, results, run } from './run-on-lab.ts';

const VM = '    - vm: { vmid: 101, name: v101, node: pve1 }\n';

/** A survey in which the task above has nothing to do. */
function converged(): Survey {
  const survey = labSurvey();
  const spec = {
    kind: 'vm',
    args: { vmid: 101, name: 'v101', node: 'pve1' },
    positions: {},
    declaredBy: 'test',
  };
  return predict(survey, makePlan(survey, [spec], { allowDestroy: false }).plans);
}

/** Locks that say this when they are asked for; what was asked of them. */
function stub(says: Awaited<ReturnType<ClusterLocks['take']>> = { refused: [], waited: false }) {
  const log: string[] = [];
  const controller = new AbortController();
  const locks: ClusterLocks = {
    take: async (clusters) => {
      log.push(`take ${clusters.map(({ cluster }) => cluster).join(' ')}`);
      return log.length > 1 ? { refused: [], waited: false } : says;
    },
    mayChange: 'true',
    signal: controller.signal,
    lost: () => (controller.signal.aborted ? lockLost('cluster lab', 'it had expired') : undefined),
    giveBack: async () => {
      log.push('give back');
      return [];
    },
  };
  return { locks, log, lose: () => controller.abort() };
}

const refused = [heldByOther('cluster lab', undefined)];

test('what changes nothing asks for no lock', async () => {
  for (const [play, options] of [
    [VM, { check: true }],
    [VM, { readOnly: true }],
    [VM, { survey: converged() }],
    ['    - debug: { msg: hi }\n', {}],
    ['    - command: uptime\n', { check: true }],
    ['    - command: uptime\n      when: false\n', {}],
    ['    - command: pvecm expected 1\n', { survey: labSurvey({ quorate: false }) }],
  ] as const) {
    const { locks, log } = stub();
    await run(play, { ...options, locks });
    expect(log).toEqual(['give back']);
  }
});

test('a task that changes something takes the lock of its clusters, and the run gives it back at its end', async () => {
  const { locks, log } = stub();
  const ran = await run('    - command: uptime\n    - debug: { msg: hi }\n', { locks });
  expect(ran.sent).toHaveLength(3);
  expect(log).toEqual(['take lab', 'give back']);
});

test.each([
  [
    'command',
    '    - command: uptime\n    - debug: { msg: hi }\n',
    'command: pve1 failed pve2 failed pve3 failed',
  ],
  ['resource', `${VM}    - debug: { msg: hi }\n`, 'vm: pve1 failed pve2 ok pve3 ok'],
])('a %s task that gets no lock sends nothing; exit 5', async (_kind, play, first) => {
  const { locks, log } = stub({ refused, waited: true });
  const ran = await run(play, { locks });
  expect(ran.sent).toEqual([]);
  expect(results(ran)[0]).toBe(first);
  expect(messages(ran)[0]).toContain('pve1: Cannot change cluster lab: it is being changed by another run');
  expect(ran.exit).toBe(5);
  expect(log.at(-1)).toBe('give back');
});

test('after another run was waited for, the task is planned anew', async () => {
  const { locks, log } = stub({ refused: [], waited: true });
  const ran = await run(VM, { locks, resurvey: () => Promise.resolve(converged()) });
  expect(ran.sent).toEqual([]);
  expect(results(ran)).toEqual(['vm: pve1 ok pve2 ok pve3 ok']);
  expect(log).toEqual(['take lab', 'give back']);
});

test('a lost lock ends the run, and is told', async () => {
  const { locks, lose } = stub();
  const ran = await run('- hosts: pve1\n  tasks:\n    - command: uptime\n    - command: never\n', {
    locks,
    signal: locks.signal,
    exec: async () => {
      lose();
      return { ok: true, value: { exit: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }, warnings: [] };
    },
  });
  expect(ran.exit).toBe(5);
  expect(ran.events).toContainEqual(
    expect.objectContaining({ diagnostic: expect.objectContaining({ code: 'apply/lock-lost' }) }),
  );
});
