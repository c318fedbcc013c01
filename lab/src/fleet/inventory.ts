import { stringify } from 'yaml';
import { knownHostsLine, type KeyPair } from '../ssh/keys.ts';

export interface ListedNode {
  readonly host: string;
  readonly cluster: string | undefined;
  readonly address: string;
  readonly port: number;
  readonly hostKey: KeyPair;
}

/** An Ansible inventory: a group for each cluster, lone nodes in the group `lone`, all of it under `lab`. Paths are absolute. */
export function inventoryText(nodes: readonly ListedNode[], keyFile: string, knownHostsFile: string): string {
  const groups = [...new Set(nodes.map(({ cluster }) => cluster ?? 'lone'))];
  const hostsOf = (group: string): Record<string, unknown> =>
    Object.fromEntries(
      nodes
        .filter(({ cluster }) => (cluster ?? 'lone') === group)
        .map(({ host, address, port }) => [host, { ansible_host: address, ansible_port: port }]),
    );
  const vars = {
    ansible_user: 'root',
    ansible_ssh_private_key_file: keyFile,
    pvefleet_known_hosts: knownHostsFile,
  };
  const [only] = groups;
  const lab =
    groups.length === 1 && only === 'lab'
      ? { hosts: hostsOf('lab'), vars }
      : { children: Object.fromEntries(groups.map((group) => [group, { hosts: hostsOf(group) }])), vars };
  return stringify({ all: { children: { lab } } });
}

/** A known_hosts file with every node. */
export function knownHostsText(nodes: readonly ListedNode[]): string {
  return nodes.map(({ address, port, hostKey }) => knownHostsLine(address, port, hostKey)).join('');
}
