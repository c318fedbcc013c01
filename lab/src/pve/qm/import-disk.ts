import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die, Failure, failureText, refuseParameters } from '../failure.ts';
import { guestNode } from '../guest/place.ts';
import { loadConfig, refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import type { Session } from '../session.ts';
import { convert, copyFormat } from '../storage/copy.ts';
import { storageOf, usableStorage } from '../storage/config.ts';
import { mirrors } from '../storage/mirror.ts';
import { readImage } from '../storage/qcow2-image.ts';
import { parseVolumeName, splitVolumeId } from '../storage/volume-name.ts';
import { makeBase } from '../storage/base-volumes.ts';
import { allocate, free, locate, volumeBytes } from '../storage/volumes.ts';
import { applyPending } from './apply-pending.ts';
import { cloneDisk } from './clone-disk.ts';
import { DRIVE_NAMES, isCloudinit, isDriveName, parseDrive, printDrive, type Drive } from './drive.ts';
import { hotplugPending } from './hotplug.ts';
import { runningPid } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';
import { addUnused } from './unused.ts';

/** Bytes of disk in an image file that is no volume of a storage; undefined if there is no such file. */
function imageBytes(machine: Machine, path: string): number | undefined {
  const bytes = machine.volumes.size(path);
  return bytes === undefined || !path.endsWith('.qcow2') ? bytes : readImage(machine, path).bytes;
}

/** Copies an image file into a new volume of a guest (ImportDisk::do_import). Returns its ID. Throws Failure. */
async function importFile(
  session: Session,
  path: string,
  vmid: string,
  storage: string,
  format: string | undefined,
): Promise<{ readonly volume: string; readonly bytes: number }> {
  const bytes = imageBytes(session.machine, path) ?? die(`could not get file size of ${path}`);
  const volume = await allocate(session, {
    storage,
    vmid,
    format: copyFormat(session, storage, 'raw', format),
    kib: Math.ceil(bytes / 1024),
  });
  try {
    await convert(session, path, volume, bytes);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    await free(session, volume);
    throw thrown;
  }
  return { volume, bytes };
}

/** Refuses a volume to import from that is no image (check_storage_access). Throws Failure. */
export function checkImportSource(machine: Machine, name: string, source: string): void {
  const id = splitVolumeId(source);
  if (id === undefined) return;
  const { type } = parseVolumeName(storageOf(machine, id.storage), id.name);
  if (type !== 'images' && type !== 'import')
    refuseParameters({ [name]: `${source} has wrong type '${type}' - needs to be 'images' or 'import'` });
}

/** Fills a slot from an image file or another volume (`import-from`). Returns the drive; its volume is added to `made`. Throws Failure. */
export async function importFrom(
  session: Session,
  vmid: string,
  name: string,
  { 'import-from': source = '', format, ...drive }: Drive,
  storage: string,
  made: string[],
): Promise<Drive> {
  if (splitVolumeId(source) === undefined) {
    if (session.machine.volumes.size(source) === undefined) die(`can't find file '${source}'`);
    const { volume, bytes } = await importFile(session, source, vmid, storage, format);
    made.push(volume);
    return { ...drive, file: volume, size: String(bytes) };
  }
  try {
    return { ...drive, ...(await importVolume(session, vmid, name, source, storage, format, made)) };
  } catch (thrown) {
    return die(`cannot import from '${source}' - ${failureText(thrown)}`);
  }
}

async function importVolume(
  session: Session,
  vmid: string,
  name: string,
  source: string,
  storage: string,
  format: string | undefined,
  made: string[],
): Promise<Pick<Drive, string>> {
  const { machine } = session;
  if (/\.(ova|vmdk)$/.test(source)) die('pvefleet-lab: extracting from an OVA is not modelled');
  if ((volumeBytes(machine, source) ?? 0) === 0) die(`could not get size of ${source}`);
  if (isCloudinit({ file: source })) die('cannot import from cloudinit disk');
  const owner = locate(machine, source).name.owner;
  const node = owner === undefined ? undefined : guestNode(machine, owner);
  if (owner !== undefined && node !== undefined && node !== machine.name)
    die(`owner VM ${owner} not on local node`);
  const isRunning = owner !== undefined && runningPid(machine, owner) !== undefined;
  const slot = owner === undefined || node === undefined ? undefined : slotOf(machine, owner, source);
  const jobs = mirrors(session);
  const clone = (): Promise<Drive> =>
    cloneDisk(
      session,
      { name: slot, drive: { file: source }, isRunning },
      { vmid, name, storage, format, full: true },
      jobs,
      made,
    );
  const { file = '', size = '0' } =
    owner === undefined || owner === vmid || node === undefined
      ? await clone()
      : await withGuestLock(session, 'qemu', owner, 30, clone);
  if (owner === vmid) jobs.complete();
  else jobs.cancel('skipping guest filesystem freeze - disabled in VM options');
  return { file, size };
}

/** The slot in which a VM of this node has a volume. */
function slotOf(machine: Machine, vmid: string, volume: string): string | undefined {
  const { main } = loadConfig(machine, 'qemu', vmid);
  return DRIVE_NAMES.find((name) => parseDrive(name, main.get(name) ?? '')?.['file'] === volume);
}

/** `qm disk import`, into a slot or as an unused disk. Throws Failure. */
export async function importDisk(session: Session, parameters: Parameters): Promise<void> {
  const { vmid = '', source = '', storage = '', format, 'target-disk': wanted } = parameters;
  const { machine } = session;
  const slot = wanted !== undefined && isDriveName(wanted) ? wanted : undefined;
  refuseLocked('qemu', loadVm(session, vmid));
  if (machine.volumes.size(source) === undefined) die(`${source}: non-existent or non-regular file`);
  if (!usableStorage(machine, storage).content.has('images'))
    die(`storage ${storage} does not support vm images`);
  session.print(`importing disk '${source}' to VM ${vmid} ...\n`);
  const { volume } = await importFile(session, source, vmid, storage, format);
  try {
    const name = await withGuestLock(session, 'qemu', vmid, 10, () => enter(session, vmid, volume, slot));
    const config = loadVm(session, vmid);
    if (slot !== undefined && config.main.get('template') === '1') {
      const drive = parseDrive(slot, config.main.get(slot) ?? '');
      if (drive !== undefined)
        config.main.set(slot, printDrive(slot, { ...drive, file: makeBase(machine, drive['file'] ?? '') }));
      saveVm(session, vmid, config);
    }
    session.print(`${name}: successfully imported disk '${loadVm(session, vmid).main.get(name) ?? ''}'\n`);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    await free(session, volume);
    throw thrown;
  }
}

async function enter(
  session: Session,
  vmid: string,
  volume: string,
  slot: string | undefined,
): Promise<string> {
  const config = loadVm(session, vmid);
  refuseLocked('qemu', config);
  if (slot === undefined) {
    addUnused(config.main, volume);
    saveVm(session, vmid, config);
    return [...config.main].find(([name, value]) => name.startsWith('unused') && value === volume)?.[0] ?? '';
  }
  if (config.main.has(slot)) die(`cowardly refusing to overwrite existing entry: ${slot}`);
  config.pending.set(slot, volume);
  saveVm(session, vmid, config);
  if (runningPid(session.machine, vmid) === undefined) {
    await applyPending(session, vmid, config);
    return slot;
  }
  const errors = await hotplugPending(session, vmid, config, new Set([slot]));
  for (const [name, error] of Object.entries(errors))
    session.warn(`hotplugging imported disk '${name}' failed: ${error}\n`);
  return slot;
}
