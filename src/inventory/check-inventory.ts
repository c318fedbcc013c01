import { isIP, isIPv4 } from 'node:net';
import type { Diagnostic, Position } from '../diagnostic.ts';
import type { Inventory } from './inventory.ts';
import type { Node } from './node.ts';

/**
 * What is doubtful in an inventory as it is written, as warnings: two hosts at one address, a host and a group of one
 * name, an address that by its form none can have.
 */
export function checkInventory(inventory: Inventory): readonly Diagnostic[] {
  return [...doubleAddresses(inventory), ...doubleNames(inventory), ...impossibleAddresses(inventory)];
}

function doubleAddresses({ nodes }: Inventory): readonly Diagnostic[] {
  const first = new Map<string, Node>();
  return nodes.flatMap((node) => {
    const { host, port, sshOptions = [] } = node.connection;
    // Sites behind different jump hosts may have the same private addresses.
    const way = sshOptions.filter((line) => /^proxy/iu.test(line)).join('\n');
    const address = `${host.toLowerCase()} port ${port} ${way}`;
    const other = first.get(address);
    if (other === undefined) {
      first.set(address, node);
      return [];
    }
    const message = `Cannot tell ${node.name} from ${other.name}: both are reached at ${host}, port ${port}; an address of its own is wanted`;
    return [finding('double-address', message, node.at, node.name)];
  });
}

function doubleNames({ nodes, groups }: Inventory): readonly Diagnostic[] {
  const names = new Map(groups.map((group) => [group.name, group]));
  return nodes.flatMap((node) => {
    if (!names.has(node.name)) return [];
    const message = `Cannot tell host ${node.name} from the group of that name: a pattern "${node.name}" means both; different names are wanted`;
    return [finding('double-name', message, node.at, node.name)];
  });
}

function impossibleAddresses({ nodes }: Inventory): readonly Diagnostic[] {
  return nodes.flatMap((node) => {
    const problem = addressProblem(node.connection.host);
    if (problem === undefined) return [];
    const message = `Cannot reach ${node.name} at "${node.connection.host}": ${problem}`;
    return [finding('address', message, node.at, node.name)];
  });
}

/** Why no host can have an address, by its form, as the end of a sentence; undefined when it may be one. */
export function addressProblem(address: string): string | undefined {
  const plain = address.replace(/^\[(.*)\]$/u, '$1');
  if (isIP(plain.replace(/%[\w.-]+$/u, '')) !== 0)
    return plain === '0.0.0.0' || plain === '::'
      ? 'it stands for any address; that of one host is wanted'
      : undefined;
  if (address.includes(':')) return 'it is no IPv6 address, and a port goes into ansible_port';
  const labels = address.replace(/\.$/u, '').split('.');
  if (/^\d+$/u.test(labels.at(-1) ?? '') && labels.length > 1 && !isIPv4(address))
    return 'it looks like an IPv4 address and is none; four numbers up to 255 are wanted';
  if (address.length > 253) return `it has ${address.length} characters; a name of at most 253 is wanted`;
  const wrong = labels.find((label) => !/^[a-z\d_](?:[\w-]{0,61}[a-z\d_])?$/iu.test(label));
  if (wrong === undefined) return undefined;
  return wrong === ''
    ? 'it has nothing between two dots; a host name is wanted'
    : `"${wrong}" is no part of a host name; 1 to 63 letters, digits and "-" inside are wanted`;
}

function finding(code: string, message: string, at: Position | undefined, host: string): Diagnostic {
  return {
    code: `inventory/${code}`,
    severity: 'warning',
    trouble: 'invalid',
    message,
    host,
    ...(at !== undefined && { at }),
  };
}
