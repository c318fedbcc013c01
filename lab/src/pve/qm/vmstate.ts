import { die } from '../failure.ts';
import type { Section } from '../guest/config.ts';
import type { Session } from '../session.ts';
import { pause } from '../session.ts';
import { sizeText } from '../storage/progress.ts';
import { storageOf } from '../storage/config.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import { allocate, locate } from '../storage/volumes.ts';
import { DRIVE_NAMES, isCdrom, parseDrive } from './drive.ts';
import { NEWEST } from './machine-type.ts';
import { memoryOf } from './memory.ts';
import { parseNet } from './network.ts';

/** PVE reserves twice the memory and this for the state of the devices. */
const DEVICES_MIB = 500;
/** What of its memory an idle VM has in use, as recorded: 2797568 bytes of 64 MiB. */
const USED_SHARE = 2_797_568 / (64 * 1024 ** 2);

/** Where a VM's state goes: its own choice, else a storage of one of its disks, a shared one first (find_vmstate_storage). */
function stateStorage(session: Session, section: Section): string {
  const wanted = section.get('vmstatestorage');
  if (wanted !== undefined) return wanted;
  let shared: string | undefined;
  let local: string | undefined;
  for (const name of DRIVE_NAMES) {
    const drive = parseDrive(name, section.get(name) ?? '');
    const id = drive === undefined || isCdrom(drive) ? undefined : splitVolumeId(drive['file'] ?? '');
    if (id === undefined) continue;
    const storage = storageOf(session.machine, id.storage);
    const isFile = storage.options['path'] !== undefined;
    if (storage.shared && (shared === undefined || isFile)) shared = id.storage;
    if (!storage.shared && (local === undefined || isFile)) local = id.storage;
  }
  return shared ?? local ?? 'local';
}

/** Allocates a volume for the VM's memory and returns the options that name it and what the VM runs with. Throws Failure. */
export async function prepareState(
  session: Session,
  vmid: string,
  section: Section,
  name: string,
  storage = stateStorage(session, section),
): Promise<Section> {
  const isFile = storageOf(session.machine, storage).options['path'] !== undefined;
  const mib = memoryOf(section.get('memory')) * 2 + DEVICES_MIB;
  const volume = await allocate(session, {
    storage,
    vmid,
    format: 'raw',
    name: `vm-${vmid}-state-${name}${isFile ? '.raw' : ''}`,
    kib: mib * 1024,
  });
  const state: Section = new Map([
    ['vmstate', volume],
    ['runningmachine', runningMachine(section)],
    ['runningcpu', runningCpu(section)],
  ]);
  const nets = virtioNets(section).map((net) => `${net}=1500`);
  if (nets.length > 0) state.set('running-nets-host-mtu', nets.join(','));
  return state;
}

function runningMachine(section: Section): string {
  const type = (section.get('machine') ?? 'pc').replace(/^type=/, '').split(',')[0] ?? 'pc';
  if (/-\d/.test(type)) return type;
  return `pc-${type === 'q35' ? 'q35' : 'i440fx'}-${NEWEST}`;
}

/** QEMU's `-cpu` for the plain models (PVE/QemuServer/CPUConfig.pm, get_cpu_options). */
function runningCpu(section: Section): string {
  const kvm = section.get('kvm') !== '0';
  const wanted = /^(?:cputype=)?([\w-]+)/.exec(section.get('cpu') ?? '')?.[1];
  const type = wanted ?? (kvm ? 'kvm64' : 'qemu64');
  if (!kvm) return type;
  const more = type === 'kvm64' ? ',+lahf_lm,+sep' : '';
  return type === 'host'
    ? 'host,+kvm_pv_eoi,+kvm_pv_unhalt'
    : `${type},enforce,+kvm_pv_eoi,+kvm_pv_unhalt${more}`;
}

function virtioNets(section: Section): readonly string[] {
  return [...section.keys()]
    .filter((name) => /^net\d+$/.test(name) && parseNet(section.get(name) ?? '')['model'] === 'virtio')
    .toSorted();
}

/** Writes a running VM's memory to its state volume; a file ends where the state does. Returns the bytes. Throws Failure. */
export async function writeState(
  session: Session,
  section: Section,
  memory: string | undefined,
): Promise<number> {
  const volume = section.get('vmstate') ?? die('no state volume');
  const bytes = Math.round((memoryOf(memory) * 1024 ** 2 * USED_SHARE) / 512) * 512;
  await pause(session, bytes / 1024 ** 2 / session.machine.traits.copySpeed);
  const { path, storage } = locate(session.machine, volume);
  if (storage.options['path'] !== undefined) session.machine.volumes.set(path, bytes);
  return bytes;
}

/** The same for a snapshot, with what PVE says meanwhile. */
export async function saveSnapshotMemory(session: Session, section: Section): Promise<void> {
  const storage = splitVolumeId(section.get('vmstate') ?? '')?.storage ?? '';
  session.print(`saving VM state and RAM using storage '${storage}'\n291.00 B in 0s\n`);
  const bytes = await writeState(session, section, section.get('memory'));
  session.print(`completed saving the VM state in 0s, saved ${sizeText(bytes, 2)}\n`);
}

/** What a start from a state says of the network cards. */
export function announceMigratedNets(session: Session, section: Section): void {
  for (const net of virtioNets(section))
    session.print(`netdev ${net}: using 'host_mtu=1500' for migration compat\n`);
}
