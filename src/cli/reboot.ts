import { actTable } from '../guest-acts/act-table.ts';
import { actCommand } from './act-command.ts';

export const { flags, help, run } = actCommand('reboot', actTable.reboot, {
  about: [
    'Shuts running guests down and starts them again: what waits for a restart is applied. A container that is not down within --shutdown-timeout is stopped hard, a VM is left running.',
  ],
  examples: [
    [
      'pvefleet reboot @pool-shop --serial 1 --wait-for ssh',
      'One node after the other, until their SSH servers answer:',
    ],
  ],
});
