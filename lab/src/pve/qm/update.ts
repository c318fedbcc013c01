import type { Parameters } from '../cli/getopt.ts';
import { die, Failure, refuseParameters } from '../failure.ts';
import { digestOf, type GuestConfig } from '../guest/config.ts';
import { addPendingDelete, cleanPending, removePendingDelete } from '../guest/pending.ts';
import { configText, refuseLocked, refuseProtected } from '../guest/store.ts';
import { uniqueTags } from '../guest/tags.ts';
import { withGuestLock } from '../locks.ts';
import type { Session } from '../session.ts';
import { applyPending } from './apply-pending.ts';
import { bootOrder, printBootOrder } from './boot.ts';
import { createDisks } from './disks.ts';
import { isCdrom, isDriveName, parseDrive } from './drive.ts';
import { hotplugPending } from './hotplug.ts';
import { checkMachine, pinnedMachine } from './machine-type.ts';
import { memoryOf } from './memory.ts';
import { encryptPassword } from './password.ts';
import { runningPid } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';
import { destroyUnused, registerUnused } from './unused.ts';
import { readUpdate, type Update } from './update-request.ts';

/** `qm set` (PVE::API2::Qemu update_vm). Throws Failure. */
export async function updateVm(session: Session, given: Parameters): Promise<void> {
  const update = readUpdate(session, given);
  loadChecked(session, update);
  await withGuestLock(session, 'qemu', update.vmid, 10, () => applyUpdate(session, update));
}

/** The same for a caller that holds the VM's lock. Throws Failure. */
export async function updateLockedVm(session: Session, given: Parameters): Promise<void> {
  await applyUpdate(session, readUpdate(session, given));
}

/** Reads the config and refuses what its state forbids; values to go back to become parameters. Throws Failure. */
function loadChecked(session: Session, update: Update): GuestConfig {
  const { vmid, parameters } = update;
  const config = loadVm(session, vmid);
  if (update.digest !== undefined && update.digest !== digestOf(configText(session.machine, 'qemu', vmid))) {
    die('checksum mismatch (file change by other user?)');
  }
  if (!update.skipLock) refuseLocked('qemu', config);
  for (const name of update.reverts) {
    const value = config.main.get(name);
    if (value !== undefined) parameters[name] = value;
    else if (config.pending.has(name) && !update.deletes.includes(name)) update.deletes.push(name);
  }
  if (parameters['memory'] !== undefined || parameters['balloon'] !== undefined) {
    const memory = memoryOf(
      parameters['memory'] ?? config.pending.get('memory') ?? config.main.get('memory'),
    );
    const balloon = Number(
      parameters['balloon'] ?? (config.pending.get('balloon') || config.main.get('balloon') || 0),
    );
    if (balloon > memory) die('balloon value too large (must be smaller than assigned memory)');
  }
  return config;
}

async function applyUpdate(session: Session, update: Update): Promise<void> {
  const { vmid, parameters } = update;
  const boot = bootOrder(loadChecked(session, update).main.get('boot'));
  printUpdate(session, `update VM ${vmid}: ${update.log}\n`);
  const modified = new Set<string>();
  for (const name of update.deletes) await deleteOption(session, update, name, boot, modified);
  for (const name of Object.keys(parameters).toSorted()) {
    modified.add(name);
    const config = loadVm(session, vmid);
    const value = parameters[name] ?? '';
    if (config.pending.get(name) === value) continue;
    await setOption(session, update, config, name, value, boot, modified);
    removePendingDelete(config, name);
    saveVm(session, vmid, config);
  }
  const cleaned = loadVm(session, vmid);
  if (cleanPending(cleaned)) saveVm(session, vmid, cleaned);
  if (cleaned.pending.size === 0) return;
  const config = loadVm(session, vmid);
  const running = runningPid(session.machine, vmid) !== undefined;
  const errors = running
    ? await hotplugPending(session, vmid, config, modified)
    : await applyPending(session, vmid, config);
  if (Object.keys(errors).length > 0) refuseParameters(errors);
}

/** Perl warns of characters beyond Latin-1, and writes Latin-1 ones as single bytes, which no reader of UTF-8 understands. */
function printUpdate(session: Session, line: string): void {
  const isWide = [...line].some((character) => (character.codePointAt(0) ?? 0) > 0xff);
  if (isWide) session.warn('Wide character in print at /usr/share/perl5/PVE/API2/Qemu.pm line 2259.\n');
  session.print(isWide ? line : line.replace(/[\u0080-\u00ff]/g, '\ufffd'));
}

async function deleteOption(
  session: Session,
  update: Update,
  name: string,
  boot: string[],
  modified: Set<string>,
): Promise<void> {
  const config = loadVm(session, update.vmid);
  const pending = config.pending.get(name);
  const value = config.main.get(name) ?? pending;
  if (value === undefined) {
    session.warn(`cannot delete '${name}' - not set in current configuration!\n`);
    return;
  }
  modified.add(name);
  config.pending.delete(name);
  if (boot.includes(name)) {
    boot.splice(boot.indexOf(name), 1);
    config.pending.set('boot', printBootOrder(boot));
    modified.add('boot');
  }
  if (name.startsWith('unused')) {
    refuseProtected(config, `can't remove unused disk '${value}'`);
    if (await destroyUnused(session, update.vmid, config, name, { file: value }, update.force)) {
      config.main.delete(name);
      saveVm(session, update.vmid, config);
    }
    return;
  }
  if (isDriveName(name)) {
    refuseProtected(config, `can't remove drive '${name}'`);
    const drive = pending === undefined ? undefined : parseDrive(name, value);
    if (drive !== undefined) await registerUnused(session, update.vmid, config, drive);
  }
  if (name === 'tags') config.main.delete(name);
  else addPendingDelete(config, name, update.force);
  saveVm(session, update.vmid, config);
}

async function setOption(
  session: Session,
  update: Update,
  config: GuestConfig,
  name: string,
  value: string,
  boot: string[],
  modified: Set<string>,
): Promise<void> {
  const { pending } = config;
  if (isDriveName(name)) {
    await setDrive(session, update, config, name, value, boot, modified);
  } else if (name === 'tags') {
    pending.set(name, uniqueTags(session.machine, value));
  } else if (name === 'cipassword') {
    config.main.set(name, encryptPassword(session.machine, value));
  } else {
    if (name === 'machine') checkMachine(value);
    if (name === 'ostype') pinMachine(session, update, config, value, modified);
    pending.set(name, value);
    if (name === 'boot') setBoot(update, config, value);
  }
}

/** A VM that becomes a Windows one gets its machine version fixed, unless the same call sets or deletes it. */
function pinMachine(
  session: Session,
  update: Update,
  config: GuestConfig,
  ostype: string,
  modified: ReadonlySet<string>,
): void {
  if (update.parameters['machine'] !== undefined || config.pending.has('machine') || modified.has('machine'))
    return;
  const pinned = pinnedMachine(session, config.main.get('machine'), ostype);
  if (pinned !== undefined) config.pending.set('machine', pinned);
}

async function setDrive(
  session: Session,
  update: Update,
  config: GuestConfig,
  name: string,
  value: string,
  boot: string[],
  modified: Set<string>,
): Promise<void> {
  const before = config.pending.get(name);
  const replaced = before === undefined ? undefined : parseDrive(name, before);
  if (replaced !== undefined) await registerUnused(session, update.vmid, config, replaced);
  for (const [option, made] of await createDisks(session, update.vmid, config, { [name]: value }))
    config.pending.set(option, made);
  const drive = parseDrive(name, value);
  if (boot.length > 0 && drive !== undefined && isCdrom(drive, true) && !boot.includes(name)) {
    boot.push(name);
    config.pending.set('boot', printBootOrder(boot));
    modified.add('boot');
  }
}

function setBoot(update: Update, config: GuestConfig, value: string): void {
  const devices = bootOrder(value);
  if (devices.length === 0) return;
  for (const device of devices) {
    const exists =
      config.main.has(device) || config.pending.has(device) || update.parameters[device] !== undefined;
    if (!exists || update.deletes.includes(device))
      throw new Failure(`invalid bootorder: device '${device}' does not exist'\n`);
  }
  config.pending.set('boot', printBootOrder(devices));
  if (config.main.has('bootdisk')) addPendingDelete(config, 'bootdisk', false);
}
