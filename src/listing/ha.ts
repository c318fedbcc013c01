import * as z from 'zod';
import { haGroupSections, haResourceSections, haRuleSections } from '../pve/section-kinds/ha.ts';
import { splitList } from '../pve/text-list.ts';
import { readFile } from '../snapshot/files.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Listing } from './listing.ts';
import { columns, ofEachCluster, rowOf, textOrNull } from './listing.ts';
import { isOn, sectionsIn } from './sections.ts';

/** What HA manages with what its manager last said of each (ha/manager_status), its groups (PVE 8) and its rules. */
export const ha: Listing = {
  columns: columns(
    'type name state status node group cluster',
    'nodes resources enabled restarts relocations comment',
  ),
  rows: ofEachCluster((snapshot) => [...resources(snapshot), ...groups(snapshot), ...rules(snapshot)]),
};

function resources(snapshot: Snapshot) {
  const status = managerStatus(snapshot);
  return sectionsIn(snapshot, '/etc/pve/ha/resources.cfg', haResourceSections).map(({ id, options }) =>
    rowOf(snapshot, 'ha', id, {
      type: 'resource',
      name: id,
      state: options['state'] ?? 'started',
      status: status[id]?.state ?? null,
      node: status[id]?.node ?? null,
      group: textOrNull(options['group']),
      nodes: null,
      resources: null,
      enabled: null,
      restarts: Number(options['max_restart'] ?? 1),
      relocations: Number(options['max_relocate'] ?? 1),
      comment: textOrNull(options['comment']),
    }),
  );
}

const others = { state: null, status: null, node: null, group: null, restarts: null, relocations: null };

function groups(snapshot: Snapshot) {
  return sectionsIn(snapshot, '/etc/pve/ha/groups.cfg', haGroupSections).map(({ id, options }) =>
    rowOf(snapshot, 'ha-group', id, {
      type: 'group',
      name: id,
      ...others,
      nodes: splitList(options['nodes'] ?? ''),
      resources: null,
      enabled: null,
      comment: textOrNull(options['comment']),
    }),
  );
}

function rules(snapshot: Snapshot) {
  return sectionsIn(snapshot, '/etc/pve/ha/rules.cfg', haRuleSections).map(({ type, id, options }) =>
    rowOf(snapshot, 'ha-rule', id, {
      type,
      name: id,
      ...others,
      nodes: splitList(options['nodes'] ?? ''),
      resources: splitList(options['resources'] ?? ''),
      enabled: !isOn(options['disable'] === '' ? '1' : options['disable']),
      comment: textOrNull(options['comment']),
    }),
  );
}

const statusFile = z.object({
  service_status: z.record(
    z.string(),
    z.object({ state: z.string().optional(), node: z.string().optional() }),
  ),
});

function managerStatus(snapshot: Snapshot): z.infer<typeof statusFile>['service_status'] {
  const text = readFile(snapshot, '/etc/pve/ha/manager_status');
  if (typeof text !== 'string') return {};
  try {
    return statusFile.parse(JSON.parse(text)).service_status;
  } catch {
    return {};
  }
}
