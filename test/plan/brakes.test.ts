import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeBrakes, overCeilings } from '../../src/plan/brakes.ts';
import type { Change, Plan } from '../../src/plan/plan.ts';
import { formatSerial, inBatches, parseSerial } from '../../src/plan/serial.ts';
import { isTarget, onlyTargets } from '../../src/plan/target.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { address } from '../../src/address.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { create, plan, update } from '../report/samples.ts';

function change(id: number, node: number, after: readonly number[] = []): Change {
  return {
    ...create,
    id: String(id),
    address: address('vm', 100 + id, 'lab'),
    node: `pve${node}`,
    after: after.map(String),
  };
}

/** Changes on up to twelve nodes, some of which must follow earlier ones. */
const anyPlan: fc.Arbitrary<Plan> = fc
  .array(fc.record({ node: fc.nat(11), after: fc.array(fc.nat(30), { maxLength: 2 }) }), { maxLength: 30 })
  .map((rows) => ({
    cluster: 'lab',
    changes: rows.map(({ node, after }, index) =>
      change(
        index,
        node,
        after.filter((id) => id < index),
      ),
    ),
  }));

const anySerial = fc
  .array(
    fc.oneof(
      fc.integer({ min: 1, max: 5 }).map(String),
      fc.integer({ min: 1, max: 100 }).map((n) => `${n}%`),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((sizes) => parseSerial(sizes.join(',')));

const idsOf = (plans: readonly Plan[]): readonly string[] =>
  plans.flatMap(({ changes }) => changes.map(({ id }) => id));

describe('serial', () => {
  it('reads numbers and percentages of nodes, and nothing else', () => {
    expect(formatSerial(parseSerial('1, 10%,100%') ?? [{ nodes: 9 }])).toBe('1, 10%, 100%');
    for (const text of ['', '0', '1,,2', '101%', '1.5', '-1', '5 nodes'])
      expect(parseSerial(text)).toBeUndefined();
  });

  it('changes one node first, then a tenth, then all that are left', () => {
    const twenty = { cluster: 'lab', changes: Array.from({ length: 40 }, (_, id) => change(id, id % 20)) };
    const batches = inBatches([twenty], parseSerial('1,10%,100%'));
    expect(batches.map(({ nodes }) => nodes.length)).toEqual([1, 2, 17]);
    expect(batches[0]).toMatchObject({
      nodes: ['lab/pve0'],
      plans: [{ changes: [{ id: '0' }, { id: '20' }] }],
    });
    expect(inBatches([twenty], parseSerial('8')).map(({ nodes }) => nodes.length)).toEqual([8, 8, 4]);
    expect(inBatches([twenty], undefined)).toMatchObject([{ plans: [twenty] }]);
  });

  it('runs each change once, in order, and never before what it must follow', () => {
    fc.assert(
      fc.property(anyPlan, anySerial, (whole, serial) => {
        const batches = inBatches([whole], serial);
        const turns = new Map(
          batches.flatMap(({ plans }, turn) => idsOf(plans).map((id) => [id, turn] as const)),
        );
        expect(batches.flatMap(({ plans }) => idsOf(plans)).toSorted()).toEqual(idsOf([whole]).toSorted());
        for (const { id, after } of whole.changes)
          for (const other of after) expect(turns.get(other)).toBeLessThanOrEqual(turns.get(id) ?? -1);
        for (const { plans } of batches)
          expect(idsOf(plans)).toEqual(idsOf([whole]).filter((id) => idsOf(plans).includes(id)));
      }),
    );
  });
});

describe('ceilings', () => {
  it('refuse what is over them, each by its flag, and nothing at them', () => {
    const over = overCeilings([plan], { maxChanges: 2, maxRestarts: 0, maxDestroys: 0 });
    expect(over.map(({ code, trouble, message }) => `${code} ${trouble} ${message}`)).toEqual([
      'plan/max-changes refused Cannot apply this plan: it has 3 changes; at most 2 are allowed (--max-changes)',
      'plan/max-restarts refused Cannot apply this plan: 1 guest needs a restart after it; at most 0 are allowed (--max-restarts)',
      'plan/max-destroys refused Cannot apply this plan: it destroys 1 thing; at most 0 are allowed (--max-destroys)',
    ]);
    expect(overCeilings([plan], { maxChanges: 3, maxRestarts: 1, maxDestroys: 1 })).toEqual([]);
  });

  it('count a guest in whose place an archive is put as destroyed', () => {
    const lab = labSurvey({
      files: { '/etc/pve/nodes/pve1/qemu-server/100.conf': 'name: web\n' },
    });
    const restore = (vmid: string) => {
      const args = {
        vmid,
        archive: '/mnt/vzdump-qemu-100-2026_11_29-01_00_00.vma',
        force: '1',
        node: 'pve1',
      };
      const spec = { kind: 'restore', args, positions: {}, declaredBy: 'test' };
      const { plans, refusals } = makePlan(lab, [spec], { allowDestroy: true });
      expect(refusals).toEqual([]);
      return overCeilings(plans, { maxRestarts: 0, maxDestroys: 0 }).map(({ code }) => code);
    };
    expect(restore('100')).toEqual(['plan/max-destroys']);
    expect(restore('101')).toEqual([]);
  });

  it('are told in one sentence', () => {
    const serial = parseSerial('1,100%');
    expect(describeBrakes({ maxRestarts: 10, pauseSeconds: 5 })).toBe('at most 10 restarts');
    expect(
      describeBrakes({
        maxChanges: 1,
        maxRestarts: 0,
        maxDestroys: 2,
        pauseSeconds: 30,
        ...(serial && { serial }),
      }),
    ).toBe(
      "at most 1 change, 0 restarts, 2 destroys; nodes in batches of 1, 100%; 30 s between batches; stop when more than 0% of a batch's nodes fail",
    );
  });
});

describe('targets', () => {
  const at = address('vm', 101, 'lab');

  it.each(['vm/101@lab', 'vm/101', 'vm/1*', 'vm/10?@l*', '*/101@lab', 'vm/10[13]'])(
    '%s means vm/101@lab',
    (target) => expect(isTarget(at, [target])).toBe(true),
  );

  it.each(['vm/10', 'vm/101@prod', 'container/101', '101', 'vm.101', ''])('%s does not', (target) =>
    expect(isTarget(at, [target])).toBe(false),
  );

  it('take along what they must follow, and say why', () => {
    const chain = {
      cluster: 'lab',
      changes: [change(1, 1), change(2, 1, [1]), change(3, 2, [2]), change(4, 2)],
    };
    const { plans, followed } = onlyTargets([chain], ['vm/103']);
    expect(idsOf(plans)).toEqual(['1', '2', '3']);
    expect(followed).toEqual([
      { address: 'vm/101@lab', by: 'vm/102@lab' },
      { address: 'vm/102@lab', by: 'vm/103@lab' },
    ]);
    expect(onlyTargets([chain, { cluster: 'other', changes: [update] }], ['vm/104'])).toEqual({
      plans: [{ cluster: 'lab', changes: [change(4, 2)] }],
      followed: [],
    });
  });
});
