import { hostname } from 'node:os';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openJournal } from '../../src/journal/journal.ts';
import { newDirectory, writeRun } from '../journal/journals.ts';
import { runCli } from './run-cli.ts';

test.each([
  [[], 1, 'Cannot run rollback: no run is named; one is wanted, or "last"'],
  [['a', 'b'], 1, 'Cannot run rollback: "b" is too much'],
  [['--read-only', 'a'], 6, 'Cannot run rollback: the mode is read-only'],
  [['--checkpoint', 'files', 'a'], 1, '--checkpoint is "files"; one of snapshot, backup, none is wanted'],
  [['a', '--state', '/nonexistent'], 1, 'Cannot read journals in /nonexistent'],
])('rollback %j is told before anything is connected to', async (argv, code, message) => {
  expect(await runCli(['rollback', ...argv])).toMatchObject({
    code,
    stdout: '',
    stderr: expect.stringContaining(message),
  });
});

test('a run that is under way is not taken back, nor one whose journal was changed, nor a target that it did not touch', async () => {
  const state = await newDirectory();
  const caller = { user: 'ops', host: hostname() };
  const journal = await openJournal({
    run: 'run-a',
    directory: state,
    caller,
    argv: [],
    hide: (entry) => entry,
  });
  expect(await runCli(['rollback', 'run-a', '--state', state])).toMatchObject({
    code: 5,
    stderr: expect.stringContaining(
      'Cannot roll back run-a: it is still under way; one that has ended is wanted',
    ),
  });
  await journal.close();

  const changed = await writeRun(state, 'run-b');
  await writeFile(changed.path, (await readFile(changed.path, 'utf8')).replace('task 1', 'task 9'));
  expect(await runCli(['rollback', 'run-b', '--state', state])).toMatchObject({
    code: 6,
    stderr: expect.stringContaining(
      'Cannot roll back run-b: its journal run-b.jsonl:3: this record was changed',
    ),
  });

  // What the run began last can't be seen any more; the chain of heads knows that there was more.
  const cut = await writeRun(state, 'run-cut');
  const lines = (await readFile(cut.path, 'utf8')).split('\n');
  await writeFile(cut.path, `${lines.slice(0, 3).join('\n')}\n`);
  expect(await runCli(['rollback', 'run-cut', '--state', state])).toMatchObject({
    code: 6,
    stderr: expect.stringContaining(
      'Cannot roll back run-cut: its journal run-cut.jsonl:4: record 3 is missing: its end was cut off',
    ),
  });

  await writeRun(state, 'run-c');
  expect(await runCli(['rollback', 'run-c', '--state', state, '--target', 'vm/9'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Cannot roll back the target "vm/9": the run changed no such resource'),
  });
  expect(await runCli(['show', 'run-c', '--state', state, '--files'])).toMatchObject({
    code: 0,
    stdout: 'No files were kept: the run changed none by a plan.\n',
  });
  expect(await runCli(['show', 'run-c', '--state', state, '--file', '/etc/pve/x'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Cannot print /etc/pve/x: the run kept no such file'),
  });
});
