import { actTable } from '../guest-acts/act-table.ts';
import { actCommand } from './act-command.ts';

export const { flags, help, run } = actCommand('stop', actTable.stop, {
  about: ['Stops guests at once, as pulling the plug. To shut them down: pvefleet shutdown.'],
  examples: [['pvefleet stop 105', 'One that hangs:']],
});
