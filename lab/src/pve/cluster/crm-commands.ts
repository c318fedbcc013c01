import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { refuseWithoutQuorum } from '../guest/store.ts';
import type { Session } from '../session.ts';
import { managedSid } from './ha.ts';

/** Where commands wait for HA's manager, a line each. */
export const CRM_COMMANDS = '/etc/pve/ha/crm_commands';
const RULES = '/etc/pve/ha/rules.cfg';

/** Leaves a command for HA's manager, who reads it in his next round. Throws Failure. */
function queue(machine: Machine, command: string): void {
  refuseWithoutQuorum(machine);
  machine.files.write(CRM_COMMANDS, `${machine.files.read(CRM_COMMANDS) ?? ''}${command}\n`);
}

/** Asks HA to stop a guest within so many seconds, as `qm stop` and `pct stop` do. Throws Failure. */
export function requestStop(session: Session, sid: string, timeout: string): void {
  session.print(`Requesting HA stop for ${sid.startsWith('vm:') ? 'VM' : 'CT'} ${sid.slice(3)}\n`);
  stopResource(session, { sid, timeout });
}

/** `ha-manager crm-command stop`; 0 seconds are a hard stop. Throws Failure. */
export function stopResource({ machine }: Session, { sid = '', timeout }: Parameters): void {
  queue(machine, `stop ${managedSid(machine, sid)} ${timeout}`);
}

/** `ha-manager crm-command migrate`, and `relocate`, which stops the guest meanwhile. Throws Failure. */
export function moveResource(
  { machine }: Session,
  how: 'migrate' | 'relocate',
  { sid = '', node = '' }: Parameters,
): void {
  const managed = managedSid(machine, sid);
  if ((machine.files.read(RULES) ?? '').includes('resource-affinity:'))
    die('pvefleet-lab: moving HA resources under affinity rules is not modelled');
  queue(machine, `${how} ${managed} ${node}`);
}

/** `ha-manager crm-command node-maintenance`. Throws Failure for a node that the cluster has not. */
export function requestMaintenance(
  { machine }: Session,
  how: 'enable' | 'disable',
  { node = '' }: Parameters,
): void {
  if (!machine.cluster.members.some(({ name }) => name === node)) die(`no such cluster node '${node}'`);
  queue(machine, `${how}-node-maintenance ${node}`);
}
