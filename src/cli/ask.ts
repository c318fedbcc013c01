import { createInterface } from 'node:readline/promises';

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
