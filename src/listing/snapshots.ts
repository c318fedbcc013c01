import { options, sectionOptions, snapshotNames } from '../pve/guest-config.ts';
import { guestCells, knownGuests } from './guest-name.ts';
import type { Listing } from './listing.ts';
import { columns, ofEachCluster, rowOf, textOrNull } from './listing.ts';
import { timeText } from './units.ts';

export const snapshots: Listing = {
  columns: columns('vmid guest snapshot parent time memory current node cluster', 'description'),
  rows: ofEachCluster((snapshot) =>
    knownGuests(snapshot).flatMap((guest) =>
      snapshotNames(guest.config).map((name) => {
        const own = sectionOptions(guest.config, `snapshot:${name}`);
        return rowOf(snapshot, 'snapshot', `${guest.vmid}/${name}`, {
          ...guestCells(guest),
          snapshot: name,
          parent: textOrNull(own['parent']),
          time: timeText(own['snaptime'] === undefined ? undefined : Number(own['snaptime'])),
          memory: own['vmstate'] !== undefined,
          current: options(guest.config)['parent'] === name,
          description: textOrNull(own['description']),
        });
      }),
    ),
  ),
};
