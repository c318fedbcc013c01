import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { onAbort } from './on-abort.ts';
import { inputFailed, interrupted, outputTaker, tooLong } from './run-command.ts';
import { sendInput } from './send-input.ts';
import type { Ending, ExecOptions, Finished } from './transport.ts';

/** A process of this machine that stands for a command of a node. */
interface Child {
  readonly pid: number | undefined;
  /** Asks it to end, and kills it when it has not after 5 seconds. */
  readonly terminate: () => void;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** When it has ended, and all of its output was taken. */
  readonly ended: Promise<ChildEnd>;
}

/** How a process ended, or why it was not started. */
export interface ChildEnd {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** Of the operating system, as E2BIG. */
  readonly code?: string | undefined;
}

/** Starts a process in a group of its own, so that an interrupt from the terminal does not reach it. Held back, it costs some 100 KiB. */
export function startChild(file: string, args: readonly string[], cwd?: string): Child {
  const child = execa(file, args, {
    ...(cwd !== undefined && { cwd }),
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    detached: true,
    cleanup: false,
    reject: false,
  });
  // What does not read its input ends it; how the process ends says more.
  child.stdin.on('error', () => undefined);
  const end = async (): Promise<ChildEnd> => {
    const { exitCode, signal, code } = await child;
    return { exitCode, signal, code };
  };
  return {
    pid: child.pid,
    terminate: () => void child.kill('SIGTERM'),
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended: end(),
  };
}

/** What is particular to a way of running commands: how one is stopped, and what its process's end says of it. */
interface Particulars {
  readonly stop: () => void;
  readonly judge: (end: ChildEnd) => Promise<Result<Ending>> | Result<Ending>;
}

/** Runs a command of a node that a process of this machine stands for. */
export function runChild(
  node: Node,
  command: string,
  child: Child,
  options: ExecOptions,
  { stop, judge }: Particulars,
): Promise<Result<Finished>> {
  const { stdin, timeoutSeconds, signal } = options;
  const take = outputTaker(options);
  return new Promise((resolve) => {
    let settled = false;
    const settle = (result: Result<Finished>): void => {
      settled = true;
      clearTimeout(timer);
      stopListening();
      resolve(result);
    };
    const giveUp = (why: Diagnostic): void => {
      settle(fail(why));
      stop();
      // Others may hold the pipes open for longer.
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    };
    const timer =
      timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => giveUp(tooLong(node, command, timeoutSeconds)), timeoutSeconds * 1000);
    const stopListening = onAbort(signal, () => giveUp(interrupted(node, command)));
    for (const stream of ['stdout', 'stderr'] as const) {
      const readable = child[stream];
      readable.on('error', () => undefined);
      readable.on('data', (chunk: Buffer) => {
        const taken = settled ? undefined : take(stream, chunk);
        if (taken === undefined) return;
        readable.pause();
        void taken.finally(() => readable.resume());
      });
    }
    const finish = async (): Promise<void> => {
      const end = await child.ended;
      if (settled) return;
      const ending = await judge(end);
      if (!settled) settle(ending.ok ? ok({ ...ending.value, ...take.collected() }) : ending);
    };
    const send = async (): Promise<void> => {
      try {
        await sendInput(child.stdin, stdin);
      } catch (error) {
        if (!settled) giveUp(inputFailed(node, command, error));
      }
    };
    void finish();
    void send();
  });
}
