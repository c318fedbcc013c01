import { die } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { loadConfig, saveConfig } from '../guest/store.ts';
import type { Session } from '../session.ts';
import { isMountName, parseMount } from './volume.ts';

/** A container's config on this node. Throws Failure. */
export function loadCt(session: Session, vmid: string): GuestConfig {
  return loadConfig(session.machine, 'lxc', vmid);
}

/** Writes a container's config, without `unusedN` whose volume is mounted. Throws Failure. */
export function saveCt(session: Session, vmid: string, config: GuestConfig): void {
  const used = new Set(
    [...config.main].flatMap(([name, text]) =>
      isMountName(name) ? (parseMount(name, text)['volume'] ?? []) : [],
    ),
  );
  for (const [name, value] of config.main) {
    if (name.startsWith('unused') && used.has(value)) config.main.delete(name);
    else if (name !== 'description' && value.includes('\n'))
      die(`detected invalid newline inside property '${name}'`);
  }
  saveConfig(session.machine, 'lxc', vmid, config);
}
