import type { Machine } from '../../machine.ts';
import { die } from '../failure.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { usableStorage } from '../storage/config.ts';
import { markBackups, parseRetention, removeMarked, type Marked, type Retention } from './prune.ts';

/** Which backups of a storage are looked at, and how many of them are kept; by default as the storage says. */
export interface Pruning {
  readonly storage: string;
  readonly vmid: string | undefined;
  readonly type: string | undefined;
  readonly keep: Retention | undefined;
}

/** The backups of a storage, and what a pruning would do with each (PVE::Storage::prune_backups). Throws Failure. */
export function markedBackups(machine: Machine, { storage, vmid, type, keep }: Pruning): readonly Marked[] {
  const target = usableStorage(machine, storage);
  if (target.options['path'] === undefined || !target.content.has('backup'))
    die(`storage '${storage}' does not support backups`);
  const wanted = keep ?? parseRetention(target.options['prune-backups'] ?? 'keep-all=1');
  return markBackups(machine, target, wanted, vmid, type);
}

/** Removes the backups that are not kept, as the task that PVE runs for it. */
export function pruneTask(session: Session, pruning: Pruning): Promise<TaskEnd> {
  const { storage, vmid } = pruning;
  return runTask(session, 'prunebackups', vmid === undefined ? storage : `${vmid}@${storage}`, () => {
    removeMarked(session.machine, markedBackups(session.machine, pruning), (line) =>
      session.print(`${line}\n`),
    );
  });
}
