import { once } from 'node:events';
import type { Interface } from 'node:readline/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks on stderr and reads one line of stdin; undefined when stdin has ended or `signal` was aborted. */
export async function askOnTerminal(question: string, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted) return undefined;
  if (!process.stdin.isTTY) {
    process.stderr.write(question);
    const answer = await pipedLine(signal);
    process.stderr.write('\n');
    return answer;
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // readline in a terminal takes Ctrl-C for itself; the process's own handler must see it.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new Promise<undefined>((resolve) => void lines.once('close', () => resolve(undefined)));
  const answered = lines.question(question, { signal }).catch(() => undefined);
  const answer = await Promise.race([answered, ended]);
  lines.close();
  return answer;
}

/** Answers from a pipe may come all at once, before they are asked for. */
interface Piped {
  readonly lines: Interface;
  readonly read: string[];
  isEnded: boolean;
}

let piped: Piped | undefined;

async function pipedLine(signal: AbortSignal): Promise<string | undefined> {
  piped ??= openPiped();
  const { lines, read } = piped;
  if (read.length === 0 && !piped.isEnded) {
    lines.resume();
    const stop = new AbortController();
    const waits = AbortSignal.any([signal, stop.signal]);
    await Promise.race(['line', 'close'].map((event) => once(lines, event, { signal: waits }))).catch(
      () => undefined,
    );
    stop.abort();
    if (!piped.isEnded) lines.pause();
  }
  return read.shift();
}

function openPiped(): Piped {
  const made: Piped = { lines: createInterface({ input: process.stdin }), read: [], isEnded: false };
  made.lines.on('line', (line) => void made.read.push(line));
  made.lines.once('close', () => (made.isEnded = true));
  return made;
}

/** Asks on stderr for one line that is not echoed; undefined without a terminal, at its end, or when `signal` is aborted. */
export async function askHiddenOnTerminal(
  question: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (signal.aborted || !process.stdin.isTTY) return undefined;
  // readline echoes to its output: this one shows the question and swallows the rest.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stderr.write(question);
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new Promise<undefined>((resolve) => void lines.once('close', () => resolve(undefined)));
  const answered = lines.question('', { signal }).catch(() => undefined);
  const answer = await Promise.race([answered, ended]);
  lines.close();
  process.stderr.write('\n');
  return answer;
}
