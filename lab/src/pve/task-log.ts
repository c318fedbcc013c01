import type { Machine } from '../machine.ts';

/** Where PVE keeps the logs and the lists of its tasks. */
export const TASK_FOLDER = '/var/log/pve/tasks';
const INDEX = `${TASK_FOLDER}/index`;
const ACTIVE = `${TASK_FOLDER}/active`;
/** How many tasks that have ended PVE keeps in its list of active ones. */
const MOST_ENDED = 25;

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}

/** A task that runs: its UPID and its log, which grows while it works. */
export interface TaskLog {
  readonly upid: string;
  readonly append: (text: string) => void;
  /** Ends the task; `error` is what went wrong. */
  readonly end: (error: string | undefined, warnings: number) => void;
}

/**
 * Begins a task as PVE::RESTEnvironment does: an entry in the list of active tasks and a log named after the UPID, in the folder of the
 * last digit of its start time. `pid` is the worker's.
 */
export function openTask(machine: Machine, type: string, id: string, pid: number): TaskLog {
  const started = machine.clock();
  const upid = `UPID:${machine.name}:${hex(pid)}:${hex(started % 0xffffffff)}:${hex(started)}:${type}:${id}:root@pam:`;
  const path = `${TASK_FOLDER}/${hex(started).slice(-1)}/${upid}`;
  const { files } = machine;
  files.write(path, '', 0o640);
  setActive(machine, upid, `${upid} 0`);
  return {
    upid,
    append: (text) => files.write(path, (files.read(path) ?? '') + text),
    end: (error, warnings) => {
      const status = error ?? (warnings > 0 ? `WARNINGS: ${warnings}` : 'OK');
      const last = error === undefined ? `TASK ${status}` : `TASK ERROR: ${error}`;
      files.write(path, `${files.read(path) ?? ''}${last}\n`);
      const ended = hex(machine.clock());
      setActive(machine, upid, `${upid} 1 ${ended} ${status}`);
      files.write(INDEX, `${files.read(INDEX) ?? ''}${upid} ${ended} ${status}\n`);
    },
  };
}

/** Puts a task's line into the list of active tasks, newest first; those that ended long ago drop out. */
function setActive(machine: Machine, upid: string, line: string): void {
  const others = (machine.files.read(ACTIVE) ?? '')
    .split('\n')
    .filter((other) => other !== '' && !other.startsWith(`${upid} `));
  const lines = [line, ...others];
  const running = lines.filter((one) => one.endsWith(' 0'));
  const ended = lines.filter((one) => !one.endsWith(' 0')).slice(0, MOST_ENDED);
  machine.files.write(ACTIVE, [...running, ...ended].map((one) => `${one}\n`).join(''));
}
