import type { Listing } from './listing.ts';

export interface ListingKind {
  readonly kind: string;
  /** What a row is. */
  readonly summary: string;
  readonly load: () => Promise<Listing>;
}

/** Everything that `ls` lists. */
export const listingKinds: readonly ListingKind[] = [
  {
    kind: 'nodes',
    summary: 'members of clusters and lone nodes',
    load: async () => (await import('./nodes.ts')).nodes,
  },
  {
    kind: 'guests',
    summary: 'VMs and containers',
    load: async () => (await import('./guests.ts')).guestList,
  },
  {
    kind: 'storages',
    summary: 'storages of storage.cfg',
    load: async () => (await import('./storages.ts')).storageList,
  },
  {
    kind: 'disks',
    summary: 'disks and mount points of guests',
    load: async () => (await import('./disks.ts')).disks,
  },
  {
    kind: 'snapshots',
    summary: 'snapshots of guests',
    load: async () => (await import('./snapshots.ts')).snapshots,
  },
  {
    kind: 'networks',
    summary: 'interfaces of nodes',
    load: async () => (await import('./networks.ts')).networks,
  },
  {
    kind: 'bridges',
    summary: 'what cards of guests can be put on',
    load: async () => (await import('./bridges.ts')).bridges,
  },
  {
    kind: 'pools',
    summary: 'pools of guests and storages',
    load: async () => (await import('./access.ts')).pools,
  },
  { kind: 'users', summary: 'users', load: async () => (await import('./access.ts')).users },
  { kind: 'acl', summary: 'permissions', load: async () => (await import('./access.ts')).acl },
  {
    kind: 'ha',
    summary: 'resources, groups and rules of HA',
    load: async () => (await import('./ha.ts')).ha,
  },
  { kind: 'jobs', summary: 'backup and realm sync jobs', load: async () => (await import('./jobs.ts')).jobs },
  {
    kind: 'replication',
    summary: 'replication jobs',
    load: async () => (await import('./replication.ts')).replication,
  },
  {
    kind: 'firewall',
    summary: 'rules of all firewalls',
    load: async () => (await import('./firewall.ts')).firewall,
  },
  {
    kind: 'sdn',
    summary: 'zones, VNets, subnets and the rest of SDN',
    load: async () => (await import('./sdn.ts')).sdn,
  },
  {
    kind: 'mappings',
    summary: 'mapped devices and directories',
    load: async () => (await import('./mappings.ts')).mappings,
  },
  { kind: 'tasks', summary: 'tasks of late', load: async () => (await import('./tasks.ts')).tasks },
];
