import * as z from 'zod';
import type { GuestConfig } from '../pve/guest-config.ts';
import { decodeGuestConfig } from '../pve/guest-config.ts';
import { readSections } from '../pve/section-config.ts';
import { haResourceDialect } from '../pve/section-dialect.ts';
import { oncePerSnapshot, readFile } from './files.ts';
import type { Snapshot, Unknown } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

export type GuestType = 'vm' | 'container';

/** A guest that the cluster has, wherever it is. */
export interface GuestEntry {
  readonly vmid: number;
  readonly type: GuestType;
  /** PVE's name of the node that it is on. */
  readonly node: string;
  readonly config: GuestConfig | Unknown;
}

/** Config file of a guest, links resolved. */
export function guestConfigPath(vmid: number, type: GuestType, node: string): string {
  return `/etc/pve/nodes/${node}/${type === 'vm' ? 'qemu-server' : 'lxc'}/${vmid}.conf`;
}

/** Reads what guestConfigPath makes; undefined for any other path. */
export function parseGuestConfigPath(path: string): Pick<GuestEntry, 'vmid' | 'type' | 'node'> | undefined {
  const { node, folder, vmid } =
    /^\/etc\/pve\/nodes\/(?<node>[^/]+)\/(?<folder>qemu-server|lxc)\/(?<vmid>[1-9]\d*)\.conf$/u.exec(path)
      ?.groups ?? {};
  if (node === undefined || vmid === undefined) return undefined;
  return { vmid: Number(vmid), type: folder === 'lxc' ? 'container' : 'vm', node };
}

/** Every guest by `.vmlist` and by the config files, in the order of their VMIDs. */
export const guests: (snapshot: Snapshot) => readonly GuestEntry[] | Unknown = oncePerSnapshot((snapshot) => {
  if (isUnknown(snapshot.files)) return snapshot.files;
  const listed = readGuestList(snapshot.files['/etc/pve/.vmlist'] ?? '');
  if (listed === undefined) return { unknown: '.vmlist is not what pmxcfs writes' };
  const found = new Map(
    Object.keys(snapshot.files).flatMap((path) => {
      const guest = parseGuestConfigPath(path);
      return guest === undefined ? [] : [[guest.vmid, guest] as const];
    }),
  );
  for (const guest of listed) if (!found.has(guest.vmid)) found.set(guest.vmid, guest);
  return [...found.values()].sort((a, b) => a.vmid - b.vmid).map((guest) => entry(snapshot, guest));
});

const byVmid = oncePerSnapshot((snapshot): ReadonlyMap<number, GuestEntry> | Unknown => {
  const all = guests(snapshot);
  return isUnknown(all) ? all : new Map(all.map((guest) => [guest.vmid, guest]));
});

/** The guest of that VMID, of either kind. */
export function findGuest(snapshot: Snapshot, vmid: number): GuestEntry | undefined | Unknown {
  const all = byVmid(snapshot);
  return isUnknown(all) ? all : all.get(vmid);
}

/** A config is decoded when it is asked for: a plan looks at few of a cluster's guests. */
function entry(snapshot: Snapshot, guest: Pick<GuestEntry, 'vmid' | 'type' | 'node'>): GuestEntry {
  let decoded: GuestConfig | Unknown | undefined;
  return {
    ...guest,
    get config() {
      decoded ??= decode(snapshot, guest);
      return decoded;
    },
  };
}

function decode(
  snapshot: Snapshot,
  { vmid, type, node }: Pick<GuestEntry, 'vmid' | 'type' | 'node'>,
): GuestConfig | Unknown {
  const path = guestConfigPath(vmid, type, node);
  const text = readFile(snapshot, path);
  if (text === undefined) return { unknown: `.vmlist names guest ${vmid}, and ${path} was not there` };
  return isUnknown(text) ? text : decodeGuestConfig(type, text);
}

const guestList = z.object({ ids: z.record(z.string(), z.object({ node: z.string(), type: z.string() })) });

function readGuestList(text: string): readonly Pick<GuestEntry, 'vmid' | 'type' | 'node'>[] | undefined {
  try {
    const { ids } = guestList.parse(JSON.parse(text));
    return Object.entries(ids).map(([vmid, { node, type }]) => ({
      vmid: Number(vmid),
      type: type === 'lxc' ? 'container' : 'vm',
      node,
    }));
  } catch {
    return undefined;
  }
}

/** Whether a guest runs, from its node's own files; a VMID that no guest has is stopped. */
export function power(snapshot: Snapshot, vmid: number): 'running' | 'stopped' | Unknown {
  const guest = findGuest(snapshot, vmid);
  if (guest === undefined) return 'stopped';
  if (isUnknown(guest)) return guest;
  const state = snapshot.nodes[guest.node];
  if (state === undefined) return { unknown: `node ${guest.node} is no member of ${snapshot.cluster}` };
  if (isUnknown(state)) return state;
  if (isUnknown(state.running)) return state.running;
  const running = guest.type === 'vm' ? state.running.vms : state.running.containers;
  return running.includes(vmid) ? 'running' : 'stopped';
}

/** What HA manages, by its service ids: "vm:100", "ct:200" (ha/resources.cfg). */
export const haResources: (snapshot: Snapshot) => ReadonlySet<string> | Unknown = oncePerSnapshot(
  (snapshot) => {
    const text = readFile(snapshot, '/etc/pve/ha/resources.cfg');
    return isUnknown(text) ? text : new Set(readSections(text ?? '', haResourceDialect).map(({ id }) => id));
  },
);
