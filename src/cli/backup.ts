import { actTable } from '../guest-acts/act-table.ts';
import { actCommand } from './act-command.ts';

export const { flags, help, run } = actCommand('backup', actTable.backup, {
  about: [
    'Backs guests up with vzdump, one after the other on each node, as vzdump itself would. Older archives are removed only with --prune-backups or --remove.',
  ],
  examples: [
    ['pvefleet backup @tag-web --storage nas', 'Before something is tried:'],
    [
      "pvefleet backup @all --storage pbs --notes-template '{{guestname}} on {{node}}' --prune-backups keep-last=3 --yes",
      'By cron, with three kept of each:',
    ],
  ],
});
