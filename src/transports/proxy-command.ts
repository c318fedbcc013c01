import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** A command whose standard input and output lead to a server (ssh_config(5), ProxyCommand). */
export interface ProxyCommand {
  readonly stream: Duplex;
  /** The last line that it wrote to its standard error; empty when it wrote none. */
  readonly said: () => string;
  /** Ends the command and what it started. */
  readonly end: () => Promise<void>;
}

/** Milliseconds in which a command must have ended that was told to. */
const patience = 2000;

export function openProxyCommand(command: string): ProxyCommand {
  // A process group of its own, so that all of it can be ended at once.
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdin.on('error', () => undefined);
  const stream = Duplex.from({ writable: child.stdin, readable: child.stdout });
  stream.on('error', () => undefined);
  let written = '';
  child.stderr.on('data', (chunk: Buffer) => {
    written = (written + chunk.toString('latin1')).slice(-1000);
  });
  const over = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  child.once('error', () => stream.destroy());
  const endAll = async (): Promise<void> => {
    stream.destroy();
    signal(child, 'SIGTERM');
    if (await isOverIn(patience)) return;
    signal(child, 'SIGKILL');
    await isOverIn(patience);
  };
  const isOverIn = (milliseconds: number): Promise<boolean> =>
    Promise.race([over.then(() => true), wait(milliseconds, false, { ref: false })]);
  let ending: Promise<void> | undefined;
  const end = () => (ending ??= endAll());
  stream.once('close', () => void end());
  return { stream, said: () => written.trim().split('\n').at(-1) ?? '', end };
}

/** To the command's whole group, which may outlive its first process. */
function signal({ pid }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // All of it has ended.
  }
}
