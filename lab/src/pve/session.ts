import type { CommandInput, Machine, Ran } from '../machine.ts';
import { Failure } from './failure.ts';

/** One run of a PVE tool: its node and what it has written so far. */
export interface Session {
  readonly machine: Machine;
  readonly input: CommandInput;
  readonly print: (text: string) => void;
  /** To stderr, or to stdout inside a task, as PVE's workers do. */
  readonly warn: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly tasks: { depth: number; warnings: number };
  readonly finish: (exit: number) => Ran;
}

/** Begins a run. */
export function openSession(machine: Machine, input: CommandInput): Session {
  let stdout = '';
  let stderr = '';
  const tasks = { depth: 0, warnings: 0 };
  return {
    machine,
    input,
    tasks,
    print: (text) => void (stdout += text),
    writeError: (text) => void (stderr += text),
    warn: (text) => {
      if (tasks.depth > 0) stdout += text;
      else stderr += text;
    },
    finish: (exit) => ({ stdout, stderr, exit }),
  };
}

/** `log_warn`: a warning that a task counts at its end. */
export function logWarning(session: Session, text: string): void {
  session.tasks.warnings += 1;
  session.warn(`WARN: ${text}\n`);
}

/** What became of a task. */
export interface TaskEnd {
  readonly failed: boolean;
  readonly upid: string;
}

/**
 * Runs as a worker of PVE::RESTEnvironment does under a CLI tool: warnings go to stdout, and a failure is not passed on but written to
 * stderr on one line; whether the tool's exit code tells of it is the tool's own matter.
 */
export async function runTask(
  session: Session,
  type: string,
  id: string,
  work: () => Promise<void> | void,
): Promise<TaskEnd> {
  const started = session.machine.clock();
  const outer = session.tasks.depth > 0;
  session.tasks.depth += 1;
  let error: string | undefined;
  try {
    await work();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    error = thrown.text.replace(/\n$/, '').replaceAll('\n', ' ');
  } finally {
    session.tasks.depth -= 1;
  }
  const upid = logTask(session.machine, type, id, started, error);
  const line =
    error ??
    (session.tasks.warnings > 0 ? `Task finished with ${session.tasks.warnings} warning(s)!` : undefined);
  if (line !== undefined) {
    if (outer) session.print(`${line}\n`);
    else session.writeError(`${line}\n`);
  }
  return { failed: error !== undefined, upid };
}

const TASK_INDEX = '/var/log/pve/tasks/index';

/** Adds the finished task to the node's task index (the UPID, the end in hexadecimal seconds, the status) and returns its UPID. */
function logTask(
  machine: Machine,
  type: string,
  id: string,
  started: number,
  error: string | undefined,
): string {
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');
  const pid = 1000 + (Number.parseInt(machine.random.hex(4), 16) % 60000);
  const upid = `UPID:${machine.name}:${hex(pid)}:${hex(started % 0xffffffff)}:${hex(started)}:${type}:${id}:root@pam:`;
  machine.files.write(
    TASK_INDEX,
    `${machine.files.read(TASK_INDEX) ?? ''}${upid} ${hex(machine.clock())} ${error ?? 'OK'}\n`,
  );
  return upid;
}
