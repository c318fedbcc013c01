import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die, Failure, failureText } from '../failure.ts';
import { emptyConfig, type GuestConfig, type Section } from '../guest/config.ts';
import { cloneFirewall } from '../guest/firewall.ts';
import { addToPool, refuseUnknownPool } from '../guest/pools.ts';
import { refuseLocked, refuseUsedId, refuseWithoutQuorum, removeConfig } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { linkVolume } from '../storage/copy.ts';
import { carryAll } from '../storage/send.ts';
import { refuseUnavailable, storageOf, usableStorage } from '../storage/config.ts';
import { requireVolumeId } from '../storage/volume-name.ts';
import { free, locate, volumeBytes } from '../storage/volumes.ts';
import { copyVolume } from './copy-volume.ts';
import { normalNet } from './network.ts';
import { isRunning } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';
import { isMountName, isVolume, MOUNT_NAMES, parseMount, printMount, type MountPoint } from './volume.ts';

/** `pct clone` (PVE::API2::LXC clone_vm). Throws Failure for what is refused before the task. */
export async function cloneCt(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { vmid = '', newid = '', pool, storage, target } = parameters;
  const { machine } = session;
  if (pool !== undefined) refuseUnknownPool(machine, pool);
  const node = target === undefined || target === machine.name ? undefined : target;
  if (node !== undefined && !machine.cluster.machines.has(node)) die(`no such cluster node '${node}'`);
  if (storage !== undefined) {
    const wanted = usableStorage(machine, storage);
    if (node !== undefined) {
      refuseUnavailable(wanted, node);
      if (!wanted.shared) die(`can't clone to non-shared storage '${storage}'`);
    }
  }
  refuseWithoutQuorum(machine);
  await lockSource(session, vmid);
  let clone: Clone;
  try {
    reserve(session, newid);
  } catch (thrown) {
    unlock(session, vmid);
    throw thrown;
  }
  try {
    clone = prepare(session, parameters, node);
    cloneFirewall(machine, vmid, newid);
    saveCt(session, newid, clone.config);
  } catch (thrown) {
    unlock(session, vmid);
    removeConfig(machine, 'lxc', newid);
    throw thrown;
  }
  return runTask(session, 'vzclone', vmid, async () => {
    try {
      await fill(session, parameters, clone, node);
    } finally {
      unlock(session, vmid);
    }
  });
}

interface Clone {
  readonly config: GuestConfig;
  readonly mounts: ReadonlyMap<string, MountPoint>;
  readonly full: boolean;
}

async function lockSource(session: Session, vmid: string): Promise<void> {
  await withGuestLock(session, 'lxc', vmid, 10, () => {
    const config = loadCt(session, vmid);
    refuseLocked('lxc', config);
    config.main.set('lock', 'disk');
    saveCt(session, vmid, config);
  });
}

function unlock(session: Session, vmid: string): void {
  const config = loadCt(session, vmid);
  config.main.delete('lock');
  saveCt(session, vmid, config);
}

function reserve(session: Session, newid: string): void {
  refuseUsedId(session.machine, newid);
  const config = emptyConfig();
  config.main.set('lock', 'create');
  saveCt(session, newid, config);
}

/** The clone's config without its volumes, which are to be made; refuses what cannot be cloned. Throws Failure. */
function prepare(
  session: Session,
  { vmid = '', storage, snapname, full: wanted, hostname, description }: Parameters,
  node: string | undefined,
): Clone {
  const { machine } = session;
  const source = loadCt(session, vmid);
  const full = wanted === undefined ? source.main.get('template') !== '1' : wanted === '1';
  if (storage !== undefined && !full) die("parameter 'storage' not allowed for linked clones");
  const section: Section =
    snapname === undefined
      ? source.main
      : (source.snapshots.get(snapname) ?? die(`snapshot '${snapname}' does not exist`));
  const config = emptyConfig();
  const mounts = new Map<string, MountPoint>();
  let isLocal = false;
  for (const name of [...section.keys()].filter((key) => !LEFT_OUT.test(key)).toSorted()) {
    const value = section.get(name) ?? '';
    if (isMountName(name)) {
      const mount = parseMount(name, value);
      if (!isVolume(mount)) die(`unable to clone mountpoint '${name}' (type ${typeOf(mount)})`);
      const volume = mount['volume'] ?? '';
      if (!storageOf(machine, storage ?? requireVolumeId(volume).storage).shared) {
        isLocal = true;
        if (node !== undefined) session.warn(`found non-shared volume: ${volume}\n`);
      }
      refuseUncopyable(session, vmid, volume, full, snapname);
      mounts.set(name, mount);
    } else if (/^net\d+$/.test(name)) {
      config.main.set(name, normalNet(machine, value.replace(/(^|,)hwaddr=[^,]*/, '')));
    } else {
      config.main.set(name, value);
    }
  }
  if (node !== undefined && isLocal) die(`can't clone CT to node '${node}' (CT uses local storage)`);
  config.raw.set(config.main, source.raw.get(section) ?? []);
  config.main.set('lock', 'create');
  if (hostname !== undefined && hostname !== '') config.main.set('hostname', hostname);
  if (description !== undefined && description !== '') config.main.set('description', description);
  return { config, mounts, full };
}

/** What of a container its clone does not get. */
const LEFT_OUT = /^(parent|snaptime|snapstate|template|lock|unused\d+)$/;

function typeOf(mount: MountPoint): string {
  return (mount['volume'] ?? '').startsWith('/dev/') ? 'device' : 'bind';
}

function refuseUncopyable(
  session: Session,
  vmid: string,
  volume: string,
  full: boolean,
  snapshot: string | undefined,
): void {
  const { storage, name } = locate(session.machine, volume);
  if (full) {
    if (isRunning(session.machine, vmid) && snapshot === undefined)
      die('Full clone of a running container is only possible from a snapshot');
    return;
  }
  // A clone of an image file would be qcow2, which containers cannot have.
  const isPossible = name.isBase && (storage.type === 'lvmthin' || storage.type === 'btrfs');
  if (!isPossible) die(`Linked clone feature for '${volume}' is not available`);
}

async function fill(
  session: Session,
  { vmid = '', newid = '', storage, pool }: Parameters,
  { config, mounts, full }: Clone,
  node: string | undefined,
): Promise<void> {
  const { machine } = session;
  session.print(`creating a clone of container ${vmid} with ID ${newid}\n`);
  const made: string[] = [];
  try {
    for (const name of MOUNT_NAMES) {
      const mount = mounts.get(name);
      if (mount === undefined) continue;
      const volume = mount['volume'] ?? '';
      session.print(
        full
          ? `create full clone of mountpoint ${name} (${volume})\n`
          : `create linked clone of mount point ${name} (${volume})\n`,
      );
      mount['volume'] = full
        ? await copyVolume(session, newid, name, mount, storage ?? requireVolumeId(volume).storage, made)
        : await linked(session, newid, mount, made);
      config.main.set(name, printMount(name, mount));
      saveCt(session, newid, config);
    }
    if (pool !== undefined) addToPool(machine, pool, newid);
    config.main.delete('lock');
    saveCt(session, newid, config);
    if (node !== undefined) {
      carryAll(session, node, made);
      moveConfig(machine, newid, node);
    }
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    for (const volume of made) await free(session, volume);
    machine.files.remove(`/etc/pve/firewall/${newid}.fw`);
    removeConfig(machine, 'lxc', newid);
    die(`clone failed: ${failureText(thrown)}`);
  }
}

async function linked(session: Session, newid: string, mount: MountPoint, made: string[]): Promise<string> {
  const volume = await linkVolume(session, newid, mount['volume'] ?? '');
  made.push(volume);
  const bytes = volumeBytes(session.machine, volume);
  if (bytes !== undefined) mount['size'] = String(bytes);
  return volume;
}

function moveConfig({ files, name }: Machine, vmid: string, node: string): void {
  files.rename(`/etc/pve/nodes/${name}/lxc/${vmid}.conf`, `/etc/pve/nodes/${node}/lxc/${vmid}.conf`);
}
