import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Event, Outcome } from '../../src/apply/event.ts';
import { jsonLinesReport } from '../../src/report/json-lines.ts';
import { changesText } from '../../src/report/plan-text.ts';
import type { TerminalOptions } from '../../src/report/terminal.ts';
import { terminalReport } from '../../src/report/terminal.ts';
import { create, failingRun, plan, quietRun, startFailed, unreachable, update } from './samples.ts';

function plainReport(events: readonly Event[], options: TerminalOptions = {}): string {
  let text = '';
  const report = terminalReport(
    {
      write: (more) => (text += more),
      isTTY: false,
      columns: 80,
      rows: 24,
      colour: false,
    },
    options,
  );
  for (const event of events) report.tell(event);
  return text;
}

describe('the report without a terminal', () => {
  it('with -v also prints what commands said that went well', () => {
    const said = failingRun.map((event) =>
      event.type === 'step-finished' && event.outcome === 'done'
        ? { ...event, stdout: 'one\ntwo\n', stderr: 'careful\n' }
        : event,
    );
    const lines = plainReport(said, { detail: 'output' }).split('\n');
    const at = lines.findIndex((line) => line.startsWith('    pve2: qm set 102'));
    expect(lines.slice(at + 1, at + 4)).toEqual(['        one', '        two', '        careful']);
    expect(plainReport(said)).not.toContain('careful');
  });

  it('tells a run with a failure', () => {
    expect(plainReport(failingRun)).toBe(`\
Read in 0.4 s: lab (pve1, pve2, pve3); alone
error: Cannot connect to pve3: no answer from 192.0.2.3:22 in 10 s; an SSH server is wanted
  on pve3
  try: ssh -p 22 root@192.0.2.3

PLAY [Web servers]  pve1, pve2

TASK [Say which template is used]
ok: pve1, pve2
    debian-12

TASK [Web VMs are there]
${changesText([{ cluster: 'lab', changes: [create, update] }], { colour: false, width: 80 })}
    pve2: qm set 102 --cores 4 --onboot 1 … done in 1.2 s
    pve1: qm create 101 --name web-101 --memory 2048 --descrip… done in 0.3 s
    pve1: qm start 101 … failed after 1 min 15 s (exit 255)
        start failed: QEMU exited with code 1
        kvm: no such device\\u001b[31m
    error: Cannot start vm/101@lab: "qm start" exited with 255; running is wanted
      on pve1
      look at it there: ssh pve1 qm showcmd 101
    pve1: qm set 101 --onboot 1 … not run
failed: pve1  (item 101)
changed: pve2  (item 102)

TASK [Kernel]
changed: pve2
    Linux
    6.14.8-2-pve

RECAP
pve1             : ok=1 changed=0  unreachable=0 failed=1 skipped=0
pve2             : ok=1 changed=12 unreachable=0 failed=0 skipped=0
pve3.example.com : ok=0 changed=0  unreachable=1 failed=0 skipped=0

3 commands were run in 1 min 17 s.
`);
  });

  it('tells a failure once, however many hosts have it', () => {
    const failed = (host: string): Event => ({
      type: 'task-finished',
      host,
      outcome: 'failed',
      diagnostics: [startFailed],
    });
    expect(
      plainReport([failed('pve1'), failed('pve2'), failed('pve3'), { type: 'task-started', name: 'next' }]),
    ).toBe(`\
failed: pve1
    error: Cannot start vm/101@lab: "qm start" exited with 255; running is wanted
      on pve1
      look at it there: ssh pve1 qm showcmd 101
failed: pve2, pve3

TASK [next]
`);
  });

  it('names many hosts as node sets, and in the recap together when they came out the same', () => {
    const hosts = Array.from({ length: 300 }, (_, index) => `pve${index + 1}`);
    const counts = { ok: 1, changed: 0, unreachable: 0, failed: 0, skipped: 0 };
    const events: readonly Event[] = [
      { type: 'surveyed', clusters: [{ name: 'lab', nodes: hosts }], unreachable: [], seconds: 20 },
      { type: 'play-started', name: 'All', hosts },
      { type: 'task-started', name: 'Kernel' },
      ...hosts.map((host): Event => ({ type: 'task-finished', host, outcome: 'ok', diagnostics: [] })),
      {
        type: 'recap',
        hosts: Object.fromEntries(
          hosts.map((host) => [host, host === 'pve7' ? { ...counts, ok: 12 } : counts]),
        ),
        commands: 0,
        seconds: 1,
        interrupted: false,
      },
    ];
    expect(plainReport(events)).toBe(`\
Read in 20 s: lab (pve[1-300])

PLAY [All]  pve[1-300]

TASK [Kernel]
ok: pve[1-300]

RECAP
pve[1-6,8-300] : ok=1  changed=0 unreachable=0 failed=0 skipped=0
pve7           : ok=12 changed=0 unreachable=0 failed=0 skipped=0

Nothing changed; no PVE command was run.
`);
  });

  it('says that nothing changed', () => {
    expect(plainReport(quietRun)).toBe(`\
Read in 0.2 s: lab (pve1, pve2)

PLAY [Web servers]  pve1, pve2

TASK [Web VMs are there]
ok: pve1, pve2

RECAP
pve1 : ok=1 changed=0 unreachable=0 failed=0 skipped=0
pve2 : ok=1 changed=0 unreachable=0 failed=0 skipped=0

Nothing changed; no PVE command was run.
`);
  });

  it.each<readonly [string, readonly Event[], string]>([
    [
      'check mode',
      [{ type: 'planned', plans: [plan], check: true }],
      'Check mode: nothing was changed; no PVE command was run.',
    ],
    [
      'an interruption',
      [
        failingRun.find((event) => event.type === 'step-finished' && event.outcome === 'not-run') ??
          quietRun[0],
      ].flatMap((event) => event ?? []),
      'Interrupted after 12 s: no PVE command was run; 1 of those planned was not.',
    ],
    [
      'a step that is left',
      [{ type: 'left', steps: [{ node: 'pve1', step: '1/1', command: 'qm start 101' }] } as const],
      'Interrupted after 12 s: no PVE command was run, 1 of them left to itself; 0 of those planned were not.',
    ],
  ])('ends with what became of %s', (_, events, sentence) => {
    const recap: Event = {
      type: 'recap',
      hosts: {},
      commands: 0,
      seconds: 12,
      interrupted: events[0]?.type === 'step-finished' || events[0]?.type === 'left',
    };
    expect(plainReport([...events, recap])).toMatch(new RegExp(`\n${sentence}\n$`, 'u'));
  });
});

it('writes events as lines of JSON', () => {
  let text = '';
  const report = jsonLinesReport({ write: (more) => (text += more) });
  for (const event of failingRun) report(event);
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(failingRun);
});

/** What a terminal shows after it was sent this text: knows line breaks, and the two sequences that live lines use. */
function screen(text: string): readonly string[] {
  const lines = [''];
  for (const piece of text.split(/(\n|\u001b\[\d+A\u001b\[J)/u)) {
    const up = /^\u001b\[(?<count>\d+)A/u.exec(piece)?.groups?.['count'];
    if (up !== undefined) lines.splice(lines.length - 1 - Number(up), Infinity, '');
    else if (piece === '\n') lines.push('');
    else lines[lines.length - 1] += piece;
  }
  return lines;
}

describe('the report on a terminal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const start = (id: string): Extract<Event, { type: 'step-started' }> => ({
    type: 'step-started',
    at: '',
    cluster: 'lab',
    step: id,
    address: 'vm/101@lab',
    node: 'pve1',
    command: `qm start ${id}`,
  });
  const finish = (id: string): Extract<Event, { type: 'step-finished' }> => ({
    type: 'step-finished',
    at: '',
    cluster: 'lab',
    step: id,
    address: 'vm/101@lab',
    node: 'pve1',
    command: `qm start ${id}`,
    outcome: 'done',
    exit: 0,
    seconds: 2,
    stdout: '',
    stderr: '',
    diagnostics: [],
  });

  /** Of a terminal of 60 × 24. */
  const onTerminal = (signal?: AbortSignal) => {
    let text = '';
    const out = {
      write: (more: string) => (text += more),
      isTTY: true,
      columns: 60,
      rows: 24,
      colour: false,
    };
    const report = terminalReport(out, signal && { signal });
    return {
      tell: (...events: readonly Event[]) => {
        for (const event of events) report.tell(event);
        vi.advanceTimersByTime(100);
      },
      write: (more: string) => (text += more),
      shown: () => screen(text),
    };
  };

  it('rewrites the lines of what runs, and leaves those of what ended', () => {
    const { tell, shown } = onTerminal();
    tell(start('1'), start('2'));
    expect(shown()).toEqual([
      '    pve1  0 s  qm start 1',
      '    pve1  0 s  qm start 2',
      '    0 done, 2 running; 0 s',
      '',
    ]);
    vi.advanceTimersByTime(3000);
    expect(shown().slice(0, 2)).toEqual(['    pve1  3 s  qm start 1', '    pve1  3 s  qm start 2']);
    tell(finish('1'));
    expect(shown()).toEqual([
      '    pve1: qm start 1 … done in 2.0 s',
      '    pve1  3 s  qm start 2',
      '    1 done, 1 running; 3 s',
      '',
    ]);
    tell(finish('2'));
    expect(shown()).toEqual([
      '    pve1: qm start 1 … done in 2.0 s',
      '    pve1: qm start 2 … done in 2.0 s',
      '',
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('writes little, however fast steps end', () => {
    let writes = 0;
    const out = { write: () => void writes++, isTTY: true, columns: 60, rows: 24, colour: false };
    const report = terminalReport(out);
    for (let id = 0; id < 500; id++) {
      report.tell(start(String(id)));
      report.tell(finish(String(id)));
      vi.advanceTimersByTime(1);
    }
    report.tell({ type: 'run-finished', at: '', exit: 0 });
    expect(writes).toBeLessThan(10);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells what went well of a hundred steps in two lines, what failed at once, all that was left out', () => {
    const { tell, shown } = onTerminal();
    const many = Array.from({ length: 60 }, (_, id) => ({ ...create, id: String(id) }));
    tell({ type: 'planned', plans: [{ cluster: 'lab', changes: many }], check: false });
    const before = shown().length;
    const slow: Event = { ...finish('7'), seconds: 9.2 };
    const failed: Event = { ...finish('8'), outcome: 'failed', exit: 255 };
    const left: Event = { ...finish('9'), outcome: 'not-run' };
    tell(
      ...['1', '2', '3'].flatMap((id) => [start(id), finish(id)]),
      start('7'),
      slow,
      start('8'),
      failed,
      left,
    );
    expect(shown().slice(before - 1)).toEqual(['    pve1: qm start 8 … failed after 2.0 s (exit 255)', '']);
    tell({ type: 'recap', hosts: {}, commands: 5, seconds: 20, interrupted: false });
    expect(shown().slice(before)).toEqual([
      '    4 steps done; the slowest:',
      '    pve1: qm start 7 … done in 9.2 s',
      '    1 step not run',
      '',
      '5 commands were run in 20 s.',
      '',
    ]);
  });

  it('leaves digests out of the lines of what runs', () => {
    const { tell, shown } = onTerminal();
    tell({
      ...start('1/1'),
      command: "qm set 101 --digest <digest of /etc/pve/x> --description 'a\n  b'",
    });
    expect(shown()).toEqual(["    pve1  0 s  qm set 101 --description 'a b'", '']);
  });

  it('does not take away what another wrote when it was interrupted', () => {
    const interrupt = new AbortController();
    const { tell, write, shown } = onTerminal(interrupt.signal);
    tell(start('1'), start('2'));
    write('^C\nStopping\n');
    interrupt.abort();
    tell(finish('1'));
    expect(shown()).toContain('Stopping');
    expect(shown().slice(-4)).toEqual([
      '    pve1: qm start 1 … done in 2.0 s',
      '    pve1  0 s  qm start 2',
      '    1 done, 1 running; stopping when these have ended',
      '',
    ]);
  });
});

const outcome = fc.constantFrom<Outcome>('ok', 'changed', 'failed', 'skipped', 'unreachable');
const diagnostics = fc.subarray([startFailed, unreachable]);
const step = fc.record({
  at: fc.string(),
  cluster: fc.constant('lab'),
  step: fc.constantFrom('1/1', '1/2', '2/1'),
  address: fc.string(),
  node: fc.string(),
  command: fc.string({ unit: 'binary' }),
});
const count = fc.nat({ max: 200 });

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom(...failingRun, ...quietRun),
  step.map((about) => ({ type: 'step-started', ...about }) as const),
  fc
    .record({
      about: step,
      outcome: fc.constantFrom('done' as const, 'failed' as const, 'not-run' as const),
      exit: fc.option(fc.nat()),
      seconds: fc.double({ min: 0, max: 1e5, noNaN: true }),
      stdout: fc.string({ unit: 'binary' }),
      stderr: fc.string({ unit: 'binary' }),
      diagnostics,
    })
    .map(({ about, ...rest }) => ({ type: 'step-finished', ...about, ...rest }) as const),
  fc
    .record({
      host: fc.string(),
      outcome,
      item: fc.string(),
      message: fc.string({ unit: 'binary' }),
      stdout: fc.string({ unit: 'binary' }),
      diagnostics,
    })
    .map((rest) => ({ type: 'task-finished', ...rest }) as const),
  fc
    .record({
      hosts: fc.dictionary(
        fc.string(),
        fc.record({ ok: count, changed: count, failed: count, skipped: count, unreachable: count }),
      ),
      commands: count,
      seconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
      interrupted: fc.boolean(),
    })
    .map((rest) => ({ type: 'recap', ...rest }) as const),
);

it('takes any events in any order, and lets no control character of theirs through', () => {
  fc.assert(
    fc.property(
      fc.array(anyEvent, { maxLength: 12 }),
      fc.integer({ min: 1, max: 200 }),
      (events, columns) => {
        let text = '';
        const report = terminalReport({
          write: (more) => (text += more),
          isTTY: false,
          columns,
          rows: 24,
          colour: false,
        });
        for (const event of events) report.tell(event);
        expect(text).not.toMatch(/(?![\n\t])\p{Cc}/u);
        const live = terminalReport({ write: () => undefined, isTTY: true, columns, rows: 24, colour: true });
        for (const event of [...events, { type: 'run-finished', at: '', exit: 0 } as const]) live.tell(event);
      },
    ),
  );
});
