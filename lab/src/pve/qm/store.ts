import { die } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { loadConfig, saveConfig } from '../guest/store.ts';
import type { Session } from '../session.ts';
import { dropReusedVolumes } from './unused.ts';

/** A VM's config on this node. Throws Failure. */
export function loadVm(session: Session, vmid: string): GuestConfig {
  return loadConfig(session.machine, 'qemu', vmid);
}

/** Writes a VM's config, with PVE's checks of the whole. Throws Failure. */
export function saveVm(session: Session, vmid: string, config: GuestConfig): void {
  for (const section of [config.main, config.pending]) {
    for (const [name, value] of section) {
      if (name !== 'description' && /[\n\r]/.test(value))
        die(`unable to parse value of '${name}' - property contains a line feed`);
      if (/^".*"$/.test(value) && name !== 'description') section.set(name, value.slice(1, -1));
    }
  }
  dropReusedVolumes(config);
  saveConfig(session.machine, 'qemu', vmid, config);
}
