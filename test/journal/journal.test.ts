import { spawn } from 'node:child_process';
import { appendFile, cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listRuns } from '../../src/journal/journal-directory.ts';
import { withLock } from '../../src/journal/lock-file.ts';
import { readRun, stepsOf } from '../../src/journal/read-run.ts';
import { findingsOf, kill, newDirectory, open, writeRun } from './journals.ts';

describe('journals', () => {
  test('of runs one after the other are one chain', async () => {
    const directory = await newDirectory();
    const first = await writeRun(directory, 'a');
    await writeRun(directory, 'b');
    expect((await readRun(join(directory, 'b.jsonl'))).opened?.after).toMatchObject({
      run: 'a',
      head: first.head().head,
    });
    expect(await findingsOf(directory)).toEqual([]);
  });

  test('of runs at the same time are good, however they fall', async () => {
    const directory = await newDirectory();
    await Promise.all(Array.from({ length: 12 }, (_, index) => writeRun(directory, `run-${index}`, 5)));
    expect(await findingsOf(directory)).toEqual([]);
    expect((await readdir(directory)).toSorted()).toEqual(
      ['heads', ...Array.from({ length: 12 }, (_, index) => `run-${index}.jsonl`)].toSorted(),
    );
  });

  test('keep the order in which records were given, many at once', async () => {
    const directory = await newDirectory();
    const journal = await open(directory, 'a');
    const names = Array.from({ length: 500 }, (_, index) => `task ${index}`);
    await Promise.all(names.map((name) => journal.record({ type: 'task-started', name })));
    await journal.close();
    const { records } = await readRun(journal.path);
    expect(records.slice(1).map(({ event }) => event)).toEqual(
      names.map((name) => ({ type: 'task-started', name })),
    );
    expect(records[7]?.line).toBe(8);
  });

  test('are for their owner only', async () => {
    const directory = join(await newDirectory(), 'state');
    const { path } = await writeRun(directory, 'a');
    const modes = await Promise.all([directory, path, join(directory, 'heads')].map((each) => stat(each)));
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '600', '600']);
  });

  test('that cannot be written any more refuse every other record', async () => {
    const directory = await newDirectory();
    const journal = await open(directory, 'a');
    await journal.close();
    const record = () => journal.record({ type: 'task-started', name: 'late' });
    await expect(record()).rejects.toThrow(Error);
    await expect(record()).rejects.toThrow(Error);
    expect(await findingsOf(directory)).toEqual([]);
  });
});

describe('a run that was killed', () => {
  test('is cut off, which is no finding, and the next run is chained to where it came', async () => {
    const directory = await newDirectory();
    const killed = await open(directory, 'a');
    await killed.record({ type: 'task-started', name: 'one' });
    await kill(killed);
    await appendFile(killed.path, '{"at":"2026');
    await writeRun(directory, 'b');
    expect(await findingsOf(directory)).toEqual([]);
    const run = await readRun(killed.path);
    expect([run.closed, run.checked.cutLine]).toEqual([undefined, 3]);
    // What it had can't be taken away now.
    const text = await readFile(killed.path, 'utf8');
    await writeFile(killed.path, text.slice(0, text.indexOf('\n') + 1));
    expect(await findingsOf(directory)).toEqual([
      {
        file: 'a.jsonl',
        line: 2,
        what: 'run b began after a record that is not there any more',
        vouched: 'no more than its first record',
      },
    ]);
  });

  test('while it wrote the chain of heads leaves a line that the next run takes away', async () => {
    const directory = await newDirectory();
    await writeRun(directory, 'a');
    await appendFile(join(directory, 'heads'), '{"at":"2026-01-01","eve');
    await writeRun(directory, 'b');
    expect(await findingsOf(directory)).toEqual([]);
  });

  test('while it held the lock does not hold up the next ones', async () => {
    const directory = await newDirectory();
    const child = spawn('true');
    await new Promise((resolve) => child.on('exit', resolve));
    const { hostname } = await import('node:os');
    const dead = { pid: child.pid, host: hostname(), nonce: 'n' };
    await writeFile(join(directory, 'lock'), JSON.stringify(dead));
    let inside = 0;
    const most: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, () =>
        withLock(join(directory, 'lock'), async () => {
          most.push(++inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside--;
        }),
      ),
    );
    expect(most).toEqual(Array(8).fill(1));
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('what is done to journals is found', () => {
  async function twoRuns() {
    const directory = await newDirectory();
    await writeRun(directory, 'a');
    await writeRun(directory, 'b');
    const path = join(directory, 'a.jsonl');
    return { directory, path, text: await readFile(path, 'utf8') };
  }

  test('an edited byte', async () => {
    const { directory, path, text } = await twoRuns();
    await writeFile(path, text.replace('task 1', 'task 9'));
    expect(await findingsOf(directory)).toEqual([
      {
        file: 'a.jsonl',
        line: 3,
        what: 'this record was changed: its text has another hash than it says',
        vouched: 'its first 2 records (lines 1 to 2)',
      },
    ]);
  });

  test('the end of a run cut off', async () => {
    const { directory, path, text } = await twoRuns();
    const lines = text.split('\n');
    await writeFile(path, `${lines.slice(0, 2).join('\n')}\n`);
    expect(await findingsOf(directory)).toMatchObject([
      { file: 'a.jsonl', line: 3, what: 'records 2 to 3 are missing: its end was cut off after the run' },
    ]);
    await writeFile(path, text.slice(0, -10));
    expect(await findingsOf(directory)).toMatchObject([{ line: 4 }]);
  });

  test('a file replaced by a good chain, removed, or put in', async () => {
    const { directory, path, text } = await twoRuns();
    const other = await newDirectory();
    await writeRun(other, 'a');
    await cp(join(other, 'a.jsonl'), path);
    expect(await findingsOf(directory)).toMatchObject([
      {
        file: 'a.jsonl',
        line: 1,
        what: 'this is another run than that which began then: the file was replaced',
      },
    ]);
    await rm(path);
    expect(await findingsOf(directory)).toMatchObject([{ file: 'a.jsonl', vouched: 'nothing of this run' }]);
    await writeFile(path, text);
    await writeRun(other, 'c');
    await cp(join(other, 'c.jsonl'), join(directory, 'c.jsonl'));
    expect(await findingsOf(directory)).toMatchObject([
      {
        file: 'c.jsonl',
        what: 'the chain of heads does not know this run: its entry was taken out, or the file put in',
      },
    ]);
  });

  test('not what was kept there before and is no journal', async () => {
    const { directory } = await twoRuns();
    await writeFile(join(directory, 'secrets.jsonl'), '["vm/100@lab cipassword","0f0f"]\n');
    expect(await findingsOf(directory)).toEqual([]);
    expect(await listRuns(directory)).toMatchObject({ value: ['a', 'b'] });
  });

  test('a record added after the end', async () => {
    const { directory, path } = await twoRuns();
    await appendFile(path, '{"at":"');
    expect(await findingsOf(directory)).toMatchObject([
      { file: 'a.jsonl', line: 5, what: 'something was added after the run had ended' },
    ]);
  });

  test('the chain of heads edited, or gone', async () => {
    const { directory } = await twoRuns();
    const heads = join(directory, 'heads');
    const text = await readFile(heads, 'utf8');
    const lines = text.split('\n');
    await writeFile(heads, [lines[0], ...lines.slice(2)].join('\n'));
    expect(await findingsOf(directory)).toMatchObject([
      { file: 'heads', line: 2, what: 'this is record 2; record 1 is missing before it' },
    ]);
    await rm(heads);
    expect((await findingsOf(directory))[0]).toMatchObject({ file: 'heads' });
  });
});

test('steps are found by cluster and id, with what is known of their end', async () => {
  const directory = await newDirectory();
  const journal = await open(directory, 'a');
  const about = { at: 'now', cluster: 'lab', address: 'vm/100@lab', node: 'pve1', command: 'qm start 100' };
  await journal.record({ type: 'step-started', step: '1/1', ...about });
  await journal.record({ type: 'step-started', step: '1/1', ...about, node: 'pve2' });
  await journal.record({ type: 'step-started', step: '2/1', ...about });
  const ended = { outcome: 'done', exit: 0, seconds: 1, stdout: '', stderr: '', diagnostics: [] } as const;
  await journal.record({ type: 'step-finished', step: '1/1', ...about, ...ended });
  await journal.close();
  const steps = stepsOf(await readRun(journal.path));
  expect([...steps].map(([key, { started, finished }]) => [key, started?.step, finished?.outcome])).toEqual([
    ['lab/pve1 1/1', '1/1', 'done'],
    ['lab/pve2 1/1', '1/1', undefined],
    ['lab/pve1 2/1', '2/1', undefined],
  ]);
});
