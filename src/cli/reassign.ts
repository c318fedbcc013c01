import { actTable } from '../guest-acts/act-table.ts';
import { actCommand } from './act-command.ts';

export const { flags, help, run } = actCommand('reassign', actTable.reassign, {
  about: [
    'Gives a disk of one guest to another one of the same kind on the same node. PVE gives the volume another name; nothing is copied.',
  ],
  examples: [
    ['pvefleet reassign 100 --disk unused0 --target-vmid 101 --target-disk scsi1', 'A detached disk:'],
  ],
});
