import { join } from 'node:path';
import { execa } from 'execa';
import pLimit from 'p-limit';
import { type Diagnostic, fail, ok, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { aborted } from './open-socket.ts';
import { masterArguments, type OpensshProgram } from './openssh-arguments.ts';
import { notConnected, runOverMaster } from './openssh-command.ts';
import { makePrivateDirectory, type Master, type PrivateDirectory, startMaster } from './openssh-master.ts';
import { lateTrouble, opensshTrouble } from './openssh-trouble.ts';
import { interrupted } from './run-command.ts';
import type { Connection, ConnectOptions, Transport } from './transport.ts';
import { unreachable } from './trouble.ts';

/** A log-in of OpenSSH is up to 100 ms of a core. */
const logInsAtOnce = 16;

/** The oldest release whose options we use: SSH_ASKPASS_REQUIRE came with it. */
const oldest = [8, 4] as const;

/** The system's own ssh, with all of the user's configuration: one process a node holds the connection, one a command uses it. */
export function createOpensshTransport(program: OpensshProgram = { command: 'ssh' }): Transport {
  const logIns = pLimit(logInsAtOnce);
  let version: Promise<string | undefined> | undefined;
  return {
    connect: async (node, options) => {
      const missing = whatIsMissing(node, program, await (version ??= findVersion(program)));
      return missing === undefined ? logIns(() => connect(program, node, options)) : fail(missing);
    },
  };
}

async function connect(
  program: OpensshProgram,
  node: Node,
  { timeoutSeconds, signal }: ConnectOptions,
): Promise<Result<Connection>> {
  if (signal?.aborted === true) return fail(aborted(node));
  const directory = await makePrivateDirectory();
  const args = masterArguments(program, node.connection, directory.socket, timeoutSeconds);
  const started = await startMaster(directory, [program.command, ...args], {
    password: node.connection.password,
    limitSeconds: 2 * timeoutSeconds,
    signal,
  });
  switch (started.kind) {
    case 'open':
      return ok(toConnection(program, node, directory, started.master));
    case 'aborted':
      return fail(aborted(node));
    case 'timeout':
      return fail(lateTrouble(node, started.said, timeoutSeconds));
    case 'ended':
      return fail(await opensshTrouble(node, started.said, timeoutSeconds));
  }
}

function toConnection(
  program: OpensshProgram,
  node: Node,
  { path, socket }: PrivateDirectory,
  master: Master,
): Connection {
  let commands = 0;
  let open = true;
  return {
    exec: async (command, options = {}) => {
      if (!open || !master.alive()) return fail(notConnected(node, command));
      if (options.signal?.aborted === true) return fail(interrupted(node, command));
      const log = join(path, String(++commands));
      return runOverMaster(program, node, { socket, log }, command, options);
    },
    close: async () => {
      open = false;
      await master.close();
    },
  };
}

/** As "9.2"; undefined when there is no ssh. */
async function findVersion({ command }: OpensshProgram): Promise<string | undefined> {
  const { stderr, failed } = await execa(command, ['-V'], { reject: false, stdin: 'ignore' });
  return failed ? undefined : (/OpenSSH_(\d+\.\d+)/u.exec(stderr)?.[1] ?? '');
}

function whatIsMissing(
  node: Node,
  { command }: OpensshProgram,
  version: string | undefined,
): Diagnostic | undefined {
  if (version === undefined)
    return unreachable(
      node,
      'no-ssh',
      `this machine has no ${command}; its transport is openssh, which needs OpenSSH's client`,
      'install it (Debian: apt-get install openssh-client), or take "pvefleet_transport: ssh", which needs none',
    );
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
  return unreachable(
    node,
    'no-ssh',
    `${command} of this machine is ${version === '' ? 'no OpenSSH' : `OpenSSH ${version}`}; ${oldest.join('.')} or later is wanted`,
    'install a newer one, or take "pvefleet_transport: ssh", which needs none',
  );
}
