import { jobSections } from '../pve/section-kinds/jobs.ts';
import { splitList } from '../pve/text-list.ts';
import type { Listing } from './listing.ts';
import { columns, ofEachCluster, rowOf, textOrNull } from './listing.ts';
import { isOn, sectionsIn } from './sections.ts';

export const jobs: Listing = {
  columns: columns('job type schedule enabled guests target cluster', 'mode node prune comment'),
  rows: ofEachCluster((snapshot) =>
    sectionsIn(snapshot, '/etc/pve/jobs.cfg', jobSections).map(({ type, id, options }) =>
      rowOf(snapshot, 'job', id, {
        job: id,
        type,
        schedule: textOrNull(options['schedule']),
        enabled: isOn(options['enabled'], true),
        guests: guestsOf(options),
        target: textOrNull(options['storage'] ?? options['dumpdir'] ?? options['realm']),
        mode: textOrNull(options['mode']),
        node: textOrNull(options['node']),
        prune: textOrNull(options['prune-backups']),
        comment: textOrNull(options['comment']),
      }),
    ),
  ),
};

function guestsOf(options: Readonly<Record<string, string>>): readonly string[] {
  if (options['pool'] !== undefined) return [`pool:${options['pool']}`];
  if (options['vmid'] !== undefined) return splitList(options['vmid']);
  if (!isOn(options['all'])) return [];
  return ['all', ...splitList(options['exclude'] ?? '').map((vmid) => `-${vmid}`)];
}
