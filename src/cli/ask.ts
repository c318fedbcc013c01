import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks on stderr and reads one line of stdin; undefined when stdin has ended or `signal` was aborted. */
export async function askOnTerminal(question: string, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // readline in a terminal takes Ctrl-C for itself; the process's own handler must see it.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new Promise<undefined>((resolve) => void lines.once('close', () => resolve(undefined)));
  const answered = lines.question(question, { signal }).catch(() => undefined);
  const answer = await Promise.race([answered, ended]);
  lines.close();
  return answer;
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
