import { failureText } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { cleanPending, pendingDeletes, removePendingDelete } from '../guest/pending.ts';
import type { Session } from '../session.ts';
import { addUnused } from '../qm/unused.ts';
import { normalNet } from './network.ts';
import {
  createVolumes,
  deleteVolume,
  isVolumeUsed,
  isVolume,
  NEW_VOLUME,
  parseMount,
  printMount,
  rescan,
  unusedVolume,
} from './volume.ts';

/** The refusals of a change, by option. */
export type Refusals = Record<string, string>;

/**
 * Makes a stopped container's pending changes its config, in memory (vmconfig_apply_pending); `selection` narrows it to those options.
 * Returns what could not be applied; each is a warning too.
 */
export async function applyPending(
  session: Session,
  vmid: string,
  config: GuestConfig,
  selection?: ReadonlySet<string>,
): Promise<Refusals> {
  const errors: Refusals = {};
  const attempt = async (name: string, act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (thrown) {
      errors[name] = `unable to apply pending change ${name} : ${failureText(thrown)}`;
      session.warn(errors[name]);
    }
  };
  const chosen = (name: string): boolean => selection === undefined || selection.has(name);
  for (const name of [...pendingDeletes(config.pending).keys()].filter(chosen).toSorted()) {
    await attempt(name, async () => {
      await dropOption(session, vmid, config, name);
      config.main.delete(name);
      removePendingDelete(config, name);
    });
  }
  cleanPending(config);
  for (const name of [...config.pending.keys()].filter((key) => key !== 'delete' && chosen(key)).toSorted()) {
    await attempt(name, async () => {
      if (/^mp\d+$/.test(name)) await applyMount(session, vmid, config, name);
      const value = config.pending.get(name) ?? '';
      config.main.set(name, /^net\d+$/.test(name) ? normalNet(session.machine, value) : value);
      config.pending.delete(name);
    });
  }
  return errors;
}

async function dropOption(session: Session, vmid: string, config: GuestConfig, name: string): Promise<void> {
  const value = config.main.get(name);
  if (value === undefined) return;
  if (/^mp\d+$/.test(name)) {
    const mount = parseMount(name, value);
    if (isVolume(mount)) addUnused(config.main, mount['volume'] ?? '');
  } else if (/^unused\d+$/.test(name)) {
    if (!isVolumeUsed(config, unusedVolume(value))) await deleteVolume(session, vmid, unusedVolume(value));
  }
}

/** Makes or looks up the volume of a mount point; the one that it replaces becomes unused. Throws Failure. */
export async function applyMount(
  session: Session,
  vmid: string,
  config: GuestConfig,
  name: string,
): Promise<void> {
  const value = config.pending.get(name) ?? '';
  const mount = parseMount(name, value);
  if (NEW_VOLUME.test(mount['volume'] ?? '')) {
    await createVolumes(session, vmid, new Map([[name, value]]), config.pending);
  } else {
    if (isVolume(mount)) rescan(session, mount);
    config.pending.set(name, printMount(name, mount));
  }
  const before = config.main.get(name);
  const old = before === undefined ? undefined : parseMount(name, before);
  if (old === undefined || !isVolume(old)) return;
  const now = parseMount(name, config.pending.get(name) ?? '')['volume'];
  if (old['volume'] !== now) addUnused(config.main, old['volume'] ?? '');
}
