import { describe, expect, test, vi } from 'vitest';
import { apply } from '../../src/apply/apply.ts';
import type { Event, ReportEvent } from '../../src/apply/event.ts';
import type { Exec } from '../../src/apply/exec.ts';
import { fail, ok } from '../../src/diagnostic.ts';
import type { Result } from '../../src/diagnostic.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import type { Finished } from '../../src/transports/transport.ts';
import { labSurvey } from '../lab-snapshot.ts';

const CONF = '/etc/pve/nodes/pve1/qemu-server/100.conf';
const before = labSurvey({ files: { [CONF]: 'cores: 1\n' } });

function plansFor(survey: Survey, ...specs: readonly Readonly<Record<string, unknown>>[]): readonly Plan[] {
  const wanted = specs.map((args) => ({ kind: 'vm', args, positions: {}, declaredBy: 'test' }));
  return makePlan(survey, wanted, { allowDestroy: true }).plans;
}

/** Answers each script as a node would: the command's own output, then what is read again. */
function answer(
  script: string,
  { exit = 0, stderr = '', config = 'cores: 2\n', running = false },
): Result<Finished> {
  const nonce = /nonce=(?<nonce>\w+)/u.exec(script)?.groups?.['nonce'] ?? '';
  const lines = config
    .split('\n')
    .slice(0, -1)
    .map((line) => `|${line}`);
  const stdout = [
    'said\n',
    `pvefleet-answer 1 ${nonce}`,
    ...(running ? ['vm 100'] : []),
    'power ok',
    `file 0000000000000000000000000000000000000000 ${CONF}`,
    ...lines,
    'etc-pve ok',
    `end ${nonce}`,
    '',
  ].join('\n');
  return ok({ exit, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) });
}

async function run(
  plans: readonly Plan[],
  exec: Exec,
  signal = new AbortController().signal,
  survey = before,
) {
  const events: Event[] = [];
  const told: ReportEvent[] = [];
  const record = vi.fn<(event: Event) => Promise<void>>(async (event) => void events.push(event));
  const applied = await apply(plans, {
    survey,
    run: 'r',
    exec,
    mayChange: 'has-lock',
    record,
    report: (event) => void told.push(event),
    signal,
  });
  const diagnostics = events.flatMap((event) => (event.type === 'step-finished' ? event.diagnostics : []));
  return { applied, events, told, diagnostics };
}

describe('a step', () => {
  const plans = plansFor(before, { vmid: 100, cores: 2 });

  test('has succeeded when it is read back so', async () => {
    const { applied, diagnostics } = await run(plans, async (_host, script) => answer(script, {}));
    expect(diagnostics).toEqual([]);
    expect([...applied.outcomes]).toEqual([['lab#1', 'changed']]);
    expect(applied.survey.clusters[0]?.files).toMatchObject({ [CONF]: 'cores: 2\n' });
  });

  test('has failed when it ends with 0 and nothing has changed (demands 8)', async () => {
    const { applied, diagnostics } = await run(plans, async (_host, script) =>
      answer(script, { config: 'cores: 1\n' }),
    );
    expect([...applied.outcomes.values()]).toEqual(['failed']);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'Cannot confirm vm/100@lab: the command ended, but cores is 1; "2" is wanted',
    ]);
  });

  test.each([
    ['checksum mismatch (file change by other user?)', 'apply/stale', 'stale'],
    ['detected modified configuration - file changed by other user? Try again.', 'apply/stale', 'stale'],
    ['pvefleet-lost: r-1-1', 'apply/lost', 'failed'],
    ['no such logical volume pve/data', 'apply/command-failed', 'failed'],
  ])('that says "%s" is %s', async (stderr, code, trouble) => {
    const { diagnostics } = await run(plans, async (_host, script) =>
      answer(script, { exit: 98, stderr, config: 'cores: 1\n' }),
    );
    expect(diagnostics).toMatchObject([{ code, trouble, host: 'pve1' }]);
  });

  test('that was refused for a parameter says which, not how the command is called', async () => {
    const { diagnostics } = await run(plans, async (_host, script) =>
      answer(script, {
        exit: 255,
        stderr:
          "400 Parameter verification failed.\nhookscript: script 'local:snippets/x.sh' does not exist\n\nqm set <vmid> [OPTIONS]\n",
        config: 'cores: 1\n',
      }),
    );
    expect(diagnostics).toMatchObject([
      { message: expect.stringContaining("255: hookscript: script 'local:snippets/x.sh' does not exist") },
    ]);
  });

  test('that a guard held back says which, as stale', async () => {
    const { diagnostics, events } = await run(plans, async (_host, script) =>
      answer(script, { exit: 97, stderr: `pvefleet-guard: unchanged ${CONF}\n` }),
    );
    expect(diagnostics).toMatchObject([
      {
        code: 'apply/guard-unchanged',
        trouble: 'stale',
        message: expect.stringContaining(`${CONF} was changed since the plan was made`),
      },
    ]);
    expect(events.find(({ type }) => type === 'step-finished')).toMatchObject({
      outcome: 'failed',
      stderr: '',
    });
  });

  test('does nothing where the run has lost the lock of the cluster', async () => {
    const scripts: string[] = [];
    const { applied, diagnostics } = await run(plans, async (_host, script) => {
      scripts.push(script);
      return answer(script, { exit: 97, stderr: 'pvefleet-guard: lock\n' });
    });
    expect(scripts[0]).toMatch(/\nhas-lock \|\| refuse lock\n[^]*\nqm set 100 /u);
    expect([...applied.outcomes.values()]).toEqual(['failed']);
    expect(diagnostics).toMatchObject([
      {
        code: 'apply/guard-lock',
        trouble: 'stale',
        message: expect.stringContaining('the run does not have the lock of the cluster any more'),
      },
    ]);
  });

  test('carries the digest that its plan was made from, and the next one what it left', async () => {
    const scripts: string[] = [];
    const grow = plansFor(labSurvey({ files: { [CONF]: 'scsi0: local-lvm:vm-100-disk-0,size=4G\n' } }), {
      vmid: 100,
      scsi0: { size: '5G', discard: 'on' },
    });
    await run(grow, async (_host, script) => {
      scripts.push(script);
      return answer(script, {
        config: `scsi0: local-lvm:vm-100-disk-0,${scripts.length > 1 ? 'discard=on,' : ''}size=5G\n`,
      });
    });
    expect(scripts[0]).toMatch(/qm resize 100 scsi0 5G --digest [0-9a-f]{40}/u);
    expect(scripts[1]).toContain('--digest 0000000000000000000000000000000000000000');
  });
});

describe('a change', () => {
  test('that fails stops itself only', async () => {
    const survey = labSurvey({
      files: { [CONF]: 'cores: 1\n', '/etc/pve/nodes/pve2/qemu-server/101.conf': 'cores: 1\n' },
    });
    const plans = plansFor(survey, { vmid: 101, cores: 2, state: 'running' }, { vmid: 100, cores: 2 });
    const { applied, events } = await run(plans, async (host, script) =>
      host === 'pve2' ? answer(script, { exit: 1, stderr: 'no' }) : answer(script, {}),
    );
    expect(Object.fromEntries(applied.outcomes)).toEqual({ 'lab#1': 'failed', 'lab#2': 'changed' });
    const ends = events.flatMap((event) =>
      event.type === 'step-finished' ? [`${event.command} ${event.outcome}`] : [],
    );
    expect(ends.find((end) => end.startsWith('qm start 101'))).toBe('qm start 101 not-run');
  });

  test('that fails and leaves its value pending takes it back, and only that (pitfall 7)', async () => {
    // As in recording vm-11: the running device could not be unplugged.
    const text = 'memory: 64\nnet1: virtio=BC:24:11:10:01:01,bridge=vmbr0\n\n[PENDING]\ndelete: memory\n';
    const failed = `${text}net1: virtio=BC:24:11:10:01:01,bridge=vmbr9\n`;
    const survey = labSurvey({ files: { [CONF]: text }, live: [100], bridges: ['vmbr0', 'vmbr9'] });
    const commands: string[] = [];
    const { events, diagnostics, applied } = await run(
      plansFor(survey, { vmid: 100, net1: { bridge: 'vmbr9' } }),
      async (_host, script) => {
        const command = /^# (?<command>.*)$/mu.exec(script)?.groups?.['command'] ?? '';
        commands.push(command.replace(/ --digest .*$/u, ''));
        return command.includes('--revert')
          ? answer(script, { config: text, running: true })
          : answer(script, { exit: 255, stderr: 'still busy in guest?\n', config: failed, running: true });
      },
      undefined,
      survey,
    );
    expect(commands).toEqual([expect.stringMatching(/^qm set 100 --net1 /u), 'qm set 100 --revert net1']);
    expect(applied.survey.clusters[0]?.files).toMatchObject({ [CONF]: text });
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'Cannot run "qm set 100": it ended with 255: still busy in guest?',
    ]);
    const change = events.find((event) => event.type === 'change-finished');
    expect(change).toMatchObject({
      outcome: 'failed',
      diagnostics: [
        { code: 'apply/command-failed' },
        {
          severity: 'warning',
          message:
            'step 1/1 of vm/100@lab has failed and left changes pending; they were taken back: qm set 100 --revert net1',
        },
      ],
    });
  });

  test('that was interrupted between its steps is left, and says what was not run', async () => {
    const interrupt = new AbortController();
    const plans = plansFor(before, { vmid: 100, cores: 2, state: 'running' });
    const { applied, events } = await run(
      plans,
      async (_host, script) => {
        interrupt.abort();
        return answer(script, {});
      },
      interrupt.signal,
    );
    expect(applied).toMatchObject({ interrupted: true, commands: 1 });
    expect([...applied.outcomes.values()]).toEqual(['left']);
    expect(events.flatMap((event) => (event.type === 'step-finished' ? [event.outcome] : []))).toEqual([
      'done',
      'not-run',
    ]);
  });

  test('is recorded before its step runs', async () => {
    const order: string[] = [];
    await apply(plansFor(before, { vmid: 100, cores: 2 }), {
      survey: before,
      run: 'r',
      exec: async (_host, script) => {
        order.push('exec');
        return answer(script, {});
      },
      record: async ({ type }) => {
        await Promise.resolve();
        order.push(type);
      },
      report: () => undefined,
      signal: new AbortController().signal,
    });
    expect(order).toEqual([
      'files-kept',
      'step-started',
      'exec',
      'step-finished',
      'change-finished',
      'files-kept',
    ]);
  });
});

test('what waits, and how far a step is, is told to reports, and is in no journal', async () => {
  const survey = labSurvey({ files: {} });
  const plans = plansFor(
    survey,
    { vmid: 100, node: 'pve1', scsi0: 'local-lvm:1' },
    { vmid: 101, node: 'pve1', scsi0: 'local-lvm:1' },
  );
  const { events, told } = await run(
    plans,
    async (_host, script, options) => {
      options?.onOutput?.('stdout', Buffer.from('transferred 1.0 GiB of 4.0 GiB (25.00%)\n'));
      return answer(script, {});
    },
    undefined,
    survey,
  );
  const live = told.filter(({ type }) => type === 'step-waiting' || type === 'step-progress');
  const about = { cluster: 'lab', node: 'pve1' };
  const far = { percent: 25, text: 'transferred 1.0 GiB of 4.0 GiB (25.00%)' };
  expect(live).toEqual([
    {
      type: 'step-waiting',
      ...about,
      step: '2/1',
      address: 'vm/101@lab',
      locks: [{ name: 'storage/local-lvm@lab/pve1', heldBy: 'vm/100@lab' }],
    },
    { type: 'step-progress', ...about, step: '1/1', address: 'vm/100@lab', ...far },
    { type: 'step-progress', ...about, step: '2/1', address: 'vm/101@lab', ...far },
  ]);
  expect(told.filter((event) => !live.includes(event))).toEqual(
    events.filter(({ type }) => type !== 'files-kept'),
  );
});

describe('a step whose connection is lost', () => {
  const plans = plansFor(before, { vmid: 100, cores: 2 });
  const lost = fail({
    code: 'transport/connection-lost',
    severity: 'error',
    trouble: 'failed',
    message: 'lost',
  });
  const gone = (mark: string, config: string) => (script: string) =>
    answer(script, { exit: 1, stderr: `pvefleet-${mark}: r-1-1\n`, config });

  /** Answers one exec after the other; tells which of them would have begun the step. */
  async function answered(...answers: readonly ((script: string) => Result<Finished>)[]) {
    const begins: boolean[] = [];
    const ran = await run(plans, async (_host, script) => {
      begins.push(script.includes('work() {'));
      return answers[begins.length - 1]?.(script) ?? lost;
    });
    return { begins, outcomes: [...ran.applied.outcomes.values()], ...ran };
  }

  test('is found again, and begun once', async () => {
    const { begins, outcomes } = await answered(
      () => lost,
      (script) => answer(script, {}),
    );
    expect([begins, outcomes]).toEqual([[true, false], ['changed']]);
  });

  test('before it was begun is sent again', async () => {
    const { begins, outcomes } = await answered(
      () => lost,
      gone('not-begun', 'cores: 1\n'),
      (script) => answer(script, {}),
    );
    expect([begins, outcomes]).toEqual([[true, false, true], ['changed']]);
  });

  test('and which is gone counts as done when what it was for is there, else as failed', async () => {
    const done = await answered(() => lost, gone('lost', 'cores: 2\n'));
    expect(done).toMatchObject({ outcomes: ['changed'], diagnostics: [{ code: 'apply/end-unknown' }] });
    const failed = await answered(() => lost, gone('lost', 'cores: 1\n'));
    expect(failed).toMatchObject({ outcomes: ['failed'], diagnostics: [{ code: 'apply/lost' }] });
  });

  test('and not found again is in doubt', async () => {
    vi.useFakeTimers();
    const running = answered();
    await vi.advanceTimersByTimeAsync(60_000);
    const { events } = await running;
    vi.useRealTimers();
    expect(events.find(({ type }) => type === 'step-finished')).toMatchObject({
      outcome: 'failed',
      inDoubt: true,
    });
  });
});

test('steps that are left have no end in the journal, and nothing is begun after them', async () => {
  const [interrupt, leave] = [new AbortController(), new AbortController()];
  const events: Event[] = [];
  const applied = await apply(plansFor(before, { vmid: 100, cores: 2, state: 'running' }), {
    survey: before,
    run: 'r',
    exec: () => {
      interrupt.abort();
      leave.abort();
      return new Promise(() => undefined);
    },
    record: async (event) => void events.push(event),
    report: () => undefined,
    signal: interrupt.signal,
    leave: leave.signal,
  });
  expect(applied.interrupted).toBe(true);
  expect([...applied.outcomes.values()]).toEqual(['left']);
  expect(events.map((event) => ('step' in event ? `${event.type} ${event.step}` : event.type))).toEqual([
    'files-kept',
    'step-started 1/1',
    'stopping',
    'left',
    'step-finished 1/2',
    'change-finished',
    'files-kept',
  ]);
});

test('a step that got no lock is tried again, and is locked at last (demands 6)', async () => {
  vi.useFakeTimers();
  let tries = 0;
  const running = run(plansFor(before, { vmid: 100, cores: 2 }), async (_host, script) => {
    tries++;
    return answer(script, {
      exit: 4,
      stderr: "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout\n",
      config: 'cores: 1\n',
    });
  });
  await vi.advanceTimersByTimeAsync(60_000);
  const { diagnostics } = await running;
  vi.useRealTimers();
  expect(tries).toBe(4);
  expect(diagnostics).toMatchObject([{ code: 'apply/locked', trouble: 'stale' }]);
});
