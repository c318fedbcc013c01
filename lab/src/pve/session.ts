import type { CommandInput, Machine, Ran } from '../machine.ts';
import { die, Failure, PowerLost } from './failure.ts';
import { openTask, type TaskLog } from './task-log.ts';

/** One run of a PVE tool: its node and what it has written so far. */
export interface Session {
  readonly machine: Machine;
  /** HA's own agent acts itself; what anybody else wants of a guest under HA is passed on to HA (rpcenv's type). */
  readonly caller: 'cli' | 'ha';
  /** Its signal also aborts when a worker of this run is killed. */
  readonly input: CommandInput;
  readonly print: (text: string) => void;
  /** To stderr, or to stdout inside a task, as PVE's workers do. */
  readonly warn: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly tasks: Tasks;
  /** Throws PowerLost when the node on which it was begun has lost its power since. */
  readonly checkPower: () => void;
  readonly finish: (exit: number) => Ran;
}

interface Tasks {
  depth: number;
  warnings: number;
  /** The outermost task's log; what is printed goes there too. */
  log: TaskLog | undefined;
  readonly interrupt: () => void;
}

/** In the middle of a task that a node can be lost in. Throws PowerLost if it was this one. */
export function passMiddle(session: Session, type: string, id: string): void {
  session.machine.faults.inMiddleOf(type, id);
  session.checkPower();
}

/** Begins a run. */
export function openSession(
  machine: Machine,
  input: CommandInput,
  caller: Session['caller'] = 'cli',
): Session {
  let stdout = '';
  let stderr = '';
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  if (input.signal.aborted) interrupt();
  else input.signal.addEventListener('abort', interrupt, { once: true });
  const tasks: Tasks = { depth: 0, warnings: 0, log: undefined, interrupt };
  const print = (text: string): void => {
    stdout += text;
    tasks.log?.append(text);
  };
  const cuts = machine.powerCuts();
  return {
    machine,
    caller,
    checkPower: () => {
      if (machine.powerCuts() !== cuts) throw new PowerLost(`${machine.name} has lost its power`);
    },
    input: { ...input, signal: stop.signal },
    tasks,
    print,
    writeError: (text) => void (stderr += text),
    warn: (text) => {
      if (tasks.depth > 0) print(text);
      else stderr += text;
    },
    finish: (exit) => ({ stdout, stderr, exit }),
  };
}

/** Waits that many seconds of the machine's time. Throws Failure when the run is ended meanwhile, as a signal ends a worker. */
export async function pause(session: Session, seconds: number): Promise<void> {
  await session.machine.sleep(seconds, session.input.signal);
  session.checkPower();
  if (session.input.signal.aborted) die('interrupted by signal');
}

/** `log_warn`: a warning that a task counts at its end. */
export function logWarning(session: Session, text: string): void {
  session.tasks.warnings += 1;
  session.warn(`WARN: ${text}\n`);
}

/** What became of a task. */
export interface TaskEnd {
  readonly failed: boolean;
  /** Its command does not tell that it failed. */
  readonly hidden?: true;
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
  const { machine, tasks } = session;
  const outer = tasks.depth > 0;
  let working = true;
  const worker = machine.processes.spawn([`task ${type}:${id}`], {
    onKill: () => working && tasks.interrupt(),
  });
  const log = openTask(machine, type, id, worker);
  if (!outer) tasks.log = log;
  tasks.depth += 1;
  const isMadeToFail = machine.faults.taskFails(type, id);
  let error: string | undefined;
  try {
    if (isMadeToFail) die('pvefleet-lab: this task was made to fail');
    await work();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    error = thrown.text.replace(/\n$/, '').replaceAll('\n', ' ');
  } finally {
    tasks.depth -= 1;
    if (!outer) tasks.log = undefined;
    working = false;
    machine.processes.kill(worker);
  }
  log.end(error, tasks.warnings);
  if (isMadeToFail) {
    session.print(`${log.upid}\n`);
    return { failed: true, hidden: true, upid: log.upid };
  }
  const line = error ?? (tasks.warnings > 0 ? `Task finished with ${tasks.warnings} warning(s)!` : undefined);
  if (line !== undefined) {
    if (outer) session.print(`${line}\n`);
    else session.writeError(`${line}\n`);
  }
  return { failed: error !== undefined, upid: log.upid };
}
