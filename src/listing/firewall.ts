import type { FirewallScope } from '../pve/firewall-options.ts';
import type { FirewallRule } from '../pve/firewall-rule.ts';
import type { FirewallFile } from '../pve/firewall.ts';
import { decodeFirewall, firewallRules, sectionNames } from '../pve/firewall.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Listing, Row } from './listing.ts';
import { columns, ofEachCluster, rowOf } from './listing.ts';

/** Rules of the cluster, its security groups, nodes, guests and VNets, numbered as PVE does, from 0. */
export const firewall: Listing = {
  columns: columns(
    'of pos enabled type action macro source dest proto dport iface cluster',
    'sport log comment',
  ),
  rows: ofEachCluster((snapshot) =>
    firewallFiles(snapshot).flatMap(({ of, file }) => [
      ...ruleRows(snapshot, of, firewallRules(file)),
      ...sectionNames(file, 'group').flatMap((name) =>
        ruleRows(snapshot, `group/${name}`, firewallRules(file, name)),
      ),
    ]),
  ),
};

/** Where each kind of file is, and the folder of what its rules are of. */
const places: readonly (readonly [path: RegExp, scope: FirewallScope, of: string])[] = [
  [/^\/etc\/pve\/firewall\/cluster\.fw$/u, 'cluster', 'cluster'],
  [/^\/etc\/pve\/nodes\/(?<name>[^/]+)\/host\.fw$/u, 'host', 'node'],
  [/^\/etc\/pve\/firewall\/(?<name>\d+)\.fw$/u, 'guest', 'guest'],
  [/^\/etc\/pve\/sdn\/firewall\/(?<name>[^/]+)\.fw$/u, 'vnet', 'vnet'],
];

function firewallFiles({ files }: Snapshot): readonly { readonly of: string; readonly file: FirewallFile }[] {
  if (isUnknown(files)) return [];
  return places.flatMap(([pattern, scope, of]) =>
    Object.keys(files)
      .toSorted()
      .flatMap((path) => {
        const match = pattern.exec(path);
        if (match === null) return [];
        const name = match.groups?.['name'];
        return [
          { of: name === undefined ? of : `${of}/${name}`, file: decodeFirewall(scope, files[path] ?? '') },
        ];
      }),
  );
}

function ruleRows(snapshot: Snapshot, of: string, rules: readonly FirewallRule[]): readonly Row[] {
  return rules.map((rule, pos) =>
    rowOf(snapshot, 'firewall', `${of}/${pos}`, {
      of,
      pos,
      enabled: rule.enabled,
      type: rule.type,
      action: rule.action,
      macro: rule.macro ?? null,
      source: rule.source ?? null,
      dest: rule.dest ?? null,
      proto: rule.proto ?? null,
      dport: rule.dport ?? null,
      sport: rule.sport ?? null,
      iface: rule.iface ?? null,
      log: rule.log ?? null,
      comment: rule.comment ?? null,
    }),
  );
}
