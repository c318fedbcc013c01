import { homedir } from 'node:os';
import { fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { type ChildEnd, runChild, startChild } from './child-command.ts';
import { aborted } from './open-socket.ts';
import { endGroup } from './process-group.ts';
import { connectionLost, interrupted } from './run-command.ts';
import type { Connection, Ending, Transport } from './transport.ts';
import { unfinished } from './trouble.ts';

/** Runs commands on this machine, as the user who runs this and in the home directory, as over SSH, unless the node has another. */
export function createLocalTransport(): Transport {
  return {
    connect: async (node, { signal }) =>
      signal?.aborted === true ? fail(aborted(node)) : ok(toConnection(node)),
  };
}

function toConnection(node: Node): Connection {
  const running = new Set<number>();
  const ending = new Set<Promise<void>>();
  let open = true;

  /** Ends a command with all that it started, save what made itself a group of its own. */
  const stop = (pid: number | undefined): void => {
    if (pid === undefined) return;
    const end = endGroup(pid).finally(() => ending.delete(end));
    ending.add(end);
  };

  return {
    exec: async (command, options = {}) => {
      if (!open) return fail(unfinished(node, 'not-connected', command, 'the connection was closed'));
      if (options.signal?.aborted === true) return fail(interrupted(node, command));
      const child = startChild('/bin/sh', ['-c', command], node.connection.directory ?? homedir());
      const { pid } = child;
      if (pid !== undefined) running.add(pid);
      const finished = await runChild(node, command, child, options, {
        stop: () => stop(pid),
        judge: (end) => (open ? endOf(node, command, end) : fail(connectionLost(node, command))),
      });
      if (pid !== undefined) running.delete(pid);
      return finished;
    },
    close: async () => {
      open = false;
      for (const pid of running) stop(pid);
      await Promise.all(ending);
    },
  };
}

function endOf(node: Node, command: string, { exitCode, signal, code }: ChildEnd): Result<Ending> {
  if (signal !== undefined) return ok({ exit: null, signal });
  if (exitCode !== undefined) return ok({ exit: exitCode });
  return fail(cannotStart(node, command, code));
}

/** The operating system starts no process for a command. */
export function cannotStart(node: Node, command: string, code: string | undefined) {
  return code === 'E2BIG'
    ? unfinished(
        node,
        'too-long',
        command,
        `it has ${Buffer.byteLength(command)} bytes, which is more than a process may be given`,
        'send it as standard input of "sh"',
      )
    : unfinished(node, 'failed', command, `this machine starts no process for it (${code ?? 'unknown'})`);
}
