import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { dropSnapshot, rollBackImage, snapshotImage } from './qcow2-image.ts';
import { locate } from './volumes.ts';

/** Where a snapshot of a volume lies as a volume of its own; undefined inside the image itself (qcow2). Throws Failure where there are none. */
function snapshotPath(session: Session, volume: string, snapshot: string): string | undefined {
  const { storage, name, path } = locate(session.machine, volume);
  if (storage.type === 'btrfs' && path.endsWith('/disk.raw'))
    return path.replace(/\/disk\.raw$/, `@${snapshot}/disk.raw`);
  if (storage.type === 'lvmthin') return path.replace(/[^/]*$/, `snap_${name.name}_${snapshot}`);
  if (name.format === 'qcow2') return undefined;
  return die('snapshot feature is not available');
}

/** Refuses a volume whose storage and format have no snapshots. Throws Failure. */
export function refuseWithoutSnapshots(session: Session, volume: string): void {
  snapshotPath(session, volume, 'x');
}

/** Takes a volume's snapshot; LVM-thin says so (from PVE/Storage/LvmThinPlugin.pm and lvcreate(8)). Throws Failure. */
export function takeSnapshot(session: Session, volume: string, snapshot: string, running: boolean): void {
  const path = snapshotPath(session, volume, snapshot);
  const source = locate(session.machine, volume);
  if (path === undefined) {
    snapshotImage(session.machine, source.path, snapshot, running);
    return;
  }
  session.machine.volumes.set(path, session.machine.volumes.size(source.path) ?? 0);
  if (source.storage.type === 'lvmthin') session.print(`  Logical volume "${lastPart(path)}" created.\n`);
}

/** Removes a volume's snapshot. Throws Failure. */
export function removeSnapshot(session: Session, volume: string, snapshot: string, running: boolean): void {
  const path = snapshotPath(session, volume, snapshot);
  if (path === undefined) {
    dropSnapshot(session.machine, locate(session.machine, volume).path, snapshot, running);
    return;
  }
  if (session.machine.volumes.size(path) === undefined) return;
  session.machine.volumes.remove(path);
  if (locate(session.machine, volume).storage.type === 'lvmthin')
    session.print(`  Logical volume "${lastPart(path)}" successfully removed.\n`);
}

/** Puts a volume back to its snapshot. Throws Failure. */
export function rollBack(session: Session, volume: string, snapshot: string): void {
  const path = snapshotPath(session, volume, snapshot);
  const target = locate(session.machine, volume);
  if (path === undefined) {
    rollBackImage(session.machine, target.path, snapshot);
    return;
  }
  const bytes = session.machine.volumes.size(path);
  if (bytes === undefined) return;
  session.machine.volumes.set(target.path, bytes);
  if (target.storage.type !== 'lvmthin') return;
  const name = lastPart(target.path);
  session.print(`  Logical volume "${name}" successfully removed.\n  Logical volume "${name}" created.\n`);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
