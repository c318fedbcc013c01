import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { refuseWithoutSnapshots, removeSnapshot, rollBack, takeSnapshot } from '../storage/snapshots.ts';
import type { GuestConfig, GuestKind, Section } from './config.ts';
import { refuseLocked } from './store.ts';

/** What snapshots need to know of VMs or of containers. */
export interface SnapshotKind {
  readonly kind: GuestKind;
  readonly load: (session: Session, vmid: string) => GuestConfig;
  readonly save: (session: Session, vmid: string, config: GuestConfig) => void;
  /** Option and volume of every disk, CD drives and directories of the node left out. */
  readonly volumesOf: (section: Section) => readonly (readonly [string, string])[];
  readonly isRunning: (session: Session, vmid: string) => boolean;
  readonly stop: (session: Session, vmid: string) => void;
  readonly addUnused: (section: Section, volume: string) => void;
  readonly taskPrefix: 'qm' | 'vz';
}

/** Options that stay with the guest and are in no snapshot. */
const OWN = /^(snapstate|snaptime|vmstate|lock|description|unused\d+)$/;

function copied(source: Section): Section {
  return new Map([...source].filter(([name]) => !OWN.test(name)));
}

/** `snapshot`. Throws Failure for a name that is taken by PVE itself. */
export async function createSnapshot(
  kind: SnapshotKind,
  session: Session,
  { vmid = '', snapname = '', description, vmstate }: Parameters,
): Promise<TaskEnd> {
  if (
    snapname === 'current' ||
    snapname.toLowerCase() === 'pending' ||
    (kind.kind === 'lxc' && snapname === 'vzdump')
  ) {
    die(`unable to use snapshot name '${snapname}' (reserved name)`);
  }
  return runTask(session, `${kind.taskPrefix}snapshot`, vmid, () =>
    withGuestLock(session, kind.kind, vmid, 10, () => {
      const config = kind.load(session, vmid);
      if (config.main.get('template') === '1') die("you can't take a snapshot if it's a template");
      refuseLocked(kind.kind, config);
      if (config.snapshots.has(snapname)) die(`snapshot name '${snapname}' already used`);
      const volumes = kind.volumesOf(config.main);
      for (const [, volume] of volumes) refuseWithoutSnapshots(session, volume);
      if (vmstate === '1' && kind.isRunning(session, vmid))
        die('pvefleet-lab: snapshots with memory are not modelled');
      for (const [name, volume] of volumes) {
        if (kind.kind === 'qemu') session.print(`snapshotting 'drive-${name}' (${volume})\n`);
        takeSnapshot(session, volume, snapname);
      }
      const snapshot = copied(config.main);
      snapshot.set('snaptime', String(session.machine.clock()));
      if (description !== undefined && description !== '') snapshot.set('description', description);
      config.snapshots.set(snapname, snapshot);
      config.main.set('parent', snapname);
      kind.save(session, vmid, config);
    }),
  );
}

function snapshotOf(config: GuestConfig, name: string): Section {
  return config.snapshots.get(name) ?? die(`snapshot '${name}' does not exist`);
}

/** `delsnapshot`: its children become its parent's. */
export async function deleteSnapshot(
  kind: SnapshotKind,
  session: Session,
  { vmid = '', snapname = '' }: Parameters,
): Promise<TaskEnd> {
  return runTask(session, `${kind.taskPrefix}delsnapshot`, vmid, () =>
    withGuestLock(session, kind.kind, vmid, 10, () => {
      const config = kind.load(session, vmid);
      const snapshot = snapshotOf(config, snapname);
      refuseLocked(kind.kind, config);
      if (config.main.get('template') === '1') die("you can't delete a snapshot if vm is a template");
      for (const [, volume] of kind.volumesOf(snapshot)) {
        removeSnapshot(session, volume, snapname);
        if (kind.kind === 'qemu') kind.addUnused(config.main, volume);
      }
      const parent = snapshot.get('parent');
      config.snapshots.delete(snapname);
      for (const section of [config.main, ...config.snapshots.values()]) {
        if (section.get('parent') !== snapname) continue;
        if (parent === undefined) section.delete('parent');
        else section.set('parent', parent);
      }
      kind.save(session, vmid, config);
    }),
  );
}

/** `rollback`: a running guest is stopped; disks that the snapshot lacks become unused. */
export async function rollbackSnapshot(
  kind: SnapshotKind,
  session: Session,
  { vmid = '', snapname = '', start }: Parameters,
): Promise<TaskEnd> {
  return runTask(session, `${kind.taskPrefix}rollback`, vmid, () =>
    withGuestLock(session, kind.kind, vmid, 10, () => {
      const config = kind.load(session, vmid);
      if (config.main.get('template') === '1') die("you can't rollback if vm is a template");
      const snapshot = snapshotOf(config, snapname);
      const state = snapshot.get('snapstate');
      if (state !== undefined) die(`unable to rollback to incomplete snapshot (snapstate = ${state})`);
      refuseLocked(kind.kind, config);
      if (start === '1') die('pvefleet-lab: rollback --start is not modelled');
      if (snapshot.has('vmstate')) die('pvefleet-lab: snapshots with memory are not modelled');
      kind.stop(session, vmid);
      const kept = new Set(kind.volumesOf(snapshot).map(([, volume]) => volume));
      for (const [, volume] of kind.volumesOf(config.main))
        if (!kept.has(volume)) kind.addUnused(config.main, volume);
      for (const [, volume] of kind.volumesOf(snapshot)) rollBack(session, volume, snapname);
      for (const name of config.main.keys())
        if (!/^(unused\d+|description)$/.test(name)) config.main.delete(name);
      for (const [name, value] of copied(snapshot)) config.main.set(name, value);
      config.main.set('parent', snapname);
      if (config.main.has('vmgenid')) config.main.set('vmgenid', session.machine.random.uuid());
      kind.save(session, vmid, config);
    }),
  );
}
