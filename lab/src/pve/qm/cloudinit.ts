import type { Parameters } from '../cli/getopt.ts';
import type { GuestConfig, Section } from '../guest/config.ts';
import { refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import { allocate, locate, volumeBytes } from '../storage/volumes.ts';
import { cloudinitData } from './cloudinit-data.ts';
import { DRIVE_NAMES, FIXED_BYTES, isCloudinit, parseDrive } from './drive.ts';
import { loadVm, saveVm } from './store.ts';

/** Options that a cloud-init drive is made of; what changed since is recorded (cloudinit_pending_properties). */
const OPTIONS =
  /^(citype|ciuser|cipassword|ciupgrade|cicustom|searchdomain|nameserver|sshkeys|ipconfig\d+|name|net\d+)$/;
/** Those of them that `qm cloudinit pending` shows though they did not change. */
const SHOWN = /^(citype|ciuser|cipassword|ciupgrade|cicustom|searchdomain|nameserver|sshkeys)$/;

/** The volume of a VM's cloud-init drive, if it has one. */
export function cloudinitVolume(section: Section): string | undefined {
  const name = DRIVE_NAMES.find((slot) => {
    const drive = parseDrive(slot, section.get(slot) ?? '');
    return drive !== undefined && isCloudinit(drive);
  });
  return name === undefined ? undefined : parseDrive(name, section.get(name) ?? '')?.['file'];
}

/** Writes the cloud-init drive, if there is one, anew; what was recorded as changed is not any more. Throws Failure. */
export async function writeCloudinit(session: Session, vmid: string, config: GuestConfig): Promise<void> {
  const volume = cloudinitVolume(config.main);
  if (volume === undefined || !volume.includes(`vm-${vmid}-cloudinit`)) return;
  refuseMissingSnippets(session, config.main);
  cloudinitData(session.machine, vmid, config.main, 'meta', false);
  const bytes = volumeBytes(session.machine, volume);
  if (bytes === undefined || bytes === 0) {
    const { storage, name, path } = locate(session.machine, volume);
    session.writeError(`failed to stat '${path}'\n`);
    const wanted = { storage: storage.id, vmid, format: name.format, name: name.name };
    await allocate(session, { ...wanted, kib: FIXED_BYTES / 1024 });
  }
  session.print('generating cloud-init ISO\n');
  if (session.machine.traits.qemuLacks.has('dd')) refuseDd(session, vmid, volume);
  config.special.delete('cloudinit');
}

/** What qemu-img without PVE's patches says when it is to write the drive. Throws Failure. */
function refuseDd(session: Session, vmid: string, volume: string): never {
  const { path, name } = locate(session.machine, volume);
  session.warn(
    "/usr/bin/qemu-img dd: invalid option -- 'n'\nTry '/usr/bin/qemu-img dd --help' for more info\ngenisoimage: Broken pipe. cannot fwrite 2048*1\n",
  );
  return die(
    `command 'set -o pipefail && genisoimage -quiet -iso-level 3 -J -R -V cidata /run/pve/cloudinit/${vmid}/ | qemu-img dd -n -f raw -O ${name.format} 'isize=0' 'osize=${FIXED_BYTES}' 'of=${path}'' failed: exit code 1`,
  );
}

/** Files of one's own must be snippets that are there. */
function refuseMissingSnippets(session: Session, section: Section): void {
  for (const part of (section.get('cicustom') ?? '').split(',').filter((text) => text.includes('='))) {
    const volume = part.slice(part.indexOf('=') + 1);
    if (splitVolumeId(volume) === undefined) continue;
    const { name, path } = locate(session.machine, volume);
    if (name.type !== 'snippets') die(`${volume} is not in the snippets directory`);
    if (!session.machine.files.exists(path)) die(`volume '${volume}' does not exist`);
  }
}

/** Records that an option of a running VM is no longer what its cloud-init drive says; undefined is "not set". */
export function recordChange(
  config: GuestConfig,
  name: string,
  before: string | undefined,
  after: string | undefined,
): void {
  if (!OPTIONS.test(name) || cloudinitVolume(config.main) === undefined) return;
  const recorded: Section = config.special.get('cloudinit') ?? new Map();
  const added = new Set((recorded.get('added') ?? '').split(',').filter((word) => word !== ''));
  const onDrive = recorded.get(name);
  if (onDrive !== undefined) {
    if (after === onDrive) {
      recorded.delete(name);
      added.delete(name);
    }
  } else if (added.has(name)) {
    if (after === undefined) added.delete(name);
  } else if (before !== undefined) {
    recorded.set(name, before);
  } else if (after !== undefined) {
    added.add(name);
  }
  if (added.size === 0) recorded.delete('added');
  else recorded.set('added', [...added].toSorted().join(','));
  config.special.set('cloudinit', recorded);
}

/** `qm cloudinit update`. Throws Failure. */
export async function updateCloudinit(session: Session, { vmid = '' }: Parameters): Promise<void> {
  await withGuestLock(session, 'qemu', vmid, 10, async () => {
    const config = loadVm(session, vmid);
    refuseLocked('qemu', config);
    const hadChanges = (config.special.get('cloudinit')?.size ?? 0) > 0;
    await writeCloudinit(session, vmid, config);
    if (hadChanges) saveVm(session, vmid, config);
  });
}

/** `qm cloudinit dump`. Throws Failure. */
export function dumpCloudinit(session: Session, { vmid = '', type = '' }: Parameters): void {
  const { main } = loadVm(session, vmid);
  session.print(`${cloudinitData(session.machine, vmid, main, type, false)}\n`);
}

const HIDDEN = '**********';

/** `qm cloudinit pending`: what the drive has and what it would get. Throws Failure. */
export function showCloudinitPending(session: Session, { vmid = '' }: Parameters): void {
  const { main, special } = loadVm(session, vmid);
  const recorded = special.get('cloudinit') ?? new Map<string, string>();
  const added = (recorded.get('added') ?? '').split(',').filter((name) => name !== '');
  const show = (name: string, value: string | undefined): string =>
    name === 'cipassword' ? HIDDEN : (value ?? '');
  const rows = new Map<string, string>();
  for (const name of added) rows.set(name, `new ${name}: ${show(name, main.get(name))}\n`);
  for (const [name, value] of main) {
    if (!SHOWN.test(name) || added.includes(name)) continue;
    const onDrive = recorded.get(name);
    const now = `cur ${name}: ${show(name, onDrive ?? value)}\n`;
    rows.set(name, onDrive === undefined ? now : `${now}new ${name}: ${show(name, value)}\n`);
  }
  for (const name of recorded.keys())
    if (name !== 'added' && !main.has(name)) rows.set(name, `del ${name}: \n`);
  session.print(
    [...rows.keys()]
      .toSorted()
      .map((name) => rows.get(name))
      .join(''),
  );
}
