import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportEvent } from '../../src/apply/event.ts';
import { createLiveState } from '../../src/report/live-state.ts';
import { liveView } from '../../src/report/live-view.ts';
import { painter } from '../../src/report/paint.ts';
import { displayWidth } from '../../src/text/columns.ts';
import { create } from './samples.ts';

/** An event of a moment, in seconds since the run began. */
type Timed = readonly [seconds: number, event: ReportEvent];

const start = (vmid: number, node: string, command = `qm create ${vmid} --memory 2048`): ReportEvent => ({
  type: 'step-started',
  at: '',
  cluster: 'lab',
  step: `${vmid}/1`,
  address: `vm/${vmid}@lab`,
  node,
  command,
});

const finish = (vmid: number, outcome: 'done' | 'failed' = 'done'): ReportEvent => ({
  type: 'step-finished',
  at: '',
  cluster: 'lab',
  step: `${vmid}/1`,
  address: `vm/${vmid}@lab`,
  node: 'pve1',
  command: '',
  outcome,
  exit: 0,
  seconds: 1,
  stdout: '',
  stderr: '',
  diagnostics: [],
});

const wait = (vmid: number, node: string, ...locks: readonly (readonly [string, string])[]): ReportEvent => ({
  type: 'step-waiting',
  cluster: 'lab',
  step: `${vmid}/1`,
  address: `vm/${vmid}@lab`,
  node,
  locks: locks.map(([name, heldBy]) => ({ name, heldBy })),
});

const progress = (vmid: number, text: string, percent?: number): ReportEvent => ({
  type: 'step-progress',
  cluster: 'lab',
  step: `${vmid}/1`,
  address: `vm/${vmid}@lab`,
  node: 'pve1',
  text,
  ...(percent !== undefined && { percent }),
});

/** As many changes of one step each. */
const planned = (count: number): ReportEvent => ({
  type: 'planned',
  check: false,
  plans: [
    {
      cluster: 'lab',
      changes: Array.from({ length: count }, () => ({ ...create, steps: create.steps.slice(0, 1) })),
    },
  ],
});

function view(events: readonly Timed[], seconds: number, columns = 80, rows = 24): readonly string[] {
  const state = createLiveState();
  for (const [at, event] of events) state.see(event, at * 1000);
  return liveView(state, seconds * 1000, { columns, rows }, painter(false));
}

describe('the live view', () => {
  it('shows each of a few steps with what it works on, since when, and how far it is', () => {
    const events: readonly Timed[] = [
      [0, planned(4)],
      [0, start(101, 'pve1')],
      [0, start(9, 'pve12', 'qm clone 9000 9 --full 1')],
      [10, start(103, 'pve2')],
      [11, progress(9, 'transferred 14.4 GiB of 32.0 GiB (45.00%)', 45)],
      [12, finish(101)],
    ];
    expect(view(events, 75)).toEqual([
      '    pve12  vm/9@lab    1 min 15 s  45%  qm clone 9000: transferred 14.4 GiB of…',
      '    pve2   vm/103@lab   1 min 5 s       qm create 103 --memory 2048',
      '    1 of 4 steps done, 2 running; 1 min 15 s',
    ]);
  });

  it('shows what tasks wait for, for how long and how long at most, hosts that wait for the same together', () => {
    const task = 'Restart';
    const back = (host: string, seconds: number) => ({
      host,
      task,
      what: `${host === 'pve9' ? 'pve9 has not gone down' : 'no answer'} yet`,
      seconds,
      limit: 600,
    });
    const events: readonly Timed[] = [
      [0, start(9, 'pve12', 'qm migrate 9 pve1')],
      [60, { type: 'task-waiting', waits: [back('pve1', 40), back('pve9', 3), back('pve2', 2)] }],
    ];
    expect(view(events, 65)).toEqual([
      '    pve12       vm/9@lab       1 min 5 s  qm migrate 9 pve1',
      '    pve1, pve2            45 s of 10 min  waiting: no answer yet',
      '    pve9                   8 s of 10 min  waiting: pve9 has not gone down yet',
    ]);
    expect(view(events, 65, 48)).toEqual([
      '    pve12       1 min 5 s  qm migrate 9 pve1',
      '    pve1, pve2       45 s  no answer yet',
      '    pve9              8 s  pve9 has not gone d…',
    ]);
    expect(view([...events, [66, { type: 'task-waiting', waits: [] }]], 67)).toEqual([
      '    pve12  vm/9@lab  1 min 7 s  qm migrate 9 pve1',
    ]);
  });

  it('shows no step as running that was left to itself', () => {
    const events: readonly Timed[] = [
      [0, planned(2)],
      [0, start(101, 'pve1')],
      [1, { type: 'left', steps: [{ node: 'pve1', step: '1/1', command: 'qm create 101' }] }],
    ];
    expect(view(events, 2).join('\n')).not.toContain('101');
  });

  it('counts what of many does not fit, and tells what waits for which lock and who has it', () => {
    const lock = 'storage/local-lvm@lab/pve1';
    const events: readonly Timed[] = [
      [0, planned(500)],
      ...Array.from({ length: 300 }, (_, index): Timed => [index / 100, start(index, `pve${index % 150}`)]),
      ...Array.from({ length: 20 }, (_, index): Timed => [3, wait(1000 + index, 'pve1', [lock, 'vm/1@lab'])]),
      [3, wait(2000, 'pve2', ['guest/7@lab', 'vm/7777@lab'])],
      [3, wait(2001, 'pve3')],
      [3, wait(2002, 'pve3')],
      ...Array.from({ length: 20 }, (_, index): Timed => [
        4,
        finish(index + 100, index === 0 ? 'failed' : 'done'),
      ]),
    ];
    expect(view(events, 20, 120)).toEqual([
      ...Array.from(
        { length: 9 },
        (_, vmid) =>
          `    pve${vmid}  vm/${vmid}@lab  ${vmid === 0 ? '20' : '19'} s  qm create ${vmid} --memory 2048`,
      ),
      '    … and 271 more on 150 nodes',
      `    waiting: 20 for ${lock} (held by vm/1@lab), 2 for their turn on 1 node, 1 for guest/7@lab`,
      '    19 of 500 steps done, 1 failed, 280 running, 23 waiting; 20 s, about 8 min left',
    ]);
    expect(view(events, 20, 60).at(-2)).toBe('    waiting: 23 steps');
    expect(view(events, 20, 80).at(-2)).toBe(`    waiting: 20 for ${lock}, 3 for others`);
  });

  it('tells together of the locks of one storage on many nodes', () => {
    const events = Array.from({ length: 300 }, (_, index): Timed => {
      const node = `pve${(index % 60) + 1}`;
      return [0, wait(index, node, [`storage/local-lvm@lab/${node}`, 'vm/1@lab'])];
    });
    expect(view(events, 1)[0]).toBe('    waiting: 300 for storage/local-lvm@lab/pve[1-60]');
  });

  it('is gone when nothing runs', () => {
    expect(
      view(
        [
          [0, start(1, 'pve1')],
          [1, finish(1)],
        ],
        2,
      ),
    ).toEqual([]);
  });

  it('forgets what waits when it runs or is left out', () => {
    const events: readonly Timed[] = [
      [0, wait(1, 'pve1', ['a', 'vm/3@lab'])],
      [0, wait(2, 'pve1', ['a', 'vm/3@lab'])],
      [1, start(1, 'pve1')],
      [1, finish(2)],
    ];
    expect(view(events, 1)).toEqual([
      '    pve1  vm/1@lab  0 s  qm create 1 --memory 2048',
      '    1 done, 1 running; 0 s',
    ]);
  });

  it('counts each task of a playbook by itself', () => {
    const events: readonly Timed[] = [
      [0, planned(2)],
      [0, start(1, 'pve1')],
      [1, finish(1)],
      [5, { type: 'task-started', name: 'next' }],
      [5, start(2, 'pve1')],
      [6, start(3, 'pve1')],
    ];
    expect(view(events, 7).at(-1)).toBe('    0 done, 2 running; 2 s');
  });

  it('fits into any terminal, whatever nodes and commands are called', () => {
    const character = fc.constantFrom(...'a1é日👍\n\t\u001b\u202e\u0301 [],-/%');
    const text = (maxLength: number) => fc.array(character, { maxLength }).map((all) => all.join(''));
    const name = text(30);
    const event = fc.oneof(
      fc.tuple(fc.nat(50), name, text(80)).map((all) => start(...all)),
      fc.tuple(fc.nat(50), name, fc.tuple(name, name)).map((all) => wait(...all)),
      fc.tuple(fc.nat(50), name, fc.double({ min: 0, max: 100, noNaN: true })).map((all) => progress(...all)),
      fc.nat(50).map((vmid) => finish(vmid)),
      fc.nat(60).map(planned),
      fc
        .array(
          fc.record({ host: name, task: name, what: text(80), seconds: fc.nat(1e6), limit: fc.nat(1e6) }),
        )
        .map((waits): ReportEvent => ({ type: 'task-waiting', waits })),
    );
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 40 }),
        fc.integer({ min: 2, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        (events, columns, rows) => {
          const lines = view(
            events.map((each, index): Timed => [index, each]),
            100_000,
            columns,
            rows,
          );
          expect(lines.length).toBeLessThan(Math.max(rows, 1));
          for (const line of lines) {
            expect(displayWidth(line)).toBeLessThan(columns);
            expect(line).not.toMatch(/\p{Cc}/u);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
