import { actTable } from '../guest-acts/act-table.ts';
import { actCommand } from './act-command.ts';

export const { flags, help, run } = actCommand('clone', actTable.clone, {
  about: [
    'Clones one guest under a VMID that is free. Of a template the disks are linked unless --full says otherwise. The clone has MAC addresses and ids of its own. A clone that is there already, by VMID and name, is left alone.',
  ],
  examples: [
    ['pvefleet clone debian-13 --newid 120 --name web-3 --start', 'A template, linked, and started:'],
    ['pvefleet clone 100 --newid 121 --name web-try --snapname before', 'A guest as it was at a snapshot:'],
  ],
});
