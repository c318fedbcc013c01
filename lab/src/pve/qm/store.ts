import { die } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { loadConfig, saveConfig } from '../guest/store.ts';
import type { Session } from '../session.ts';
import { isCloudinit, isDriveName, parseDrive } from './drive.ts';
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
  if (!hasCloudinit(config)) config.special.delete('cloudinit');
  dropReusedVolumes(config);
  saveConfig(session.machine, 'qemu', vmid, config);
}

/** What is recorded of a cloud-init drive is kept while there is one. */
function hasCloudinit({ main }: GuestConfig): boolean {
  return [...main].some(([name, text]) => {
    const drive = isDriveName(name) ? parseDrive(name, text) : undefined;
    return drive !== undefined && isCloudinit(drive);
  });
}
