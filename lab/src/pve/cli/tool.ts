import type { PveCommand, Ran } from '../../machine.ts';
import { Failure } from '../failure.ts';
import type { Properties } from '../schema/types.ts';
import { openSession, type Session, type TaskEnd } from '../session.ts';
import { readPasswords } from './passwords.ts';
import { readFiles, type FileParameter } from './file-parameters.ts';
import { readArguments, type Parameters } from './getopt.ts';
import { localeText } from './locale.ts';
import { resolve, shortUsage } from './usage.ts';
import { verifyParameters } from './verify.ts';

/** What one command of a tool does. */
export interface Command {
  readonly parameters: Properties;
  /** Parameters given without a name, in order; the last may be `extra-args`. */
  readonly positional: readonly string[];
  /** Parameters that the tool sets itself; `node` is one unless it is an argument. */
  readonly fixed?: readonly string[];
  /** Options whose argument names a file to read. */
  readonly files?: readonly FileParameter[];
  /**
   * Secrets that the tool asks for when they are given without a value, or needed and not given: without a terminal it reads a line, and
   * another to confirm it.
   */
  readonly prompts?: readonly string[];
  /** Whether the tool's exit code tells that the task failed; else it is 0, as for `qm resize`. */
  readonly exitsAsTask?: boolean;
  readonly run: (
    session: Session,
    parameters: Parameters,
    extra: readonly string[],
  ) => Promise<TaskEnd | Exited | void> | TaskEnd | Exited | void;
}

/** A command whose exit code is that of a program that it ran. */
export interface Exited {
  readonly exit: number;
}

/** A tool such as `qm`: its usage lines, in groups as PVE prints them, its aliases and what the lab models of it. */
export interface Tool {
  readonly name: string;
  /** `qm create <vmid> [OPTIONS]`, by group. */
  readonly usage: readonly (readonly string[])[];
  /** `resize` → `disk resize`. */
  readonly aliases: Readonly<Record<string, string>>;
  /** By the words after the tool's name: `disk resize`. */
  readonly commands: Readonly<Record<string, Command>>;
}

/** Exit code of any failure: the real one's number means nothing. */
const FAILED = 255;

/** A tool as a program of the node. */
export function toolCommand(tool: Tool): PveCommand {
  return async (machine, argv, input) => {
    const session = openSession(machine, input);
    try {
      return await runTool(tool, session, argv);
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      session.writeError(thrown.text);
      return session.finish(FAILED);
    }
  };
}

/** A tool that is one command, such as `vzdump`; `usage` is its line of arguments. */
export function singleCommand(usage: string, command: Command): PveCommand {
  return async (machine, argv, input) => {
    const session = openSession(machine, input);
    try {
      return finish(session, command, await runCommand(session, command, usage, argv));
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      session.writeError(thrown.text);
      return session.finish(FAILED);
    }
  };
}

function finish(session: Session, command: Command, end: TaskEnd | Exited | undefined): Ran {
  if (end !== undefined && 'exit' in end) return session.finish(end.exit);
  return session.finish(
    command.exitsAsTask === true && end?.failed === true && end.hidden !== true ? FAILED : 0,
  );
}

async function runTool(tool: Tool, session: Session, argv: readonly string[]): Promise<Ran> {
  const found = resolve(tool, argv);
  if (found.kind !== 'command') {
    session.writeError(
      `ERROR: ${found.error}\n${shortUsage(tool, found.kind === 'group' ? found.prefix : undefined)}`,
    );
    return session.finish(FAILED);
  }
  const command = tool.commands[found.words];
  if (command === undefined) {
    session.writeError(`pvefleet-lab: '${tool.name} ${found.words}' is not modelled\n`);
    return session.finish(FAILED);
  }
  return finish(session, command, await runCommand(session, command, found.usage, found.rest));
}

/** Reads, checks and runs; a refusal of parameters gets the usage line. Throws Failure. */
export async function runCommand(
  session: Session,
  command: Command,
  usage: string,
  argv: readonly string[],
): Promise<TaskEnd | Exited | undefined> {
  try {
    const fixed = (command.fixed ?? []).concat(command.positional.includes('node') ? [] : 'node');
    const read = readArguments(
      argv,
      command.parameters,
      command.positional,
      fixed,
      (line) => session.warn(`${line}\n`),
      command.prompts,
    );
    const asked = readPasswords(
      session.input.stdin,
      (command.prompts ?? []).filter(
        (name) => (read.parameters[name] ?? (command.parameters[name]?.optional ? undefined : '')) === '',
      ),
    );
    const given = Object.fromEntries(
      Object.entries({ ...read.parameters, ...asked }).map(([name, text]) => [
        name,
        localeText(text, session.input.env),
      ]),
    );
    const parameters = readFiles(session, given, command.files ?? []);
    const table = Object.fromEntries(
      Object.entries(command.parameters).filter(([name]) => !fixed.includes(name)),
    );
    verifyParameters(parameters, table);
    return (await command.run(session, parameters, read.extra)) ?? undefined;
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== 400) throw thrown;
    session.writeError(`${thrown.text}${usage}\n`);
    throw new Failure('');
  }
}
