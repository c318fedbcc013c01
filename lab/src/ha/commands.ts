import type { Machine } from '../machine.ts';
import type { ManagerStatus } from './status.ts';

/** A wish about a service: what `ha-manager crm-command` has left for the manager. */
export interface ServiceCommand {
  readonly what: 'migrate' | 'relocate' | 'stop';
  readonly sid: string;
  /** A node, or seconds. */
  readonly argument: string;
}

const COMMANDS = '/etc/pve/ha/crm_commands';

/** Takes the commands that wait; those about nodes become requests in the status at once (PVE/HA/Manager.pm, update_crm_commands). */
export function takeCommands({ files }: Machine, status: ManagerStatus): readonly ServiceCommand[] {
  const lines = (files.read(COMMANDS) ?? '').split('\n').filter((line) => line !== '');
  if (lines.length > 0) files.remove(COMMANDS);
  return lines.flatMap((line): readonly ServiceCommand[] => {
    const [word = '', subject = '', argument = ''] = line.split(' ');
    if (word === 'enable-node-maintenance') {
      if (status.node_status[subject] !== 'unknown') status.node_request[subject] = { maintenance: 1 };
    } else if (word === 'disable-node-maintenance') status.node_request[subject] = {};
    else if (word === 'migrate' || word === 'relocate' || word === 'stop')
      return [{ what: word, sid: subject, argument }];
    return [];
  });
}
