import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import type { Session } from '../session.ts';
import { firewallPath, readFirewall, writeFirewall, type FirewallFile, type Owner } from './firewall-file.ts';

/** A firewall that a method is about: its own file, and the cluster's, whose names it may use. */
export interface Scope {
  readonly owner: Owner;
  readonly file: FirewallFile;
  readonly cluster: FirewallFile;
  readonly save: () => void;
}

/** Reads the firewall that a method's path names. */
export function openScope(owner: Owner, { machine }: Session, { vmid = '' }: Parameters): Scope {
  const path = firewallPath(machine, owner, vmid);
  const file = readFirewall(machine, path);
  const cluster = owner === 'cluster' ? file : clusterFirewall(machine);
  return { owner, file, cluster, save: () => writeFirewall(machine, path, file) };
}

/** The firewall of the whole cluster. */
export function clusterFirewall(machine: Machine): FirewallFile {
  return readFirewall(machine, firewallPath(machine, 'cluster', ''));
}
