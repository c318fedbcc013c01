import { stringify } from 'yaml';

/** A host to be written: its name in PVE, and the address that pvefleet reaches it by. */
export interface InventoryHost {
  readonly name: string;
  readonly address: string;
}

/** What the hosts of one cluster, or one lone node, have in common. Paths are as seen from the inventory's own directory. */
export interface InventoryOf {
  readonly cluster?: string;
  readonly hosts: readonly InventoryHost[];
  readonly knownHosts: string;
  readonly user?: string;
  readonly port?: number;
  readonly keyFile?: string;
}

/** An inventory as Ansible reads it too: the hosts in a group of the cluster's name, under lines that say where it is from. */
export function inventoryText(
  { cluster, hosts, knownHosts, user, port, keyFile }: InventoryOf,
  origin: string,
): string {
  const vars = {
    ...(user !== undefined && { ansible_user: user }),
    ...(port !== undefined && { ansible_port: port }),
    ...(keyFile !== undefined && { ansible_ssh_private_key_file: keyFile }),
    pvefleet_known_hosts: knownHosts,
  };
  const listed = Object.fromEntries(
    hosts.map(({ name, address }) => [name, name === address ? null : { ansible_host: address }]),
  );
  const group = groupName(cluster, hosts);
  const all = group === undefined ? { hosts: listed } : { children: { [group]: { hosts: listed } } };
  return `# ${origin}\n# Yours to edit: groups, variables and other hosts may be added.\n${stringify({ all: { vars, ...all } }, { nullStr: '' })}`;
}

/** Ansible takes letters, digits and "_" in a group's name, and no group and host of one name. */
function groupName(cluster: string | undefined, hosts: readonly InventoryHost[]): string | undefined {
  if (cluster === undefined) return undefined;
  const name = cluster.replaceAll(/\W/gu, '_').replace(/^(?=\d)/u, '_');
  return hosts.some((host) => host.name === name) || ['all', 'ungrouped'].includes(name)
    ? `cluster_${name}`
    : name;
}
