import { kindAt } from '../lint/tell-kind.ts';
import { options } from '../pve/guest-config.ts';
import { guests, parseGuestConfigPath } from '../snapshot/guests.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Described } from './describe-lines.ts';
import { describeLines } from './describe-lines.ts';
import type { Matcher } from './matcher.ts';
import { matcherOf } from './matcher.ts';

/** Where something stands. What there is none of is null. */
export interface Place {
  readonly cluster: string;
  readonly node: string | null;
  /** "vm", "storage", "node": the kind of the file, or of the thing. */
  readonly kind: string;
  /** "100 web", "dir:local", "vmbr0". */
  readonly name: string | null;
  readonly option: string | null;
  /** Where PVE has it. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  /** The line, without white space around it. */
  readonly text: string;
}

/** Everywhere in the fleet that a text stands: the things of that name first, then the lines of files. Pure. */
export function find(survey: Survey, text: string): readonly Place[] {
  const matches = matcherOf(text);
  return [
    ...survey.clusters.flatMap((snapshot) => things(snapshot, matches)),
    ...survey.clusters.flatMap((snapshot) => lines(snapshot, matches)),
  ];
}

/** Clusters, nodes and guests by their names and numbers. */
function things(snapshot: Snapshot, matches: Matcher): readonly Place[] {
  const { cluster } = snapshot;
  const place = (kind: string, name: string, more: Partial<Place> = {}): Place => ({
    cluster,
    node: null,
    kind,
    name,
    option: null,
    file: null,
    line: null,
    text: name,
    ...more,
  });
  const nodes = Object.entries(snapshot.nodes).flatMap(([name, state]) => {
    const host = isUnknown(state) ? undefined : state.host;
    return matches(name) || (host !== undefined && matches(host))
      ? [place('node', name, { node: name, text: host ?? name })]
      : [];
  });
  const all = guests(snapshot);
  const own = (isUnknown(all) ? [] : all).flatMap(({ vmid, type, node, config }) =>
    matches(String(vmid))
      ? [place(type, nameOf(vmid, config), { node, option: 'vmid', text: String(vmid) })]
      : [],
  );
  return [...(matches(cluster) ? [place('cluster', cluster)] : []), ...nodes, ...own];
}

/** Files that repeat what others say, or count. */
const passedOver =
  /^\/etc\/pve\/(?:\.|ha\/manager_status$|ha\/crm_commands$|nodes\/[^/]+\/lrm_status$)|^\/var\/log\//u;

function lines(snapshot: Snapshot, matches: Matcher): readonly Place[] {
  const shared = isUnknown(snapshot.files) ? [] : Object.entries(snapshot.files);
  const own = Object.entries(snapshot.nodeFiles ?? {}).flatMap(([node, files]) =>
    Object.entries(files).map(([path, text]) => [path, text, node] as const),
  );
  const all: readonly (readonly [path: string, text: string, node?: string])[] = [...shared, ...own];
  return all
    .filter(([path]) => !passedOver.test(path))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, text, node]) => fileLines(snapshot, path, text, node ?? null, matches));
}

function fileLines(
  snapshot: Snapshot,
  path: string,
  text: string,
  owner: string | null,
  matches: Matcher,
): readonly Place[] {
  const all = text.split('\n');
  const found = all.flatMap((line, index) => (matches(line) ? [{ line, index }] : []));
  if (found.length === 0) return [];
  const kind = kindAt(path)?.kind ?? 'file';
  const described = describeLines(kind, all);
  const guest = guestAt(snapshot, path);
  const node = owner ?? /^\/etc\/pve\/nodes\/(?<node>[^/]+)\//u.exec(path)?.groups?.['node'] ?? null;
  return found.map(({ line, index }) => ({
    cluster: snapshot.cluster,
    node,
    kind,
    ...about(described[index] ?? {}, guest),
    file: path,
    line: index + 1,
    text: line.trim(),
  }));
}

/** A part of a guest's config is told with the option: "before-upgrade/net0". */
function about({ name, option }: Described, guest: string | undefined): Pick<Place, 'name' | 'option'> {
  if (guest === undefined) return { name: name ?? null, option: option ?? null };
  const parts = [name, option].filter((part) => part !== undefined);
  return { name: guest, option: parts.length === 0 ? null : parts.join('/') };
}

/** Number and name of the guest that a config or firewall file is of. */
function guestAt(snapshot: Snapshot, path: string): string | undefined {
  const vmid =
    parseGuestConfigPath(path)?.vmid ??
    Number(/^\/etc\/pve\/firewall\/(?<vmid>\d+)\.fw$/u.exec(path)?.groups?.['vmid']);
  if (Number.isNaN(vmid)) return undefined;
  const all = guests(snapshot);
  return nameOf(vmid, isUnknown(all) ? undefined : all.find((guest) => guest.vmid === vmid)?.config);
}

function nameOf(
  vmid: number,
  config: Parameters<typeof options>[0] | { readonly unknown: string } | undefined,
): string {
  if (config === undefined || isUnknown(config)) return String(vmid);
  const own = options(config);
  const name = own[config.kind === 'vm' ? 'name' : 'hostname'];
  return name === undefined ? String(vmid) : `${vmid} ${name}`;
}
