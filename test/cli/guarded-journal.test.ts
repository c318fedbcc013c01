import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { apply } from '../../src/apply/apply.ts';
import type { Event, ReportEvent } from '../../src/apply/event.ts';
import { guardJournal } from '../../src/cli/guarded-journal.ts';
import { fail } from '../../src/diagnostic.ts';
import type { Entry } from '../../src/journal/entry.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { open } from '../journal/journals.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { run } from '../playbook/run-on-lab.ts';

const noSignal = (): AbortSignal => new AbortController().signal;

async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-journal-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A journal on a disk that is full from the first record of that type on. */
async function fullFrom(type: Event['type']) {
  const path = join(await scratch(), 'r1.jsonl');
  await writeFile(path, '');
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const record = (event: Entry) => (event.type === type ? Promise.reject(full) : Promise.resolve());
  return guardJournal({ path, record, close: () => Promise.resolve() }, noSignal());
}

test('a step whose record cannot be written does not run, and is told as not run', async () => {
  const survey = labSurvey({ files: { '/etc/pve/nodes/pve1/qemu-server/100.conf': 'cores: 1\n' } });
  const wanted = [{ kind: 'vm', args: { vmid: 100, cores: 2 }, positions: {}, declaredBy: 'test' }];
  const journal = await fullFrom('step-started');
  const told: ReportEvent[] = [];
  const sent: string[] = [];
  const applied = await apply(makePlan(survey, wanted, { allowDestroy: false }).plans, {
    survey,
    run: 'r',
    exec: async (_host, script) => {
      sent.push(script);
      return fail();
    },
    record: journal.record,
    report: (event) => void told.push(event),
    signal: journal.signal,
  });
  expect(sent).toEqual([]);
  expect(applied).toMatchObject({ interrupted: true, commands: 0 });
  expect(told.flatMap((event) => (event.type === 'step-finished' ? [event.outcome] : []))).toEqual([
    'not-run',
  ]);
  expect(journal.trouble()?.message).toMatch(
    /^Cannot go on: the run's record .*r1\.jsonl can't be written: no space is left; no step runs without its record$/u,
  );
});

test('a playbook stops there with 1, says why, and what was not begun', async () => {
  const journal = await fullFrom('step-started');
  const ran = await run('    - command: uptime\n    - command: date\n', {
    record: journal.record,
    signal: journal.signal,
    recordTrouble: journal.trouble,
  });
  expect([ran.exit, ran.sent]).toEqual([1, []]);
  const said = ran.events.flatMap((event) => (event.type === 'diagnostic' ? [event.diagnostic.message] : []));
  expect(said).toEqual([
    expect.stringContaining('not begun: "command"'),
    expect.stringContaining('no space is left'),
  ]);
  expect(ran.events.at(-1)).toMatchObject({ type: 'run-finished', exit: 1 });
});

test('a record whose directory was removed is lost too', async () => {
  const directory = await scratch();
  const journal = guardJournal(await open(directory, 'r1'), noSignal());
  const event: Event = { type: 'task-started', name: 'a' };
  await journal.record(event);
  expect([journal.trouble(), journal.signal.aborted]).toEqual([undefined, false]);
  await rm(directory, { recursive: true });
  await journal.record(event);
  await journal.close();
  expect(journal.trouble()?.message).toContain("can't be written: there is no such file or directory");
  expect(journal.signal.aborted).toBe(true);
});
