import { actTable } from '../guest-acts/act-table.ts';
import { actCommand } from './act-command.ts';

export const { flags, help, run } = actCommand('hibernate', actTable.hibernate, {
  about: [
    'Writes the memory of running VMs to a disk and stops them. They are locked (suspended) until "pvefleet start" lets them go on where they were.',
  ],
  examples: [['pvefleet hibernate @node-pve3', 'Before a node is worked on:']],
});
