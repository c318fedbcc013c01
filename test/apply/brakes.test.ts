import { describe, expect, test, vi } from 'vitest';
import { apply } from '../../src/apply/apply.ts';
import type { ApplyContext } from '../../src/apply/run-state.ts';
import type { Event } from '../../src/apply/event.ts';
import { fail } from '../../src/diagnostic.ts';
import { address } from '../../src/address.ts';
import type { Change, Plan } from '../../src/plan/plan.ts';
import { parseSerial } from '../../src/plan/serial.ts';
import { labSurvey } from '../lab-snapshot.ts';

/** A change of one step on a node. */
function change(id: number, node: string, after: readonly number[] = []): Change {
  return {
    id: String(id),
    address: address('vm', 100 + id, 'lab'),
    title: String(id),
    action: 'update',
    node,
    declaredBy: [],
    differences: [],
    risks: [],
    digests: {},
    after: after.map(String),
    steps: [
      {
        id: `${id}/1`,
        node,
        act: { run: 'exec', argv: ['do', String(id)] },
        guards: [],
        locks: [],
        effects: [],
        undo: [],
        detached: false,
        timeoutSeconds: 1,
      },
    ],
  };
}

const broken = { code: 'x/x', severity: 'error', trouble: 'failed', message: 'no' } as const;

/** Applies; steps on the nodes that fail end so, the others as they may. Gives outcomes, the steps begun and what was said. */
async function run(
  plan: Plan,
  failing: readonly string[],
  brakes: ApplyContext['brakes'],
  interrupt = new AbortController(),
) {
  const events: Event[] = [];
  const { outcomes } = await apply([plan], {
    survey: labSurvey(),
    run: 'r',
    // A node answers with what it read again: nothing was touched.
    exec: async (host, script) => {
      if (failing.includes(host)) return fail(broken);
      const nonce = /nonce=(?<nonce>\w+)/u.exec(script)?.groups?.['nonce'] ?? '';
      const stdout = `\npvefleet-answer 1 ${nonce}\npower ok\netc-pve ok\nend ${nonce}\n`;
      return {
        ok: true,
        value: { exit: 0, stdout: Buffer.from(stdout), stderr: Buffer.from('') },
        warnings: [],
      };
    },
    record: async (event) => void events.push(event),
    report: () => undefined,
    signal: interrupt.signal,
    ...(brakes && { brakes }),
  });
  return {
    outcomes: [...outcomes.values()],
    begun: events.flatMap((event) => (event.type === 'step-started' ? [event.step] : [])),
    batches: events.flatMap((event) => (event.type === 'batch-started' ? [event.nodes.join(' ')] : [])),
    said: events.flatMap((event) => (event.type === 'diagnostic' ? [event.diagnostic.message] : [])),
  };
}

const plan: Plan = {
  cluster: 'lab',
  changes: [change(1, 'pve1'), change(2, 'pve2'), change(3, 'pve3'), change(4, 'pve1')],
};
const serial = parseSerial('1') ?? [{ nodes: 1 }];

describe('serial', () => {
  test('changes node after node', async () => {
    expect(await run(plan, [], { serial, pauseSeconds: 0 })).toEqual({
      outcomes: ['changed', 'changed', 'changed', 'changed'],
      begun: ['1/1', '4/1', '2/1', '3/1'],
      batches: ['lab/pve1', 'lab/pve2', 'lab/pve3'],
      said: [],
    });
  });

  test('ends with the first batch in which something failed', async () => {
    const { begun, outcomes, said } = await run(plan, ['pve2'], { serial, pauseSeconds: 0 });
    expect(begun).toEqual(['1/1', '4/1', '2/1']);
    expect(outcomes).toEqual(['changed', 'changed', 'failed', 'skipped']);
    expect(said).toEqual([
      'Cannot go on: 1 of the 1 node of this batch failed; at most 0% may (--max-fail-percentage)',
    ]);
  });

  test('leaves out what must follow a failure of an earlier batch', async () => {
    const chain: Plan = {
      cluster: 'lab',
      changes: [change(1, 'pve1'), change(2, 'pve2', [1]), change(3, 'pve3')],
    };
    const ran = await run(chain, ['pve1'], { serial, pauseSeconds: 0, maxFailPercentage: 100 });
    expect(ran).toMatchObject({
      begun: ['1/1', '3/1'],
      outcomes: ['failed', 'skipped', 'changed'],
      said: [],
    });
  });

  test('pauses between batches, not before the first or after the last; an interruption ends the pause', async () => {
    vi.useFakeTimers();
    const whole = run(plan, [], { serial, pauseSeconds: 60 });
    await vi.advanceTimersByTimeAsync(60_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await whole).batches).toHaveLength(3);
    const interrupt = new AbortController();
    const cut = run(plan, [], { serial, pauseSeconds: 60 }, interrupt);
    await vi.advanceTimersByTimeAsync(1000);
    interrupt.abort();
    expect(await cut).toMatchObject({ batches: ['lab/pve1'], begun: ['1/1', '4/1'] });
    vi.useRealTimers();
  });
});

test('without batches all is finished whatever fails, unless a percentage is said', async () => {
  const eight: Plan = {
    cluster: 'lab',
    changes: Array.from({ length: 24 }, (_, index) => change(index + 1, `pve${(index % 3) + 1}`)),
  };
  expect((await run(eight, ['pve1'], undefined)).begun).toHaveLength(24);
  expect((await run(eight, ['pve1'], { pauseSeconds: 0, maxFailPercentage: 34 })).begun).toHaveLength(24);
  const halted = await run(eight, ['pve1'], { pauseSeconds: 0, maxFailPercentage: 33 });
  expect(halted.begun.length).toBeLessThan(24);
  expect(halted.said).toEqual([
    'Cannot go on: 1 of the 3 nodes of this batch failed; at most 33% may (--max-fail-percentage)',
  ]);
});
