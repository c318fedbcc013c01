import { readArchive, type Archive } from '../backup/archive.ts';
import { TAR_BYTES, tarTotal } from '../backup/ct.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die, Failure, refuseParameters } from '../failure.ts';
import { emptyConfig, parseConfig, type GuestConfig } from '../guest/config.ts';
import { addToPool, refuseUnknownPool } from '../guest/pools.ts';
import {
  configExists,
  refuseLocked,
  refuseUsedId,
  refuseWithoutQuorum,
  removeConfig,
} from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { usableStorage } from '../storage/config.ts';
import { moveBytes } from '../storage/progress.ts';
import { requireVolumeId, splitVolumeId } from '../storage/volume-name.ts';
import { free, locate, volumeBytes } from '../storage/volumes.ts';
import { normalNet } from './network.ts';
import { startCt } from './power.ts';
import { isRunning } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';
import { changeConfig } from './update.ts';
import {
  createVolumes,
  deleteVolume,
  isMountName,
  isVolume,
  MOUNT_NAMES,
  parseMount,
  printMount,
  unusedVolume,
} from './volume.ts';

/** What steers a restore, and is no option of the container. */
const STEERING = [
  'vmid',
  'ostemplate',
  'storage',
  'force',
  'unique',
  'pool',
  'start',
  'restore',
  'unprivileged',
  'bwlimit',
  'ignore-unpack-errors',
  'password',
  'ssh-public-keys',
];

/** `pct restore` (create_vm with `restore`). Throws Failure for what is refused before the task. */
export async function restoreCt(session: Session, given: Parameters): Promise<TaskEnd> {
  const { vmid = '', ostemplate: archive = '', storage = 'local', force, pool } = given;
  const { machine } = session;
  if (given['ha-managed'] === '1') die('pvefleet-lab: pct restore --ha-managed is not modelled');
  for (const name of ['password', 'ssh-public-keys'])
    if (given[name] !== undefined) refuseParameters({ [name]: "can't use that option during restore" });
  refuseWithoutQuorum(machine);
  const exists = configExists(machine, 'lxc', vmid);
  if (exists && force === '1') refuseRunning(session, vmid);
  else refuseUsedId(machine, vmid);
  if (pool !== undefined) refuseUnknownPool(machine, pool);
  refuseOtherContent(session, archive);
  const options = Object.fromEntries(Object.entries(given).filter(([name]) => !STEERING.includes(name)));
  const mounts = takeMounts(options, storage);
  for (const text of mounts.values()) checkStorage(session, parseMount('rootfs', text)['volume'] ?? '');
  if (!mounts.has('rootfs')) checkStorage(session, `${storage}:1`);
  const config = emptyConfig();
  await changeConfig(session, vmid, config, options);
  await reserve(session, vmid);
  return runTask(session, 'vzrestore', vmid, async () => {
    await withGuestLock(session, 'lxc', vmid, 10, () => restore(session, given, config, mounts, exists));
    if (pool !== undefined) addToPool(machine, pool, vmid);
    if (given['start'] === '1') await startCt(session, { vmid });
  });
}

function refuseRunning(session: Session, vmid: string): void {
  if (isRunning(session.machine, vmid)) die(`CT ${vmid} already running`);
}

function refuseOtherContent(session: Session, archive: string): void {
  if (archive === '-') die('pvefleet-lab: restoring from a pipe is not modelled');
  if (splitVolumeId(archive) === undefined) return;
  let type: string;
  try {
    ({ type } = locate(session.machine, archive).name);
  } catch (thrown) {
    if (thrown instanceof Failure) return;
    throw thrown;
  }
  if (type !== 'backup') die(`unable to use volume ${archive} - content type needs to be 'backup'`);
}

function takeMounts(options: Record<string, string>, storage: string): Map<string, string> {
  const mounts = new Map<string, string>();
  for (const [name, value] of Object.entries(options)) {
    if (!isMountName(name)) continue;
    mounts.set(name, /^\d+(\.\d+)?$/.test(value) ? `${storage}:${value}` : value);
    delete options[name];
  }
  if (mounts.size > 0 && !mounts.has('rootfs'))
    die("mount points configured, but 'rootfs' not set - aborting");
  return mounts;
}

function checkStorage(session: Session, volume: string): void {
  if (volume.startsWith('/')) return;
  const { storage } = requireVolumeId(volume);
  if (!usableStorage(session.machine, storage).content.has('rootdir'))
    refuseParameters({ storage: `storage '${storage}' does not support container directories` });
}

async function reserve(session: Session, vmid: string): Promise<void> {
  await withGuestLock(session, 'lxc', vmid, 5, () => {
    const config = configExists(session.machine, 'lxc', vmid) ? loadCt(session, vmid) : emptyConfig();
    try {
      refuseLocked('lxc', config);
    } catch (thrown) {
      if (thrown instanceof Failure) die(`unable to restore CT ${vmid} - ${thrown.text}`);
      throw thrown;
    }
    config.main.set('lock', 'create');
    saveCt(session, vmid, config);
  });
}

async function restore(
  session: Session,
  given: Parameters,
  config: GuestConfig,
  mounts: Map<string, string>,
  existed: boolean,
): Promise<void> {
  const { vmid = '', ostemplate = '', storage = 'local' } = given;
  const { machine } = session;
  const made: string[] = [];
  let isTouched = !existed;
  try {
    session.print(`recovering backed-up configuration from '${ostemplate}'\n`);
    const { path, archive } = findArchive(session, ostemplate);
    const backed = parseConfig('lxc', archive.config);
    const unprivileged = given['unprivileged'] ?? backed.main.get('unprivileged') ?? '0';
    if (unprivileged === '1') config.main.set('unprivileged', '1');
    const delayed = mounts.size === 0 ? mountsOfArchive(backed, storage, mounts) : new Map<string, string>();
    isTouched = true;
    await createVolumes(session, vmid, mounts, config.main);
    for (const name of mounts.keys())
      if (isVolume(parseMount(name, config.main.get(name) ?? '')))
        made.push(parseMount(name, config.main.get(name) ?? '')['volume'] ?? '');
    if (existed) await freeOld(session, vmid);
    session.print(`restoring '${ostemplate}' now..\n`);
    await unpack(session, path, config);
    session.print('merging backed-up and given configuration..\n');
    merge(session, backed, config, given['unique'] === '1');
    for (const [name, text] of delayed) config.main.set(name, text);
    config.main.delete('lock');
    saveCt(session, vmid, config);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    for (const volume of made) await free(session, volume);
    if (isTouched) {
      removeConfig(machine, 'lxc', vmid);
    } else {
      const old = loadCt(session, vmid);
      old.main.delete('lock');
      saveCt(session, vmid, old);
    }
    die(`unable to restore CT ${vmid} - ${thrown.text}`);
  }
}

function findArchive(session: Session, given: string): { readonly path: string; readonly archive: Archive } {
  const { machine } = session;
  let path = given;
  if (splitVolumeId(given) !== undefined) {
    try {
      path = locate(machine, given).path;
    } catch (thrown) {
      if (thrown instanceof Failure) die(`volume '${given}' does not exist`);
      throw thrown;
    }
  }
  if (machine.volumes.size(path) === undefined)
    die(path === given ? `can't find file '${path}'` : `volume '${given}' does not exist`);
  const archive =
    readArchive(machine, path) ??
    die(`pvefleet-lab: the archive '${path}' was not made by the lab, which cannot read it`);
  if (archive.kind !== 'lxc') die(`pvefleet-lab: '${path}' is no backup of a container`);
  return { path, archive };
}

/** Mount points as they were, on another storage; bind mounts, which hold nothing of the archive, come at the end. */
function mountsOfArchive(
  { main }: GuestConfig,
  storage: string,
  mounts: Map<string, string>,
): ReadonlyMap<string, string> {
  const delayed = new Map<string, string>();
  for (const name of MOUNT_NAMES) {
    const text = main.get(name);
    if (text === undefined) continue;
    const { size, ...mount } = parseMount(name, text);
    if (!isVolume(mount)) {
      delayed.set(name, text);
      continue;
    }
    if (size === undefined) die(`unable to detect disk size - please specify ${name} (size)`);
    mounts.set(name, printMount(name, { ...mount, volume: `${storage}:${Number(size) / 1024 ** 3}` }));
  }
  if (!mounts.has('rootfs'))
    die('rootfs configuration could not be recovered, please check and specify manually!');
  return delayed;
}

async function freeOld(session: Session, vmid: string): Promise<void> {
  const { main } = loadCt(session, vmid);
  for (const [name, text] of main) {
    if (isMountName(name)) await deleteVolume(session, vmid, parseMount(name, text)['volume'] ?? '');
    else if (/^unused\d+$/.test(name)) await deleteVolume(session, vmid, unusedVolume(text));
  }
}

async function unpack(session: Session, path: string, { main }: GuestConfig): Promise<void> {
  const { machine } = session;
  const volume = parseMount('rootfs', main.get('rootfs') ?? '')['volume'] ?? '';
  await moveBytes(session, volumeBytes(machine, volume) ?? 0, Infinity, () => undefined);
  const mib = 20 + (Number.parseInt(machine.random.hex(2), 16) % 60);
  session.print(`extracting archive '${path}'\nTotal bytes read: ${tarTotal(TAR_BYTES, mib)}\n`);
}

/** What was not given comes from the archive (sanitize_and_merge_config). */
function merge(session: Session, backed: GuestConfig, config: GuestConfig, unique: boolean): void {
  for (const [name, value] of backed.main) {
    if (/^(rootfs|unprivileged|parent|template|lock|mp\d+|unused\d+)$/.test(name)) continue;
    if (unique && /^net\d+$/.test(name))
      config.main.set(name, normalNet(session.machine, value.replace(/(^|,)hwaddr=[^,]*/, '')));
    else if (!config.main.has(name)) config.main.set(name, value);
  }
  config.raw.set(config.main, backed.raw.get(backed.main) ?? []);
}
