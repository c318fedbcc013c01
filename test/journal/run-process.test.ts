import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Readable, Writable } from 'node:stream';
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
  // exec leaves a child to a program that does not know of it; that it does not end before, cat waits for our end of file.
  const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 600 3<&-'], {
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdio[1] as Readable, 'data')) as [Buffer];
  const pid = Number(line.toString());
  const nameOf = (of: number | undefined): string => readFileSync(`/proc/${of}/comm`, 'utf8').trim();
  await expect.poll(() => nameOf(parent.pid), { interval: 5, timeout: 20_000 }).toBe('sleep');
  (parent.stdio[3] as Writable).end();
  const state = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] ?? '';
  await expect.poll(state, { interval: 5, timeout: 20_000 }).toBe('Z');
  expect(await processOf(opened(hostname(), { pid }))).toBe('gone');
});
