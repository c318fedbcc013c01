import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { withGuestLock } from '../locks.ts';
import { pause, runTask, type Session, type TaskEnd } from '../session.ts';
import { rollBack } from '../storage/snapshots.ts';
import type { GuestConfig, Section } from './config.ts';
import { copiedOptions, type SnapshotKind } from './snapshot-kind.ts';
import { snapshotOf } from './snapshot.ts';
import { refuseLocked } from './store.ts';

/** Seconds that putting one volume back takes. */
const ROLLBACK_SECONDS = 0.1;

/** `rollback` (AbstractConfig, snapshot_rollback): a running guest is stopped; disks that the snapshot lacks become unused. */
export async function rollbackSnapshot(
  kind: SnapshotKind,
  session: Session,
  { vmid = '', snapname = '', start }: Parameters,
): Promise<TaskEnd> {
  return runTask(session, `${kind.taskPrefix}rollback`, vmid, async () => {
    const snapshot = await withGuestLock(session, kind.kind, vmid, 10, () => {
      const config = kind.load(session, vmid);
      const found = wantedSnapshot(config, snapname);
      refuseLocked(kind.kind, config);
      kind.stop(session, vmid);
      config.main.set('lock', 'rollback');
      kind.save(session, vmid, config);
      return found;
    });
    for (const [, volume] of kind.volumesOf(snapshot)) {
      await pause(session, ROLLBACK_SECONDS);
      rollBack(session, volume, snapname);
    }
    await withGuestLock(session, kind.kind, vmid, 10, async () => {
      const config = kind.load(session, vmid);
      if (config.main.get('lock') !== 'rollback') die('got wrong lock');
      apply(kind, config, snapshotOf(config, snapname), snapname);
      if (config.main.has('vmgenid')) config.main.set('vmgenid', session.machine.random.uuid());
      kind.save(session, vmid, config);
      if (snapshot.has('vmstate')) await kind.start(session, vmid, snapshot);
    });
    if (start === '1' && !kind.isRunning(session, vmid)) await kind.start(session, vmid);
  });
}

function wantedSnapshot(config: GuestConfig, name: string): Section {
  if (config.main.get('template') === '1') die("you can't rollback if vm is a template");
  const snapshot = snapshotOf(config, name);
  const state = snapshot.get('snapstate');
  if (state !== undefined) die(`unable to rollback to incomplete snapshot (snapstate = ${state})`);
  return snapshot;
}

/** Makes the snapshot's options the guest's; its description and unused disks stay. */
function apply(kind: SnapshotKind, config: GuestConfig, snapshot: Section, name: string): void {
  const kept = new Set(kind.volumesOf(snapshot).map(([, volume]) => volume));
  for (const [, volume] of kind.volumesOf(config.main))
    if (!kept.has(volume)) kind.addUnused(config.main, volume);
  for (const option of config.main.keys())
    if (!/^(unused\d+|description)$/.test(option)) config.main.delete(option);
  for (const [option, value] of copiedOptions(snapshot)) {
    if (!/^(runningmachine|runningcpu|running-nets-host-mtu)$/.test(option)) config.main.set(option, value);
  }
  config.raw.set(config.main, config.raw.get(snapshot) ?? []);
  config.main.set('parent', name);
  config.pending.clear();
  config.special.clear();
}
