import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { checkDigest, withDigest } from './digest.ts';
import { firewallPath, readFirewall, writeFirewall, type FirewallFile } from './firewall-file.ts';
import type { Rule } from './rule.ts';
import { openScope } from './scope.ts';

function rowsOf({ groups }: FirewallFile): readonly { readonly [key: string]: Json }[] {
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, { comment }]) => ({ group, ...(comment === '' ? {} : { comment }) }));
}

/** GET /cluster/firewall/groups. */
export function groupRows(session: Session): Json {
  return withDigest(rowsOf(openScope('cluster', session, {}).file));
}

/** POST /cluster/firewall/groups: makes a security group, or with `rename` gives one another name or comment. Throws Failure. */
export function createGroup(session: Session, given: Parameters): void {
  const { group = '', rename, comment, digest } = given;
  const { file, save } = openScope('cluster', session, {});
  if (rename === undefined) {
    if (file.groups.has(group)) refuseParameters({ group: `Security group '${group}' already exists` });
    file.groups.set(group, { comment: comment ?? '', entries: [] });
    save();
    return;
  }
  checkDigest(rowsOf(file), digest);
  const old =
    file.groups.get(rename) ?? refuseParameters({ group: `Security group '${rename}' does not exist` });
  if (file.groups.has(group) && group !== rename)
    refuseParameters({ group: `Security group '${group}' does already exist` });
  file.groups.delete(rename);
  file.groups.set(group, { entries: old.entries, comment: comment ?? old.comment });
  if (group !== rename) {
    renameIn(file.rules, rename, group);
    save();
    renameElsewhere(session, rename, group);
  } else save();
}

function renameIn(rules: readonly Rule[], from: string, to: string): void {
  for (const rule of rules)
    if (rule.get('type') === 'group' && rule.get('action') === from) rule.set('action', to);
}

/** Rules of nodes and of guests that name the group follow. */
function renameElsewhere({ machine }: Session, from: string, to: string): void {
  const hosts = [...machine.cluster.machines.values()].map((each) => firewallPath(each, 'host', ''));
  const guests = machine.files.list('/etc/pve/firewall').filter((name) => /^\d+\.fw$/.test(name));
  for (const path of [...hosts, ...guests.map((name) => `/etc/pve/firewall/${name}`)]) {
    if (!machine.files.exists(path)) continue;
    const file = readFirewall(machine, path);
    renameIn(file.rules, from, to);
    writeFirewall(machine, path, file);
  }
}

/** DELETE /cluster/firewall/groups/{group}. Throws Failure. */
export function deleteGroup(session: Session, { group = '' }: Parameters): void {
  const { file, save } = openScope('cluster', session, {});
  const { entries } = file.groups.get(group) ?? die(`no such security group '${group}'`);
  if (entries.length > 0) die(`Security group '${group}' is not empty`);
  file.groups.delete(group);
  save();
}
