import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import type { Session } from '../session.ts';
import { TASK_FOLDER } from '../task-log.ts';
import type { Json } from './format.ts';

const UPID =
  /^UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s/]+):([^:\s/]*):([^:\s/]+):$/;

/** A task as the API shows it. */
export interface Task {
  readonly upid: string;
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  readonly user: string;
  readonly endtime?: number;
  readonly status?: string;
}

function parseUpid(upid: string): Task | undefined {
  const found = UPID.exec(upid);
  if (found === null) return undefined;
  const [, node = '', pid = '', pstart = '', started = '', type = '', id = '', user = ''] = found;
  return {
    upid,
    node,
    pid: Number.parseInt(pid, 16),
    pstart: Number.parseInt(pstart, 16),
    starttime: Number.parseInt(started, 16),
    type,
    id,
    user,
  };
}

function taskOf(upid: string, end: string | undefined, status: string | undefined): readonly Task[] {
  const task = parseUpid(upid);
  if (task === undefined) return [];
  return [
    {
      ...task,
      ...(end === undefined ? {} : { endtime: Number.parseInt(end, 16) }),
      ...(status === undefined ? {} : { status }),
    },
  ];
}

/** Tasks that have ended, the last to end first. */
export function archivedTasks({ files }: Machine): readonly Task[] {
  return (files.read(`${TASK_FOLDER}/index`) ?? '')
    .split('\n')
    .toReversed()
    .flatMap((line) => {
      const [, upid = '', end, status] = /^(\S+)(?:\s([0-9A-Za-z]{8})(?:\s(\S.*))?)?$/.exec(line) ?? [];
      return taskOf(upid, end, status);
    });
}

/** Tasks that run. */
function active({ files }: Machine): readonly Task[] {
  return (files.read(`${TASK_FOLDER}/active`) ?? '').split('\n').flatMap((line) => {
    const [, upid] = /^(\S+) 0$/.exec(line) ?? [];
    return upid === undefined ? [] : taskOf(upid, undefined, undefined);
  });
}

/** What kind of end a status tells, as PVE's filter calls it. */
function kindOf(status: string | undefined): 'ok' | 'warning' | 'error' | 'unknown' {
  if (status === undefined || status === 'unexpected status') return 'unknown';
  if (status === 'OK') return 'ok';
  return /^WARNINGS: \d+$/.test(status) ? 'warning' : 'error';
}

/** GET /nodes/{node}/tasks. */
export function taskRows({ machine }: Session, given: Parameters): Json {
  const { source = 'archive', start = '0', limit = '50', errors, statusfilter } = given;
  const wanted = new Set<string>(
    errors === '1'
      ? ['warning', 'error', 'unknown']
      : splitList(statusfilter ?? 'ok,warning,error,unknown').map((kind) => kind.toLowerCase()),
  );
  const running = source === 'archive' ? [] : active(machine);
  const ended = source === 'active' ? [] : archivedTasks(machine);
  const skipped = Number(start);
  const rows = [...running, ...ended]
    .filter((task) => matches(task, given) && wanted.has(kindOf(task.status)))
    .slice(skipped, skipped + Number(limit));
  return rows.map((task) => ({ ...task, ...(running.includes(task) ? { status: 'RUNNING' } : {}) }));
}

function matches(task: Task, { userfilter, typefilter, vmid, since, until }: Parameters): boolean {
  return (
    (userfilter === undefined || task.user.toLowerCase().includes(userfilter.toLowerCase())) &&
    (typefilter === undefined || task.type === typefilter) &&
    (vmid === undefined || task.id === vmid) &&
    (since === undefined || task.starttime >= Number(since)) &&
    (until === undefined || task.starttime <= Number(until))
  );
}

function parsed(upid: string): Task {
  return parseUpid(upid) ?? refuseParameters({ upid: 'unable to parse worker upid' });
}

function logPath({ upid, starttime }: Task): string {
  return `${TASK_FOLDER}/${starttime.toString(16).toUpperCase().slice(-1)}/${upid}`;
}

/** Whether the task's worker runs; the lab's workers are named after their task, so another process of that number is not taken for it. */
function isWorking(machine: Machine, { pid, type, id }: Task): boolean {
  return machine.processes.get(pid)?.argv[0] === `task ${type}:${id}`;
}

/** GET /nodes/{node}/tasks/{upid}/status. Throws Failure. */
export function taskStatus({ machine }: Session, { upid = '' }: Parameters): Json {
  const task = parsed(upid);
  const log = machine.files.read(logPath(task));
  if (log === undefined) refuseParameters({ upid: 'no such task' });
  if (isWorking(machine, task)) return { ...task, status: 'running' };
  const last = log.trimEnd().split('\n').at(-1) ?? '';
  const [, ok, error, warnings] = /^TASK (?:(OK)|ERROR: (.+)|(WARNINGS: \d+))$/.exec(last) ?? [];
  return { ...task, status: 'stopped', exitstatus: ok ?? error ?? warnings ?? 'unexpected status' };
}

/** GET /nodes/{node}/tasks/{upid}/log. Throws Failure. */
export function taskLog(
  { machine }: Session,
  { upid = '', start = '0', limit = '50', download }: Parameters,
): Json {
  const task = parsed(upid);
  if (download === '1') die('pvefleet-lab: downloading a log by pvesh is not modelled');
  const log = machine.files.read(logPath(task));
  if (log === undefined) return [{ n: 1, t: 'unable to open file - No such file or directory' }];
  if (log === '') return [{ n: 1, t: 'no content' }];
  const rows = log
    .replace(/\n$/, '')
    .split('\n')
    .map((text, index) => ({ n: index + 1, t: text }));
  return rows.slice(Number(start), limit === '0' ? undefined : Number(start) + Number(limit));
}

/** DELETE /nodes/{node}/tasks/{upid}: ends a task that runs. Throws Failure. */
export function stopTask({ machine }: Session, { upid = '' }: Parameters): Json {
  const task = parsed(upid);
  if (!machine.files.exists(logPath(task))) refuseParameters({ upid: 'no such task' });
  if (isWorking(machine, task)) machine.processes.kill(task.pid);
  return null;
}
