import type { GuestConfig, Options } from '../../pve/guest-config.ts';
import { sectionOptions } from '../../pve/guest-config.ts';

/**
 * Options that are not a snapshot's, whichever a guest goes back to: what stays with it (PVE::AbstractConfig,
 * __snapshot_apply_config), and vmgenid, which PVE makes anew each time so that the guest notices (PVE::QemuConfig).
 */
export const STAYS = /^(?:description|lock|vmgenid|unused\d+)$/u;

/** Keys of a snapshot's section that tell of the snapshot itself, or do not come back. */
const OF_SNAPSHOT = /^(?:description|parent|snapstate|snaptime|vmgenid|vmstate|running.*)$/u;

/** A guest's options as a snapshot has them. */
export function optionsOfSnapshot(config: GuestConfig, name: string): Options {
  const section = sectionOptions(config, `snapshot:${name}`);
  return Object.fromEntries(Object.entries(section).filter(([option]) => !OF_SNAPSHOT.test(option)));
}
