import { replicationSections } from '../pve/section-kinds/replication.ts';
import type { Listing } from './listing.ts';
import { columns, ofEachCluster, rowOf, textOrNull } from './listing.ts';
import { isOn, sectionsIn } from './sections.ts';

/** An id is VMID-NUMBER; every 15 minutes if nothing is said (PVE/ReplicationConfig.pm). */
export const replication: Listing = {
  columns: columns('job vmid source target schedule enabled cluster', 'type rate comment'),
  rows: ofEachCluster((snapshot) =>
    sectionsIn(snapshot, '/etc/pve/replication.cfg', replicationSections).map(({ type, id, options }) =>
      rowOf(snapshot, 'replication', id, {
        job: id,
        vmid: Number(id.replace(/-.*$/su, '')),
        source: textOrNull(options['source']),
        target: textOrNull(options['target']),
        schedule: options['schedule'] ?? '*/15',
        enabled: options['disable'] === undefined || (options['disable'] !== '' && !isOn(options['disable'])),
        type,
        rate: textOrNull(options['rate']),
        comment: textOrNull(options['comment']),
      }),
    ),
  ),
};
