import { FileError, type Cluster } from '../machine.ts';
import type { DirectoryEntry, Entry } from './entry.ts';
import { generatedFile, generatedLink, overlaidDirectory, seenDirectory } from './generated.ts';
import { lockDirectory, type LockDirectory } from './lock-directory.ts';
import { memoryDirectory } from './memory.ts';
import { rrdText } from './rrd.ts';
import { lookup } from './walk.ts';

/** The tree that the members of a cluster share, with its change counters. */
export interface Pmxcfs {
  readonly root: DirectoryEntry;
  /** `/etc/pve` as one member shows it: the tree, with links into its own folder and the files that pmxcfs makes up. */
  readonly mount: (node: string) => DirectoryEntry;
  /** Does something that changes files without its being counted, as if they had been so from the start. */
  readonly uncounted: (act: () => void) => void;
}

/** How often what has changed, as `.version` and `.vmlist` show it. Source: status.c and memdb.c of pmxcfs. */
interface Counters {
  readonly files: Map<string, number>;
  readonly guests: Map<string, number>;
  /** Guests that came, changed or went. */
  vmlist: number;
  /** The same without those that went. */
  registered: number;
  paused: boolean;
}

/** Paths that `.version` counts, in its order (recording facts-01). */
const COUNTED = [
  'corosync.conf', 'corosync.conf.new', 'storage.cfg', 'user.cfg', 'domains.cfg', 'notifications.cfg', 'priv/notifications.cfg',
  'priv/shadow.cfg', 'priv/acme/plugins.cfg', 'priv/tfa.cfg', 'priv/token.cfg', 'priv/wg-keys.cfg', 'datacenter.cfg', 'vzdump.cron',
  'vzdump.conf', 'jobs.cfg', 'ha/crm_commands', 'ha/manager_status', 'ha/resources.cfg', 'ha/rules.cfg', 'ha/groups.cfg', 'ha/fence.cfg',
  'status.cfg', 'replication.cfg', 'ceph.conf', 'sdn/vnets.cfg', 'sdn/zones.cfg', 'sdn/controllers.cfg', 'sdn/subnets.cfg',
  'sdn/ipams.cfg', 'sdn/mac-cache.json', 'sdn/pve-ipam-state.json', 'sdn/dns.cfg', 'sdn/fabrics.cfg', 'sdn/route-maps.cfg',
  'sdn/prefix-lists.cfg', 'sdn/.running-config', 'virtual-guest/cpu-models.conf', 'virtual-guest/profiles.cfg', 'firewall/cluster.fw',
  'mapping/directory.cfg', 'mapping/pci.cfg', 'mapping/usb.cfg',
]; // prettier-ignore

const GUEST_CONFIG = /^nodes\/([^/]+)\/(qemu-server|lxc)\/(\d+)\.conf$/;
const READ_ONLY_MASK = 0o555;

/** A new cluster's tree. `cluster` may be read once its machines are there, so it is asked for late. */
export function pmxcfs(cluster: () => Cluster, clock: () => number): Pmxcfs {
  const counters: Counters = { files: new Map(), guests: new Map(), vmlist: 1, registered: 0, paused: false };
  const started = clock();
  const root = memoryDirectory({
    check: (path) => {
      if (!cluster().quorate()) throw new FileError('EACCES', `/etc/pve/${path}`);
    },
    changed: (path) => countChange(counters, path, lookup(root, path) !== undefined),
    meta: (path, kind) => ({ mode: modeOf(path, kind), owner: 'root', group: 'www-data', mtime: clock() }),
    shownMode: (mode) => (cluster().quorate() ? mode : mode & READ_ONLY_MASK),
  });
  const locks = lockDirectory(() => cluster().name === undefined, clock);
  return {
    root,
    uncounted: (act) => {
      counters.paused = true;
      try {
        act();
      } finally {
        counters.paused = false;
      }
    },
    mount: (node) => {
      const shown = { mode: 0o440, group: 'www-data' };
      const link = (target: string): Entry => generatedLink(target, { mode: 0o755, group: 'www-data' });
      return overlaidDirectory(
        new Map<string, Entry>([
          ['local', link(`nodes/${node}`)],
          ['qemu-server', link(`nodes/${node}/qemu-server`)],
          ['lxc', link(`nodes/${node}/lxc`)],
          ['openvz', link(`nodes/${node}/openvz`)],
          ['.debug', generatedFile(() => '0\n', { ...shown, mode: 0o640 })],
          ['.clusterlog', generatedFile(() => '{\n"data": [\n]\n}\n', shown)],
          ['.members', generatedFile(() => membersText(cluster(), node, counters), shown)],
          ['.vmlist', generatedFile(() => vmlistText(guestsIn(root), counters), shown)],
          ['.version', generatedFile(() => versionText(cluster(), started, counters), shown)],
          ['.rrd', generatedFile(() => rrdText([...cluster().machines.values()], clock()), shown)],
        ]),
        asMember(node, root, locks),
      );
    },
  };
}

/** The shared tree for one member: below `priv/lock` it counts who changes what. */
function asMember(node: string, root: DirectoryEntry, locks: LockDirectory): DirectoryEntry {
  return seenDirectory(root, (top, priv) =>
    top === 'priv' && priv.kind === 'directory'
      ? seenDirectory(priv, (name, entry) =>
          name === 'lock' && entry.kind === 'directory' ? locks(node, entry) : entry,
        )
      : priv,
  );
}

function modeOf(path: string, kind: 'file' | 'directory' | 'link'): number {
  const isPrivate = /(^|\/)priv(\/|$)/.test(path);
  if (kind === 'directory') return isPrivate ? 0o700 : 0o755;
  return isPrivate ? 0o600 : 0o640;
}

function countChange(counters: Counters, path: string, isThere: boolean): void {
  if (counters.paused) return;
  counters.files.set(path, (counters.files.get(path) ?? 1) + 1);
  const vmid = GUEST_CONFIG.exec(path)?.[3];
  if (vmid === undefined) return;
  counters.vmlist += 1;
  if (!isThere) return;
  counters.registered += 1;
  counters.guests.set(vmid, counters.registered);
}

interface Guest {
  readonly vmid: string;
  readonly node: string;
  readonly type: 'qemu' | 'lxc';
}

function guestsIn(root: DirectoryEntry): Guest[] {
  const nodes = root.get('nodes');
  if (nodes?.kind !== 'directory') return [];
  return nodes.names().flatMap((node) => {
    const own = nodes.get(node);
    if (own?.kind !== 'directory') return [];
    return (['qemu-server', 'lxc'] as const).flatMap((folder) => {
      const configs = own.get(folder);
      if (configs?.kind !== 'directory') return [];
      return configs.names().flatMap((name): Guest[] => {
        const vmid = /^(\d+)\.conf$/.exec(name)?.[1];
        return vmid === undefined ? [] : [{ vmid, node, type: folder === 'lxc' ? 'lxc' : 'qemu' }];
      });
    });
  });
}

function vmlistText(guests: readonly Guest[], counters: Counters): string {
  const rows = guests.map(
    ({ vmid, node, type }) =>
      `"${vmid}": { "node": "${node}", "type": "${type}", "version": ${counters.guests.get(vmid) ?? 1} }`,
  );
  return `{\n"version": ${counters.vmlist},\n"ids": {\n${rows.join(',\n')}}\n\n}\n`;
}

function membersText(cluster: Cluster, node: string, counters: Counters): string {
  if (cluster.name === undefined) return `{\n"nodename": "${node}",\n"version": 0\n}\n`;
  const rows = cluster.members.map(
    ({ name, id, ip }) =>
      `  "${name}": { "id": ${id}, "online": ${cluster.isOnline(name) ? 1 : 0}, "ip": "${ip}"}`,
  );
  const head = `{ "name": "${cluster.name}", "version": ${configVersion(counters)}, "nodes": ${cluster.members.length}, "quorate": ${cluster.quorate() ? 1 : 0} }`;
  return `{\n"nodename": "${node}",\n"version": ${clinfo(cluster, counters)},\n"cluster": ${head},\n"nodelist": {\n${rows.join(',\n')}\n  }\n}\n`;
}

function versionText(cluster: Cluster, started: number, counters: Counters): string {
  const counted = COUNTED.map((path) => `"${path}": ${counters.files.get(path) ?? 1},`);
  const stores = [...cluster.machines.keys()].map((node) => `"${node}": {\n"tasklist": 0}`);
  return [
    '{',
    `"starttime": ${started},`,
    `"clinfo": ${cluster.name === undefined ? 0 : clinfo(cluster, counters)},`,
    `"vmlist": ${counters.vmlist},`,
    ...counted,
    `"kvstore": {\n${stores.join(',\n')}\n}`,
    '}\n',
  ].join('\n');
}

function clinfo(cluster: Cluster, counters: Counters): number {
  const offline = cluster.members.filter(({ name }) => !cluster.isOnline(name)).length;
  return configVersion(counters) * cluster.members.length + offline;
}

function configVersion(counters: Counters): number {
  return counters.files.get('corosync.conf') ?? 1;
}
