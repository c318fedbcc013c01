import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command } from '../../src/actions/command.ts';
import { raw } from '../../src/actions/raw.ts';
import { script } from '../../src/actions/script.ts';
import { shell } from '../../src/actions/shell.ts';
import { messagesOf, runHere, temporary } from './on-this-host.ts';

test('a command runs in chdir, where creates is not there', async () => {
  const directory = await temporary();
  await mkdir(join(directory, 'a b'));
  const line = `touch made chdir="${directory}/a b" creates=made`;
  expect(await runHere(command, line, { check: true })).toMatchObject({
    outcome: 'changed',
    message: 'check mode: would run touch made',
  });
  expect(await runHere(command, line)).toMatchObject({
    outcome: 'changed',
    commands: [`touch made (in ${directory}/a b)`],
  });
  expect(await readdir(join(directory, 'a b'))).toEqual(['made']);
  expect(await runHere(command, line)).toMatchObject({
    outcome: 'ok',
    result: { stdout: 'skipped, since made exists', rc: 0 },
  });
  expect(await runHere(command, { cmd: 'false', removes: join(directory, '*.old') })).toMatchObject({
    outcome: 'ok',
    commands: [],
  });
});

test('a command gets its input, and its output is kept', async () => {
  expect(await runHere(command, { cmd: 'cat', stdin: 'a\nb' })).toMatchObject({
    result: { stdout: 'a\nb', stdout_lines: ['a', 'b'] },
  });
  expect(await runHere(command, { cmd: 'cat', stdin: 'a\n\n', strip_empty_ends: false })).toMatchObject({
    result: { stdout: 'a\n\n' },
  });
});

test('shell runs what only a shell can', async () => {
  expect(await runHere(shell, 'echo "a  b" | tr a-z A-Z; exit 3')).toMatchObject({
    outcome: 'failed',
    result: { rc: 3, stdout: 'A  B', msg: 'non-zero return code' },
    diagnostics: [{ message: 'Cannot run echo "a  b" | tr a-z A-Z; exit 3: exit code 3; it said: A  B' }],
  });
  expect(await runHere(shell, { cmd: 'echo $0', executable: '/bin/bash' })).toMatchObject({
    result: { stdout: '/bin/bash' },
  });
  expect((await runHere(shell, 'echo', { check: true })).outcome).toBe('skipped');
});

test('raw takes output as it is', async () => {
  expect(await runHere(raw, 'printf "a\\n\\n"')).toMatchObject({ result: { stdout: 'a\n\n' } });
});

test('script runs a file of the controller with its arguments, and leaves nothing behind', async () => {
  const directory = await temporary();
  await writeFile(join(directory, 's.sh'), '#!/bin/sh\necho "$1-$2"; exit 4\n');
  const ran = await runHere(script, 's.sh "a b" c', { directories: [directory] });
  expect(ran).toMatchObject({ outcome: 'failed', result: { rc: 4, stdout: 'a b-c\n' } });
  await writeFile(join(directory, 'plain'), 'echo $0 | cut -c1-4; echo $1');
  expect(
    await runHere(script, { cmd: 'plain x', executable: 'sh' }, { directories: [directory] }),
  ).toMatchObject({ result: { stdout: '/tmp\nx\n' } });
  expect(messagesOf(await runHere(script, 'none.sh', { directories: [directory] }))).toEqual([
    `Cannot find none.sh: it is at none of ${directory}/files/none.sh, ${directory}/none.sh`,
  ]);
});
