import type { MethodArea } from './method-area.ts';

type Load = () => Promise<MethodArea>;

/** Each area and the paths that it has; the first that matches has them. None is loaded before it is asked for. */
const areas: readonly (readonly [RegExp, Load])[] = [
  [/\/firewall(?:\/|$)/u, loadFirewall],
  [/^\/nodes\/[^/]+\/(?:qemu|lxc)/u, async () => (await import('./guest-area.ts')).guestArea],
  [/^\/(?:storage|nodes\/[^/]+\/(?:storage|scan))(?:\/|$)/u, loadStorage],
  [/^\/(?:access|pools)/u, loadAccess],
  [/^\/cluster\/ha(?:\/|$)/u, loadHa],
  [/^\/(?:cluster|nodes\/[^/]+)\/sdn/u, loadSdn],
  [/^\/(?:cluster\/(?:backup|jobs)|nodes\/[^/]+\/vzdump)/u, loadBackup],
  [
    /^\/nodes\/[^/]+\/network/u,
    async () => only((await import('./schema/methods/network-methods.ts')).networkMethods),
  ],
  [
    /^\/(?:cluster|nodes\/[^/]+)\/replication/u,
    async () => only((await import('./schema/methods/replication-methods.ts')).replicationMethods),
  ],
  [
    /^\/(?:cluster|nodes\/[^/]+)\/ceph/u,
    async () => only((await import('./schema/methods/ceph-methods.ts')).cephMethods),
  ],
  [
    /^\/cluster\/(?:notifications|metrics)/u,
    async () => only((await import('./schema/methods/notification-methods.ts')).notificationMethods),
  ],
  [
    /^\/(?:cluster\/mapping|nodes\/[^/]+\/hardware)/u,
    async () => only((await import('./schema/methods/mapping-methods.ts')).mappingMethods),
  ],
  [/^\/nodes/u, loadNode],
  [/^\//u, async () => only((await import('./schema/methods/cluster-methods.ts')).clusterMethods)],
];

/** The area that an API path ("/cluster/ha/rules") belongs to, for checkCall; no other is loaded. */
export async function loadArea(path: string): Promise<MethodArea> {
  const load = areas.find(([pattern]) => pattern.test(path))?.[1];
  return load === undefined ? only([]) : load();
}

const only = (methods: MethodArea['methods']): MethodArea => ({ methods, rules: [] });

async function loadFirewall(): Promise<MethodArea> {
  const [{ firewallMethods: methods }, { firewallRules: rules }] = await Promise.all([
    import('./schema/methods/firewall-methods.ts'),
    import('./refusals-firewall.ts'),
  ]);
  return { methods, rules };
}

async function loadStorage(): Promise<MethodArea> {
  const [{ storageMethods: methods }, { storageRules: rules }] = await Promise.all([
    import('./schema/methods/storage-methods.ts'),
    import('./refusals-storage.ts'),
  ]);
  return { methods, rules };
}

async function loadAccess(): Promise<MethodArea> {
  const [{ accessMethods: methods }, { accessRules: rules }] = await Promise.all([
    import('./schema/methods/access-methods.ts'),
    import('./refusals-access.ts'),
  ]);
  return { methods, rules };
}

async function loadHa(): Promise<MethodArea> {
  const [{ haMethods: methods }, { haRules: rules }] = await Promise.all([
    import('./schema/methods/ha-methods.ts'),
    import('./refusals-ha.ts'),
  ]);
  return { methods, rules };
}

async function loadSdn(): Promise<MethodArea> {
  const [{ sdnMethods: methods }, { sdnRules: rules }] = await Promise.all([
    import('./schema/methods/sdn-methods.ts'),
    import('./refusals-sdn.ts'),
  ]);
  return { methods, rules };
}

async function loadBackup(): Promise<MethodArea> {
  const [{ backupMethods: methods }, { backupRules: rules }] = await Promise.all([
    import('./schema/methods/backup-methods.ts'),
    import('./refusals-backup.ts'),
  ]);
  return { methods, rules };
}

async function loadNode(): Promise<MethodArea> {
  const [{ nodeMethods: methods }, { nodeRules: rules }] = await Promise.all([
    import('./schema/methods/node-methods.ts'),
    import('./refusals-node.ts'),
  ]);
  return { methods, rules };
}
