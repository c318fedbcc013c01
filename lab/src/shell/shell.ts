import {
  Bash,
  decodeBytesToUtf8,
  defineCommand,
  getCommandNames,
  type Command,
  type ResolvedCommandContext,
} from 'just-bash';
import type { SimulatedNode } from '../cluster.ts';
import type { PveCommand, Ran } from '../machine.ts';
import { PowerLost } from '../pve/failure.ts';
import { bytesToText, textToBytes } from './escape.ts';
import { shellFileSystem } from './file-system.ts';
import { withPatience } from './patience.ts';
import type { Program } from './program.ts';
import { programs } from './programs.ts';
import { failed } from './ran.ts';
import { environmentOf, type Shell, type User } from './run.ts';
import { sudo } from './sudo.ts';
import { createUnits, type Units } from './units.ts';
import { OPEN_PROGRAMS, unprivileged } from './unprivileged.ts';

/** Far above what a probe of hundreds of guests needs; the time limit is the client's. */
const LIMITS = {
  maxAwkIterations: 1e8,
  maxCommandCount: 1e7,
  maxLoopIterations: 1e7,
  maxSedIterations: 1e8,
  maxWorkUnits: 1e10,
  maxExecutionTimeMs: 24 * 3600 * 1000,
};

/** Milliseconds that a script may keep the whole lab busy without a pause. */
const PATIENCE_MS = 20_000;

const ABORTED = 130;

const UIDS: Readonly<Record<User, number>> = { root: 0, ops: 1000 };

/** The shell of a node, with these PVE commands. */
export function createShell(
  node: SimulatedNode,
  pve: ReadonlyMap<string, PveCommand>,
  patience = PATIENCE_MS,
): Shell {
  const run: Shell = async ({ command, stdin, env, signal: cancelled, user = 'root' }) => {
    const killed = new AbortController();
    const signal = AbortSignal.any([cancelled, killed.signal]);
    const { processes } = node.machine;
    const pid = processes.spawn(['bash', '-c', command], { onKill: () => killed.abort() });
    const denied: string[] = [];
    const deny = (words: string): void => void denied.push(`${words}\n`);
    const files = shellFileSystem(node.root, deny);
    const bash = new Bash({
      fs: user === 'root' ? files : unprivileged(files, deny),
      cwd: user === 'root' ? '/root' : '/home/ops',
      env: { ...env },
      customCommands: [...(user === 'root' ? commands : opsCommands), sudoAsCommand(run)],
      defenseInDepth: false,
      executionLimits: LIMITS,
      processInfo: { pid, ppid: 702, uid: UIDS[user], gid: UIDS[user] },
      sleep: (ms) => node.machine.sleep(ms / 1000, signal),
    });
    const patient = withPatience(signal, patience);
    const input = {
      stdin: bytesToText(stdin),
      stdinKind: 'text',
      rawScript: true,
      signal: patient.signal,
    } as const;
    const ran = await bash.exec(command, input).catch(brokenShell);
    patient.stop();
    const wasAborted = signal.aborted;
    processes.kill(pid);
    if (patient.isLost())
      denied.push(
        `pvefleet-lab: the script kept the lab busy for ${patience / 1000} s without a pause, and was ended\n`,
      );
    if (wasAborted) return { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), exit: ABORTED };
    return {
      stdout: textToBytes(ran.stdout),
      stderr: textToBytes(plainWords(ran.stderr + denied.join(''))),
      exit: ran.exitCode === 0 && denied.length > 0 ? 1 : ran.exitCode,
    };
  };
  const units = createUnits(node.machine, run);
  const ofPrograms = (user: User): readonly (readonly [string, Command])[] =>
    [...programs].map(([name, program]) => [name, programAsCommand(name, program, node, units, user)]);
  const commands = [
    ...[...pve].map(([name, command]) => pveAsCommand(name, command, node)),
    ...ofPrograms('root').map(([, command]) => command),
  ];
  const opsCommands = [
    ...[...pve.keys()].map((name) => refusing(name, 'please run as root', 255)),
    ...ofPrograms('ops').map(([name, command]) =>
      OPEN_PROGRAMS.has(name) ? command : refusing(name, `${name}: Permission denied`, 126),
    ),
  ];
  installPrograms(node, [...pve.keys()]);
  return run;
}

/** What just-bash threw instead of ending the run. */
function brokenShell(error: unknown): { stdout: string; stderr: string; exitCode: number } {
  return {
    stdout: '',
    stderr: `pvefleet-lab: ${error instanceof Error ? error.message : String(error)}\n`,
    exitCode: 1,
  };
}

function pveAsCommand(name: string, command: PveCommand, { machine }: SimulatedNode): Command {
  return defineCommand(name, async (argv, context) => {
    try {
      return asResult(
        await command(machine, argv.map(asUtf8), {
          stdin: asUtf8(decodeBytesToUtf8(context.stdin)),
          env: Object.fromEntries([...context.env].filter(([key]) => /^[A-Za-z_]\w*$/.test(key))),
          signal: context.signal ?? new AbortController().signal,
        }),
      );
    } catch (error) {
      if (error instanceof PowerLost) return asResult(failed(error.message));
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { stdout: '', stderr: `pvefleet-lab: bug in ${name}: ${words}\n`, exitCode: 255 };
    }
  });
}

function programAsCommand(
  name: string,
  program: Program,
  node: SimulatedNode,
  units: Units,
  user: User,
): Command {
  return defineCommand(name, async (argv, context) =>
    asResult(
      await program({
        node,
        units,
        argv,
        stdin: decodeBytesToUtf8(context.stdin),
        env: context.env,
        cwd: context.cwd,
        exec: inner(context),
        user,
      }),
    ),
  );
}

function refusing(name: string, words: string, exit: number): Command {
  return defineCommand(name, async () => asResult(failed(words, exit)));
}

/** `sudo`: a run of its own, as root. */
function sudoAsCommand(run: Shell): Command {
  return defineCommand('sudo', async (argv, context) =>
    asResult(
      await sudo(argv, async (text) => {
        const ran = await run({
          command: text,
          stdin: textToBytes(decodeBytesToUtf8(context.stdin)),
          env: environmentOf('root'),
          signal: context.signal ?? new AbortController().signal,
        });
        return { stdout: bytesToText(ran.stdout), stderr: bytesToText(ran.stderr), exit: ran.exit };
      }),
    ),
  );
}

/** Runs shell text inside the run that a program was called from. */
function inner(context: ResolvedCommandContext): (text: string) => Promise<Ran> {
  return async (text) => {
    const ran = await context.exec?.(text, {
      cwd: context.cwd,
      ...(context.signal === undefined ? {} : { signal: context.signal }),
    });
    return { stdout: ran?.stdout ?? '', stderr: ran?.stderr ?? '', exit: ran?.exitCode ?? 127 };
  };
}

function asResult({ stdout, stderr, exit }: Ran): {
  stdout: string;
  stderr: string;
  exitCode: number;
  stdoutKind: 'text';
} {
  return { stdout, stderr, exitCode: exit, stdoutKind: 'text' };
}

/** Escaped bytes have no text: Perl would get the bytes, the lab's commands get U+FFFD. */
function asUtf8(text: string): string {
  return text.replace(/[\uf780-\uf7ff]/g, '\ufffd');
}

/** just-bash shows some of its file system's errors raw. */
function plainWords(stderr: string): string {
  return stderr.replace(
    /E[A-Z]+: ([a-z ]+), open '[^']*'/g,
    (_all, words: string) => words.charAt(0).toUpperCase() + words.slice(1),
  );
}

/** just-bash runs a command of its own only as a file in /usr/bin; a file elsewhere is a script, as are PVE's in /usr/sbin here. */
function installPrograms({ machine }: SimulatedNode, pve: readonly string[]): void {
  for (const name of [...pve, ...programs.keys(), 'sudo', ...getCommandNames()])
    machine.files.write(`/usr/bin/${name}`, '', 0o755);
  for (const name of pve) machine.files.write(`/usr/sbin/${name}`, `exec /usr/bin/${name} "$@"\n`, 0o755);
}
