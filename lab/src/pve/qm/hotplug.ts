import { die, Failure } from '../failure.ts';
import { hotplugFeatures } from '../formats/guest.ts';
import type { GuestConfig } from '../guest/config.ts';
import { pendingDeletes, removePendingDelete } from '../guest/pending.ts';
import type { Session } from '../session.ts';
import { detachDrive } from './apply-pending.ts';
import { recordChange, writeCloudinit } from './cloudinit.ts';
import { isCdrom, isDriveName, parseDrive } from './drive.ts';
import { plugCpus, plugMemory, takesUsb, updateAgent } from './live-options.ts';
import { parseNet } from './network.ts';
import { Skip, skip } from './skip.ts';
import { saveVm } from './store.ts';
import { unplugDevice } from './unplug.ts';
import { registerUnused } from './unused.ts';

/** Options that take effect on a running VM at once, without the VM noticing (`$fast_plug_option` and cloud-init's in PVE/QemuServer.pm). */
const FAST = new Set([
  'description',
  'hookscript',
  'lock',
  'migrate_downtime',
  'migrate_speed',
  'name',
  'onboot',
  'protection',
  'shares',
  'startup',
  'tags',
  'vmstatestorage',
  'citype',
  'ciuser',
  'cipassword',
  'ciupgrade',
  'cicustom',
  'searchdomain',
  'nameserver',
  'sshkeys',
  ...Array.from({ length: 32 }, (_, index) => `ipconfig${index}`),
]);

/**
 * Applies what a running VM can take of its pending changes and leaves the rest pending (vmconfig_hotplug_pending); only options in
 * `selection` are tried. Returns the refusals by option. Throws Failure when the config cannot be written.
 */
export async function hotplugPending(
  session: Session,
  vmid: string,
  config: GuestConfig,
  selection: ReadonlySet<string>,
): Promise<Readonly<Record<string, string>>> {
  const errors: Record<string, string> = {};
  for (const name of [...config.pending.keys()].filter((key) => FAST.has(key)))
    commit(config, name, config.pending.get(name) ?? '');
  const features = hotplugFeatures(config.main.get('hotplug') ?? '1');
  for (const [name, force] of [...pendingDeletes(config.pending)].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (!selection.has(name)) continue;
    await guard(errors, name, async () => {
      await unplug(session, vmid, config, name, force, features);
      recordChange(config, name, config.main.get(name), undefined);
      config.main.delete(name);
      removePendingDelete(config, name);
    });
  }
  for (const name of [...config.pending.keys()].filter((key) => key !== 'delete').toSorted()) {
    if (!selection.has(name)) continue;
    await guard(errors, name, async () => {
      const value = config.pending.get(name) ?? '';
      await plug(session, vmid, config, name, value, features);
      commit(config, name, value);
    });
  }
  saveVm(session, vmid, config);
  if (features.has('cloudinit') && (config.special.get('cloudinit')?.size ?? 0) > 0) {
    await writeCloudinit(session, vmid, config);
    saveVm(session, vmid, config);
  }
  return errors;
}

function commit(config: GuestConfig, name: string, value: string): void {
  recordChange(config, name, config.main.get(name), value);
  config.main.set(name, value);
  config.pending.delete(name);
}

async function guard(errors: Record<string, string>, name: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (thrown) {
    if (thrown instanceof Skip) return;
    if (!(thrown instanceof Failure)) throw thrown;
    errors[name] = `hotplug problem - ${thrown.text}`;
  }
}

async function unplug(
  session: Session,
  vmid: string,
  config: GuestConfig,
  name: string,
  force: boolean,
  features: ReadonlySet<string>,
): Promise<void> {
  if (FAST.has(name) || name === 'cpuunits' || name === 'cpulimit') return;
  if (name === 'hotplug' && !/cpu|memory/.test(config.main.get('hotplug') ?? '')) return;
  if (name === 'tablet' && features.has('usb')) return;
  if (name === 'balloon' && config.main.get('balloon') !== '0') return;
  if (/^usb\d+$/.test(name) && takesUsb(config, features)) return;
  if (name === 'vcpus' && features.has('cpu')) return;
  if (name === 'memory' && features.has('memory')) return;
  if (/^net\d+$/.test(name) && features.has('network')) {
    await unplugDevice(session, vmid, name);
    return;
  }
  if (isDriveName(name) && features.has('disk') && /^(scsi|virtio)\d+$/.test(name)) {
    if (name.startsWith('virtio')) await unplugDevice(session, vmid, name);
    await detachDrive(session, vmid, config, name, force);
    return;
  }
  skip();
}

async function plug(
  session: Session,
  vmid: string,
  config: GuestConfig,
  name: string,
  value: string,
  features: ReadonlySet<string>,
): Promise<void> {
  if (name === 'cpuunits' || name === 'cpulimit') return;
  if (name === 'hotplug') {
    if (/memory|cpu/.test(`${value} ${config.main.get('hotplug') ?? ''}`)) skip();
  } else if (name === 'tablet') {
    if (!features.has('usb')) skip();
  } else if (/^usb\d+$/.test(name)) {
    if (!takesUsb(config, features)) skip();
  } else if (name === 'vcpus') {
    if (!features.has('cpu')) skip();
    plugCpus(config, value);
  } else if (name === 'memory') {
    if (!features.has('memory')) skip();
    plugMemory(config, value);
  } else if (name === 'agent') {
    updateAgent(config, value);
  } else if (name === 'balloon') {
    if ((config.main.get('balloon') !== '0') !== (value !== '0')) skip();
  } else if (/^net\d+$/.test(name)) {
    await plugNet(session, vmid, config, name, value, features);
  } else if (isDriveName(name)) {
    await plugDrive(session, vmid, config, name, value, features);
  } else {
    skip();
  }
}

async function plugNet(
  session: Session,
  vmid: string,
  config: GuestConfig,
  name: string,
  value: string,
  features: ReadonlySet<string>,
): Promise<void> {
  const before = config.main.get(name);
  const old = before === undefined ? undefined : parseNet(before);
  const next = parseNet(value);
  const sameCard =
    old !== undefined &&
    ['model', 'macaddr', 'queues', 'mtu'].every((key) => old[key] === next[key]) &&
    old['bridge'] !== undefined &&
    next['bridge'] !== undefined;
  if (!sameCard && !features.has('network')) skip();
  if (old !== undefined && !sameCard) await unplugDevice(session, vmid, name);
}

/** Properties of a disk that cannot change while the VM runs. */
const FIXED = ['aio', 'discard', 'iothread', 'queues', 'product', 'cache', 'ssd', 'vendor', 'ro'];

async function plugDrive(
  session: Session,
  vmid: string,
  config: GuestConfig,
  name: string,
  value: string,
  features: ReadonlySet<string>,
): Promise<void> {
  if (name === 'efidisk0' || name === 'tpmstate0') skip();
  const before = config.main.get(name);
  const drive = parseDrive(name, value);
  const old = before === undefined ? undefined : parseDrive(name, before);
  if (drive === undefined) skip();
  if (old !== undefined) {
    if ((drive['media'] ?? 'disk') !== (old['media'] ?? 'disk')) die('unable to change media type');
    if (isCdrom(old)) return;
    if (drive['file'] === old['file']) {
      if (FIXED.some((key) => drive[key] !== old[key])) skip();
      return;
    }
    if (!features.has('disk')) skip();
    await registerUnused(session, vmid, config, old);
  }
  if (!features.has('disk') || /^(ide|sata)\d+$/.test(name)) skip();
}
