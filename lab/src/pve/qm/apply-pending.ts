import { Failure, failureText } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { cleanPending, pendingDeletes, removePendingDelete } from '../guest/pending.ts';
import type { Session } from '../session.ts';
import { writeCloudinit } from './cloudinit.ts';
import { isCloudinit, isDriveName, parseDrive } from './drive.ts';
import { saveVm } from './store.ts';
import { destroyUnused, registerUnused } from './unused.ts';

/**
 * Makes the pending changes of a stopped VM its config (vmconfig_apply_pending). Returns what could not be applied, by option; each is
 * also a warning, as in PVE. Throws Failure when the config cannot be written.
 */
export async function applyPending(
  session: Session,
  vmid: string,
  config: GuestConfig,
): Promise<Readonly<Record<string, string>>> {
  if (config.pending.size === 0) return {};
  const errors: Record<string, string> = {};
  const fail = (name: string, thrown: unknown): void => {
    errors[name] = `unable to apply pending change ${name} : ${failureText(thrown)}`;
    session.warn(errors[name]);
  };
  for (const [name, force] of [...pendingDeletes(config.pending)].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    try {
      const value = config.main.get(name);
      if (value !== undefined && isDriveName(name)) await detachDrive(session, vmid, config, name, force);
      removePendingDelete(config, name);
      config.main.delete(name);
    } catch (thrown) {
      fail(name, thrown);
    }
  }
  cleanPending(config);
  let cloudinit = false;
  for (const name of [...config.pending.keys()].filter((key) => key !== 'delete').toSorted()) {
    try {
      const before = config.main.get(name);
      const old = before !== undefined && isDriveName(name) ? parseDrive(name, before) : undefined;
      if (old !== undefined) await registerUnused(session, vmid, config, old);
      const value = config.pending.get(name) ?? '';
      const drive = isDriveName(name) ? parseDrive(name, value) : undefined;
      cloudinit ||= drive !== undefined && isCloudinit(drive);
      config.main.set(name, value);
      config.pending.delete(name);
    } catch (thrown) {
      fail(name, thrown);
    }
  }
  saveVm(session, vmid, config);
  if (cloudinit) {
    const hadChanges = (config.special.get('cloudinit')?.size ?? 0) > 0;
    await writeCloudinit(session, vmid, config);
    if (hadChanges) saveVm(session, vmid, config);
  }
  return errors;
}

/** Takes a drive from its slot: destroys its disk if forced, else keeps it as unused. Throws Failure. */
export async function detachDrive(
  session: Session,
  vmid: string,
  config: GuestConfig,
  name: string,
  force: boolean,
): Promise<void> {
  const drive = parseDrive(name, config.main.get(name) ?? '');
  if (drive === undefined) throw new Failure(`unable to parse drive ${name}\n`);
  if (force) await destroyUnused(session, vmid, config, name, drive, true);
  else await registerUnused(session, vmid, config, drive);
}
