import type { MethodSchema } from './schema/property-schema.ts';

type Load = () => Promise<readonly MethodSchema[]>;

/** Each table of methods and the paths it is for; the first that matches has them. None is loaded before it is asked for. */
const areas: readonly (readonly [RegExp, Load])[] = [
  [/\/firewall(?:\/|$)/u, async () => (await import('./schema/methods/firewall-methods.ts')).firewallMethods],
  [/^\/nodes\/[^/]+\/qemu/u, async () => (await import('./schema/methods/vm-methods.ts')).vmMethods],
  [
    /^\/nodes\/[^/]+\/lxc/u,
    async () => (await import('./schema/methods/container-methods.ts')).containerMethods,
  ],
  [
    /^\/(?:storage|nodes\/[^/]+\/(?:storage|scan))(?:\/|$)/u,
    async () => (await import('./schema/methods/storage-methods.ts')).storageMethods,
  ],
  [/^\/(?:access|pools)/u, async () => (await import('./schema/methods/access-methods.ts')).accessMethods],
  [/^\/cluster\/ha(?:\/|$)/u, async () => (await import('./schema/methods/ha-methods.ts')).haMethods],
  [
    /^\/(?:cluster|nodes\/[^/]+)\/sdn/u,
    async () => (await import('./schema/methods/sdn-methods.ts')).sdnMethods,
  ],
  [
    /^\/nodes\/[^/]+\/network/u,
    async () => (await import('./schema/methods/network-methods.ts')).networkMethods,
  ],
  [
    /^\/(?:cluster\/(?:backup|jobs)|nodes\/[^/]+\/vzdump)/u,
    async () => (await import('./schema/methods/backup-methods.ts')).backupMethods,
  ],
  [
    /^\/(?:cluster|nodes\/[^/]+)\/replication/u,
    async () => (await import('./schema/methods/replication-methods.ts')).replicationMethods,
  ],
  [
    /^\/(?:cluster|nodes\/[^/]+)\/ceph/u,
    async () => (await import('./schema/methods/ceph-methods.ts')).cephMethods,
  ],
  [
    /^\/cluster\/(?:notifications|metrics)/u,
    async () => (await import('./schema/methods/notification-methods.ts')).notificationMethods,
  ],
  [
    /^\/(?:cluster\/mapping|nodes\/[^/]+\/hardware)/u,
    async () => (await import('./schema/methods/mapping-methods.ts')).mappingMethods,
  ],
  [/^\/nodes/u, async () => (await import('./schema/methods/node-methods.ts')).nodeMethods],
];

/** The methods of the area that an API path ("/cluster/ha/rules") belongs to, for checkCall; only that area's table is loaded. */
export async function loadMethods(path: string): Promise<readonly MethodSchema[]> {
  const load = areas.find(([pattern]) => pattern.test(path))?.[1];
  return load === undefined ? (await import('./schema/methods/cluster-methods.ts')).clusterMethods : load();
}
