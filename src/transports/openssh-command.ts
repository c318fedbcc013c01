import { readFile, rm } from 'node:fs/promises';
import { execa } from 'execa';
import { fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { runChild, startChild } from './child-command.ts';
import { cannotStart } from './local.ts';
import { checkArguments, commandArguments, type OpensshProgram } from './openssh-arguments.ts';
import { channelRefused, connectionLost } from './run-command.ts';
import type { Ending, ExecOptions, Finished } from './transport.ts';
import { unfinished } from './trouble.ts';

/** Where a command's master is met, and the command's own log. */
interface Way {
  readonly socket: string;
  readonly log: string;
}

/** Runs a command over a master. */
export async function runOverMaster(
  program: OpensshProgram,
  node: Node,
  way: Way,
  command: string,
  options: ExecOptions,
): Promise<Result<Finished>> {
  const child = startChild(program.command, commandArguments(program, node.connection, way, command));
  return runChild(node, command, child, options, {
    // The master then closes the channel, as the ssh that is in its way is gone.
    stop: child.terminate,
    judge: async ({ code }) => {
      if (code !== undefined) return fail(cannotStart(node, command, code));
      const said = await readFile(way.log, 'utf8').catch(() => undefined);
      await rm(way.log, { force: true });
      // The log goes when the connection is closed.
      return said === undefined
        ? fail(connectionLost(node, command))
        : endOf(program, node, way, command, said);
    },
  });
}

/**
 * Reads the end of a command from what ssh logged, because its exit code 255 is also a command's. ssh drops the name of
 * a signal that killed a command, and says the same of that as of a master that is gone; the master knows.
 */
async function endOf(
  program: OpensshProgram,
  node: Node,
  { socket }: Way,
  command: string,
  said: string,
): Promise<Result<Ending>> {
  const status = /Received exit status from master (\d+)/u.exec(said)?.[1];
  if (status !== undefined) return ok({ exit: Number(status) });
  const refusal = /session request failed: (.*)/u.exec(said)?.[1];
  if (refusal !== undefined) return fail(channelRefused(node, command, new Error(refusal.trim())));
  if (!/hello_exchange: master version/u.test(said)) return fail(notConnected(node, command));
  const { exitCode } = await execa(program.command, checkArguments(socket), {
    reject: false,
    stdio: 'ignore',
  });
  return exitCode === 0 ? ok({ exit: null }) : fail(connectionLost(node, command));
}

/** No connection to send a command over. */
export function notConnected(node: Node, command: string) {
  return unfinished(node, 'not-connected', command, 'the connection was lost before it was sent');
}
