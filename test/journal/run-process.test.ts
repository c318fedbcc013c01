import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { ownProcess, processOf } from '../../src/journal/run-process.ts';

const opened = (host: string, recorded: { readonly pid: number; readonly began?: string } | undefined) => ({
  type: 'opened' as const,
  format: 1 as const,
  run: 'r',
  caller: { user: 'u', host },
  argv: [],
  after: { heads: '' },
  ...(recorded !== undefined && { process: recorded }),
});

test('a process is there, gone, another one with its number, or elsewhere', async () => {
  const own = await ownProcess();
  expect(await processOf(opened(hostname(), own))).toBe('alive');
  expect(await processOf(opened(hostname(), { ...own, began: 'another boot 1' }))).toBe('gone');
  expect(await processOf(opened(hostname(), undefined))).toBe('gone');
  expect(await processOf(opened('somewhere.else', own))).toBe('elsewhere');
});

test('one that has ended is gone, though nobody has asked for its end', async () => {
  // exec leaves a child to a program that does not know of it; the child ends when that is there, and not before.
  const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 >/dev/null & echo $!; exec sleep 600'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  const state = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] ?? '';
  const program = (): string => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim();
  await expect.poll(program, { interval: 5 }).toBe('sleep');
  parent.stdin.end();
  await expect.poll(state, { interval: 5 }).toBe('Z');
  expect(await processOf(opened(hostname(), { pid }))).toBe('gone');
});
