import type { GuestConfig, Options } from '../../pve/guest-config.ts';
import { sectionOptions } from '../../pve/guest-config.ts';

/** Options that stay with a guest, whatever snapshot it goes back to (PVE::AbstractConfig, __snapshot_apply_config). */
export const STAYS = /^(?:description|lock|unused\d+)$/u;

/** Keys of a snapshot's section that tell of the snapshot itself. */
const OF_SNAPSHOT = /^(?:description|parent|snapstate|snaptime|vmstate|running.*)$/u;

/** A guest's options as a snapshot has them. */
export function optionsOfSnapshot(config: GuestConfig, name: string): Options {
  const section = sectionOptions(config, `snapshot:${name}`);
  return Object.fromEntries(Object.entries(section).filter(([option]) => !OF_SNAPSHOT.test(option)));
}
