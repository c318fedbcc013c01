import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { runningObjects } from '../sdn/running.ts';
import type { Session } from '../session.ts';
import { firewallPath, readFirewall, writeFirewall, type FirewallFile, type Owner } from './firewall-file.ts';

/** A firewall that a method is about: its own file, and the cluster's, whose names it may use. */
export interface Scope {
  readonly owner: Owner;
  readonly file: FirewallFile;
  readonly cluster: FirewallFile;
  readonly save: () => void;
}

/** Reads the firewall that a method's path names. Throws Failure. */
export function openScope(owner: Owner, { machine }: Session, { vmid = '', vnet = '' }: Parameters): Scope {
  if (owner === 'vnet' && runningObjects(machine, 'vnets')[vnet] === undefined)
    die('invalid vnet specified at /usr/share/perl5/PVE/API2/Firewall/Helpers.pm line 55.');
  const path = firewallPath(machine, owner, owner === 'vnet' ? vnet : vmid);
  const file = readFirewall(machine, path);
  const cluster = owner === 'cluster' ? file : clusterFirewall(machine);
  return { owner, file, cluster, save: () => writeFirewall(machine, path, file) };
}

/** The firewall of the whole cluster. */
export function clusterFirewall(machine: Machine): FirewallFile {
  return readFirewall(machine, firewallPath(machine, 'cluster', ''));
}
