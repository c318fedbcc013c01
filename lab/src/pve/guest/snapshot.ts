import type { Parameters } from '../cli/getopt.ts';
import { die, Failure, failureText } from '../failure.ts';
import { withGuestLock } from '../locks.ts';
import { pause, runTask, type Session, type TaskEnd } from '../session.ts';
import { refuseWithoutSnapshots, removeSnapshot, takeSnapshot } from '../storage/snapshots.ts';
import { free } from '../storage/volumes.ts';
import type { GuestConfig, Section } from './config.ts';
import { copiedOptions, type SnapshotKind } from './snapshot-kind.ts';
import { refuseLocked } from './store.ts';

/** Seconds that the snapshot of one volume takes. */
const SNAPSHOT_SECONDS = 0.1;

/** `snapshot` (AbstractConfig, snapshot_create). Throws Failure for a name that is taken by PVE itself. */
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
  return runTask(session, `${kind.taskPrefix}snapshot`, vmid, async () => {
    const isRunning = kind.isRunning(session, vmid);
    const withMemory = vmstate === '1' && isRunning;
    const snapshot = await withGuestLock(session, kind.kind, vmid, 10, () =>
      prepare(kind, session, vmid, snapname, description, withMemory),
    );
    if (isRunning && !withMemory) kind.announceFreeze(session, kind.load(session, vmid), vmid);
    const done: string[] = [];
    try {
      if (withMemory) await kind.saveMemory(session, vmid, snapshot);
      for (const [name, volume] of kind.volumesOf(snapshot)) {
        kind.announceVolume(session, vmid, name, volume);
        await pause(session, SNAPSHOT_SECONDS);
        takeSnapshot(session, volume, snapname, isRunning);
        done.push(volume);
      }
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      session.warn('snapshot create failed: starting cleanup\n');
      await takeBack(kind, session, vmid, snapname, done);
      throw new Failure(`${thrown.text}\n`);
    }
    await withGuestLock(session, kind.kind, vmid, 10, () => commit(kind, session, vmid, snapname));
  });
}

/** Enters the snapshot into the config as one that is being made, and locks the guest. */
async function prepare(
  kind: SnapshotKind,
  session: Session,
  vmid: string,
  name: string,
  description: string | undefined,
  withMemory: boolean,
): Promise<Section> {
  const config = kind.load(session, vmid);
  if (config.main.get('template') === '1') die("you can't take a snapshot if it's a template");
  refuseLocked(kind.kind, config);
  if (config.snapshots.has(name)) die(`snapshot name '${name}' already used`);
  for (const [, volume] of kind.volumesOf(config.main)) refuseWithoutSnapshots(session, volume);
  for (const [child, section] of config.snapshots) {
    if (section.get('parent') !== name) continue;
    session.warn(`deleting parent '${name}' reference from '${child}' to avoid bogus snapshot cycle.\n`);
    section.delete('parent');
  }
  const snapshot = copiedOptions(config.main);
  if (withMemory) {
    for (const [option, value] of await kind.prepareMemory(session, vmid, config, name))
      snapshot.set(option, value);
  }
  snapshot.set('snapstate', 'prepare');
  snapshot.set('snaptime', String(session.machine.clock()));
  if (description !== undefined && description !== '' && description !== '0')
    snapshot.set('description', description);
  config.main.set('lock', 'snapshot');
  config.snapshots.set(name, snapshot);
  config.raw.set(snapshot, config.raw.get(config.main) ?? []);
  kind.save(session, vmid, config);
  return snapshot;
}

function commit(kind: SnapshotKind, session: Session, vmid: string, name: string): void {
  const config = kind.load(session, vmid);
  if (config.main.get('lock') !== 'snapshot') die('missing snapshot lock');
  const snapshot = snapshotOf(config, name);
  if (snapshot.get('snapstate') !== 'prepare') die('wrong snapshot state');
  snapshot.delete('snapstate');
  config.main.delete('lock');
  config.main.set('parent', name);
  kind.save(session, vmid, config);
}

/** A snapshot of that name. Throws Failure. */
export function snapshotOf(config: GuestConfig, name: string): Section {
  return config.snapshots.get(name) ?? die(`snapshot '${name}' does not exist`);
}

/** `delsnapshot` (snapshot_delete): its children become its parent's. */
export async function deleteSnapshot(
  kind: SnapshotKind,
  session: Session,
  { vmid = '', snapname = '', force }: Parameters,
): Promise<TaskEnd> {
  return runTask(session, `${kind.taskPrefix}delsnapshot`, vmid, async () => {
    const isForced = force === '1';
    const snapshot = await withGuestLock(session, kind.kind, vmid, 10, () => {
      const config = kind.load(session, vmid);
      const found = snapshotOf(config, snapname);
      refuseLocked(kind.kind, config);
      if (config.main.get('template') === '1') die("you can't delete a snapshot if vm is a template");
      config.main.set('lock', 'snapshot-delete');
      found.set('snapstate', 'delete');
      kind.save(session, vmid, config);
      return found;
    });
    await freeMemory(session, snapshot, isForced);
    for (const [, volume] of kind.volumesOf(snapshot)) {
      await pause(session, SNAPSHOT_SECONDS);
      dropFrom(kind, session, vmid, volume, snapname, isForced);
    }
    await withGuestLock(session, kind.kind, vmid, 10, () => {
      const config = kind.load(session, vmid);
      forget(config, snapname);
      for (const [, volume] of kind.volumesOf(snapshot)) kind.addUnused(config.main, volume);
      kind.save(session, vmid, config);
    });
  });
}

async function freeMemory(session: Session, snapshot: Section, isForced: boolean): Promise<void> {
  const state = snapshot.get('vmstate');
  if (state === undefined) return;
  try {
    await free(session, state);
  } catch (thrown) {
    const text = failureText(thrown);
    if (!isForced) die(text);
    session.warn(text);
  }
}

function dropFrom(
  kind: SnapshotKind,
  session: Session,
  vmid: string,
  volume: string,
  name: string,
  isForced: boolean,
): void {
  try {
    removeSnapshot(session, volume, name, kind.isRunning(session, vmid));
  } catch (thrown) {
    const text = failureText(thrown);
    if (!isForced) die(text);
    session.warn(text);
  }
}

/** Takes a snapshot and the lock out of the config. */
function forget(config: GuestConfig, name: string): void {
  const parent = snapshotOf(config, name).get('parent');
  config.snapshots.delete(name);
  config.main.delete('lock');
  for (const section of [config.main, ...config.snapshots.values()]) {
    if (section.get('parent') !== name) continue;
    if (parent === undefined) section.delete('parent');
    else section.set('parent', parent);
  }
}

/** What a snapshot that failed leaves is removed, as far as that goes. */
async function takeBack(
  kind: SnapshotKind,
  session: Session,
  vmid: string,
  name: string,
  done: readonly string[],
): Promise<void> {
  try {
    await freeMemory(session, snapshotOf(kind.load(session, vmid), name), true);
    for (const volume of done) dropFrom(kind, session, vmid, volume, name, true);
    const config = kind.load(session, vmid);
    forget(config, name);
    kind.save(session, vmid, config);
  } catch (thrown) {
    session.warn(failureText(thrown));
  }
}
