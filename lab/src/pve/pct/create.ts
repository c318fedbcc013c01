import type { Parameters } from '../cli/getopt.ts';
import { checkPublicKeys } from '../cli/file-parameters.ts';
import { die, Failure, failureText, refuseParameters } from '../failure.ts';
import { emptyConfig, type GuestConfig } from '../guest/config.ts';
import { addToPool, refuseUnknownPool } from '../guest/pools.ts';
import { refuseUsedId, refuseWithoutQuorum, removeConfig } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { clampCpuUnits } from '../qm/options.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { usableStorage } from '../storage/config.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import { free, locate } from '../storage/volumes.ts';
import { restoreCt } from './restore.ts';
import { startCt } from './power.ts';
import { saveCt } from './store.ts';
import { createVolumes, isMountName, isVolume, MOUNT_NAMES, parseMount } from './volume.ts';
import { changeConfig } from './update.ts';

const NOT_MODELLED = ['ha-managed'];

/** What a template that unpacks well does not show. */
const WITHOUT_EFFECT = ['bwlimit', 'unique', 'ignore-unpack-errors'];

/** What tar says that it read of the lab's template, which is the recordings': a small system without time zones. */
const UNPACKED_BYTES = 2201600;

/** `pct create` (PVE::API2::LXC create_vm). Throws Failure for what is refused before the task. */
export async function createCt(session: Session, given: Parameters): Promise<TaskEnd> {
  const { machine } = session;
  if (given['restore'] === '1') return restoreCt(session, given);
  const {
    vmid = '',
    ostemplate = '',
    storage = 'local',
    pool,
    start,
    password: _password,
    'ssh-public-keys': keys,
    force: _force,
    restore: _restore,
    unprivileged = '1',
    ...rest
  } = given;
  const refused = NOT_MODELLED.find((name) => given[name] !== undefined);
  if (refused !== undefined) die(`pvefleet-lab: pct create --${refused} is not modelled`);
  const options: Record<string, string> = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !WITHOUT_EFFECT.includes(name)),
  );
  clampCpuUnits(options);
  refuseWithoutQuorum(machine);
  if (pool !== undefined) refuseUnknownPool(machine, pool);
  refuseUsedId(machine, vmid);
  if (keys !== undefined) checkPublicKeys(keys);
  checkTemplate(session, ostemplate);
  const mounts = takeMounts(session, options, storage);
  for (const name of MOUNT_NAMES) checkMountStorage(session, name, mounts.get(name));
  if (!mounts.has('rootfs')) checkStorage(session, storage);
  const config = emptyConfig();
  await changeConfig(session, vmid, config, options);
  if (unprivileged === '1') config.main.set('unprivileged', '1');
  await reserve(session, vmid);
  if (mounts.size === 0) mounts.set('rootfs', `${storage}:4`);
  return runTask(session, 'vzcreate', vmid, async () => {
    await withGuestLock(session, 'lxc', vmid, 10, () => fill(session, vmid, config, mounts, ostemplate));
    if (pool !== undefined) addToPool(machine, pool, vmid);
    if (start === '1') await startCt(session, { vmid });
  });
}

function checkTemplate(session: Session, template: string): void {
  if (splitVolumeId(template) === undefined) return;
  const { type } = locate(session.machine, template).name;
  if (type !== 'vztmpl') die(`unable to use volume ${template} - content type needs to be 'vztmpl'`);
}

/** Takes the mount points out of the options; a bare number is a size on the default storage. Throws Failure. */
function takeMounts(session: Session, options: Record<string, string>, storage: string): Map<string, string> {
  const mounts = new Map<string, string>();
  for (const [name, value] of Object.entries(options)) {
    if (isMountName(name)) mounts.set(name, /^\d+(\.\d+)?$/.test(value) ? `${storage}:${value}` : value);
    else if (/^unused\d+$/.test(name))
      session.warn(`ignoring '${name}', cannot create/restore with unused volume\n`);
    else continue;
    delete options[name];
  }
  if (mounts.size > 0 && !mounts.has('rootfs'))
    die("mount points configured, but 'rootfs' not set - aborting");
  return mounts;
}

function checkMountStorage(session: Session, name: string, text: string | undefined): void {
  if (text === undefined) return;
  const mount = parseMount(name, text);
  if (!isVolume(mount)) return;
  const id = splitVolumeId(mount['volume'] ?? '') ?? die(`unable to parse volume ID '${mount['volume']}'`);
  checkStorage(session, id.storage);
}

function checkStorage(session: Session, storage: string): void {
  if (!usableStorage(session.machine, storage).content.has('rootdir')) {
    refuseParameters({ storage: `storage '${storage}' does not support container directories` });
  }
}

async function reserve(session: Session, vmid: string): Promise<void> {
  try {
    await withGuestLock(session, 'lxc', vmid, 5, () => {
      refuseUsedId(session.machine, vmid);
      const config = emptyConfig();
      config.main.set('lock', 'create');
      saveCt(session, vmid, config);
    });
  } catch (thrown) {
    die(`unable to create CT ${vmid} - ${failureText(thrown)}`);
  }
}

async function fill(
  session: Session,
  vmid: string,
  config: GuestConfig,
  mounts: ReadonlyMap<string, string>,
  template: string,
): Promise<void> {
  const { machine } = session;
  try {
    await createVolumes(session, vmid, mounts, config.main);
    try {
      unpack(session, config, template);
    } catch (thrown) {
      for (const name of mounts.keys())
        await free(session, parseMount(name, config.main.get(name) ?? '')['volume'] ?? '');
      throw thrown;
    }
    const defaults = { hostname: `CT${vmid}`, memory: '512', swap: '512' };
    for (const [name, value] of Object.entries(defaults))
      if (!config.main.has(name)) config.main.set(name, value);
    saveCt(session, vmid, config);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    removeConfig(machine, 'lxc', vmid);
    die(`unable to create CT ${vmid} - ${thrown.text}`);
  }
}

/** Says what unpacking a template says, and takes the system and architecture from its name. Throws Failure if it is not there. */
function unpack(session: Session, config: GuestConfig, template: string): void {
  const { machine } = session;
  const path = splitVolumeId(template) === undefined ? template : locate(machine, template).path;
  if (machine.volumes.size(path) === undefined)
    die(path === template ? `can't find file '${template}'` : `volume '${template}' does not exist`);
  const mib = 20 + (Number.parseInt(machine.random.hex(2), 16) % 60);
  session.print(
    `extracting archive '${path}'\nTotal bytes read: ${UNPACKED_BYTES} (${(UNPACKED_BYTES / 1024 ** 2).toFixed(1)}MiB, ${mib}MiB/s)\n`,
  );
  const system =
    /\/(alpine|archlinux|centos|debian|devuan|fedora|gentoo|nixos|opensuse|ubuntu)-/.exec(path)?.[1] ??
    'unmanaged';
  const wanted = config.main.get('ostype');
  if (wanted !== undefined && wanted !== system)
    session.warn(`got unexpected ostype (${system} != ${wanted})\n`);
  const architecture = /_(amd64|i386|arm64|armhf|riscv64)\./.exec(path)?.[1] ?? 'amd64';
  config.main.set('ostype', system);
  config.main.set('arch', architecture);
  session.print(`Detected container architecture: ${architecture}\n`);
  const timezone = config.main.get('timezone');
  if (timezone !== undefined) {
    const zone = timezone === 'host' ? (machine.files.read('/etc/timezone') ?? 'UTC').trim() : timezone;
    session.warn(`container does not have /usr/share/zoneinfo/${zone}, timezone can not be modified\n`);
  }
  const host = (config.main.get('hostname') ?? 'localhost').replace(/\..*$/, '');
  for (const type of ['rsa', 'ecdsa', 'ed25519']) {
    const print = Buffer.from(machine.random.hex(64), 'hex').toString('base64').replace(/=+$/, '');
    session.print(
      `Creating SSH host key 'ssh_host_${type}_key' - this may take some time ...\ndone: SHA256:${print} root@${host}\n`,
    );
  }
}
