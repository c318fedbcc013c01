import { die, Failure } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { pendingDeletes, removePendingDelete } from '../guest/pending.ts';
import type { Session } from '../session.ts';
import { free } from '../storage/volumes.ts';
import { applyMount, type Refusals } from './apply-pending.ts';
import { normalNet } from './network.ts';
import { deleteVolume, NEW_VOLUME, parseMount, unusedVolume } from './volume.ts';

/** Options that a running container takes at once (LXC_FASTPLUG_OPTIONS in PVE/LXC/Config.pm). */
const FAST = new Set([
  'description',
  'onboot',
  'startup',
  'protection',
  'hostname',
  'hookscript',
  'cores',
  'tags',
  'lock',
]);

/** Applies what a running container can take; the rest stays pending (vmconfig_hotplug_pending). In memory; returns the refusals. */
export async function hotplugPending(
  session: Session,
  vmid: string,
  config: GuestConfig,
  selection: ReadonlySet<string>,
): Promise<Refusals> {
  const errors: Refusals = {};
  for (const name of [...config.pending.keys()].filter((key) => FAST.has(key) && selection.has(key)))
    commit(config, name, config.pending.get(name) ?? '');
  for (const name of [...pendingDeletes(config.pending).keys()]
    .filter((key) => selection.has(key))
    .toSorted()) {
    if (!(await unplugs(session, vmid, config, name))) continue;
    config.main.delete(name);
    removePendingDelete(config, name);
  }
  for (const name of [...config.pending.keys()]
    .filter((key) => key !== 'delete' && selection.has(key))
    .toSorted()) {
    const value = config.pending.get(name) ?? '';
    try {
      if (/^(cpulimit|cpuunits|memory|swap)$/.test(name)) {
        commit(config, name, value);
      } else if (/^net\d+$/.test(name)) {
        commit(config, name, normalNet(session.machine, value));
      } else if (/^dev\d+$/.test(name) && !config.main.has(name)) {
        commit(config, name, value);
      } else if (/^mp\d+$/.test(name) && !config.main.has(name)) {
        await applyMount(session, vmid, config, name);
        if (session.machine.traits.confined) await undoMount(session, config, name, value);
        commit(config, name, config.pending.get(name) ?? '');
      }
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      errors[name] = `unable to hotplug ${name}: ${thrown.text}`;
    }
  }
  return errors;
}

/** Takes a mount point back that could not be put into the running container. Throws Failure. */
async function undoMount(session: Session, config: GuestConfig, name: string, value: string): Promise<never> {
  const { volume = '' } = parseMount(name, config.pending.get(name) ?? '');
  if (NEW_VOLUME.test(parseMount(name, value)['volume'] ?? '')) await free(session, volume);
  config.pending.set(name, value);
  die('failed to change apparmor profile: Invalid argument');
}

function commit(config: GuestConfig, name: string, value: string): void {
  config.main.set(name, value);
  config.pending.delete(name);
}

async function unplugs(session: Session, vmid: string, config: GuestConfig, name: string): Promise<boolean> {
  if (FAST.has(name) || /^(swap|cpulimit|cpuunits)$/.test(name)) return true;
  if (/^net\d$/.test(name)) {
    session.print(`delete ips from ${name}\n`);
    return true;
  }
  if (!/^unused\d+$/.test(name)) return false;
  await deleteVolume(session, vmid, unusedVolume(config.main.get(name) ?? ''));
  return true;
}
