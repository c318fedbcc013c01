import { markedBackups, pruneTask, type Pruning } from '../backup/prune-task.ts';
import { parseRetention } from '../backup/prune.ts';
import type { Parameters } from '../cli/getopt.ts';
import type { Session, TaskEnd } from '../session.ts';
import type { Json } from './format.ts';

function pruningOf({ storage = '', vmid, type, 'prune-backups': keep }: Parameters): Pruning {
  return { storage, vmid, type, keep: keep === undefined ? undefined : parseRetention(keep) };
}

/** GET .../prunebackups: what a pruning would do. Throws Failure. */
export function pruneRows({ machine }: Session, parameters: Parameters): Json {
  return markedBackups(machine, pruningOf(parameters)).map(({ volume, time, mark, type, vmid }) => ({
    volid: volume,
    ctime: time,
    mark,
    type,
    ...(vmid === undefined ? {} : { vmid: Number(vmid) }),
  }));
}

/** DELETE .../prunebackups. Throws Failure. */
export function prune(session: Session, parameters: Parameters): Promise<TaskEnd> {
  return pruneTask(session, pruningOf(parameters));
}
