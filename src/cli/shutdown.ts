import { actTable } from '../guest-acts/act-table.ts';
import { actCommand } from './act-command.ts';

export const { flags, help, run } = actCommand('shutdown', actTable.shutdown, {
  about: [
    'Shuts guests down cleanly, each within --shutdown-timeout. One that is not down then is left running and told, unless --force-stop consents to a hard stop. HA stops a VM hard in any case, so VMs under HA want --force-stop.',
  ],
  examples: [
    ['pvefleet shutdown @node-pve3 --shutdown-timeout 300', 'All guests of a node:'],
    ["pvefleet shutdown 'test-*' --force-stop --yes", 'By name, without being asked:'],
  ],
});
