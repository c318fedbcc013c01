import { z } from 'zod';
import { readStateJson, type StateRead } from './cluster-state-json.ts';

/** What pmxcfs and the HA manager say of a cluster in files that nobody edits (pve-cluster's status.c). */

/** /etc/pve/.members: the cluster as the node sees it that was asked. */
export interface Members {
  /** The node that was asked. */
  readonly nodename: string;
  /** Left out for a node that is in no cluster. */
  readonly cluster?: {
    readonly name: string;
    readonly version: number;
    readonly nodes: number;
    readonly quorate: boolean;
  };
  /** By name; empty for a node that is in no cluster. */
  readonly nodes: Readonly<
    Record<string, { readonly id: number; readonly online: boolean; readonly ip?: string }>
  >;
}

/** /etc/pve/.vmlist: every guest and where it is. */
export interface GuestPlaces {
  readonly guests: readonly {
    readonly vmid: number;
    readonly node: string;
    readonly kind: 'vm' | 'container' | 'unknown';
  }[];
}

/** /etc/pve/.version: counters that grow with each change of a file. */
export interface FileVersions {
  /** When pmxcfs was started, in seconds since 1970. */
  readonly starttime: number;
  /** By path under /etc/pve; also "clinfo" and "vmlist". */
  readonly files: Readonly<Record<string, number>>;
}

/** /etc/pve/ha/manager_status (pve-ha-manager's Manager.pm). */
export interface ManagerStatus {
  readonly master?: string;
  /** When it was written, in seconds since 1970. */
  readonly timestamp?: number;
  /** By node: online, maintenance, unknown, fence, gone. */
  readonly nodes: Readonly<Record<string, string>>;
  /** By resource ("vm:100"): started, stopped, migrate, relocate, fence, recovery, freeze, error, ... */
  readonly services: Readonly<
    Record<
      string,
      {
        readonly node?: string;
        readonly state?: string;
        readonly target?: string;
        /** It goes back there when that node comes out of maintenance. */
        readonly maintenanceNode?: string;
      }
    >
  >;
  /** Nodes that were asked to go into maintenance. */
  readonly maintenance?: readonly string[];
}

/** Reads .members. Takes any text. */
export function decodeMembers(text: string): StateRead<Members> {
  return read(membersFile, text, ({ nodename, cluster, nodelist }) => ({
    nodename,
    ...(cluster !== undefined && { cluster: { ...cluster, quorate: cluster.quorate === 1 } }),
    nodes: mapRecord(nodelist, ({ id, online, ip }) => ({
      id,
      online: online === 1,
      ...(ip !== undefined && { ip }),
    })),
  }));
}

/** Reads .vmlist; guests in the order of their VMIDs. Takes any text. */
export function decodeGuestPlaces(text: string): StateRead<GuestPlaces> {
  return read(guestListFile, text, ({ ids }): GuestPlaces => ({
    guests: Object.entries(ids)
      .map(([vmid, { node, type }]) => ({ vmid: Number(vmid), node, kind: guestKind(type) }))
      .toSorted((a, b) => a.vmid - b.vmid),
  }));
}

/** Reads .version, without what nodes report in it. Takes any text. */
export function decodeFileVersions(text: string): StateRead<FileVersions> {
  return read(versionFile, text, ({ starttime, kvstore: _kvstore, ...files }) => ({ starttime, files }));
}

/** Reads ha/manager_status, which is empty until there is an HA manager. Takes any text. */
export function decodeManagerStatus(text: string): StateRead<ManagerStatus> {
  return read(managerFile, text.trim() === '' ? '{}' : text, (file) => ({
    ...(file.master_node !== undefined && { master: file.master_node }),
    ...(file.timestamp !== undefined && { timestamp: file.timestamp }),
    nodes: file.node_status,
    services: mapRecord(
      file.service_status,
      ({ node, state, target, maintenance_node: maintenanceNode }) => ({
        ...(node !== undefined && { node }),
        ...(state !== undefined && { state }),
        ...(target !== undefined && { target }),
        ...(maintenanceNode !== undefined && { maintenanceNode }),
      }),
    ),
    ...maintenanceOf(file.node_request),
  }));
}

function maintenanceOf(requests: z.infer<typeof nodeRequests>): Pick<ManagerStatus, 'maintenance'> {
  const maintenance = Object.entries(requests).flatMap(([node, request]) =>
    isTrue(request.maintenance) ? [node] : [],
  );
  return maintenance.length === 0 ? {} : { maintenance };
}

/** As Perl sees it. */
const isTrue = (value: unknown): boolean => Boolean(value) && value !== '0';

function read<F, T>(schema: z.ZodType<F>, text: string, make: (file: F) => T): StateRead<T> {
  const file = readStateJson(schema, text);
  return 'problem' in file ? file : { value: make(file.value) };
}

const mapRecord = <A, B>(record: Readonly<Record<string, A>>, make: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value)]));

function guestKind(type: string): 'vm' | 'container' | 'unknown' {
  if (type === 'qemu') return 'vm';
  return type === 'lxc' ? 'container' : 'unknown';
}

const count = z.number().int().nonnegative();

const membersFile = z.looseObject({
  nodename: z.string(),
  cluster: z.object({ name: z.string(), version: count, nodes: count, quorate: count }).optional(),
  nodelist: z
    .record(z.string(), z.looseObject({ id: count, online: count, ip: z.string().optional() }))
    .default({}),
});

const guestListFile = z.looseObject({
  version: count,
  ids: z
    .record(z.string().regex(/^\d+$/u), z.looseObject({ node: z.string(), type: z.string() }))
    .default({}),
});

const versionFile = z.object({ starttime: count, kvstore: z.unknown().optional() }).catchall(count);

const nodeRequests = z.record(z.string(), z.looseObject({ maintenance: z.unknown().optional() })).default({});

const managerFile = z.looseObject({
  master_node: z.string().optional(),
  node_request: nodeRequests,
  timestamp: z.coerce.number().optional(),
  node_status: z.record(z.string(), z.string()).default({}),
  service_status: z
    .record(
      z.string(),
      z.looseObject({
        node: z.string().optional(),
        state: z.string().optional(),
        target: z
          .string()
          .nullish()
          .transform((target) => target ?? undefined),
        maintenance_node: z
          .string()
          .nullish()
          .transform((node) => node ?? undefined),
      }),
    )
    .default({}),
});
