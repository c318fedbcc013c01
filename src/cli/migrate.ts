import { actTable } from '../guest-acts/act-table.ts';
import { actCommand } from './act-command.ts';

export const { flags, help, run } = actCommand('migrate', actTable.migrate, {
  about: [
    'Moves guests to another node of their cluster, two at a time from each node unless --at-once says otherwise. Guests that are stopped are moved as they are; VMs that run want --online, containers that run --restart. Guests under HA are moved by HA.',
    'What PVE or HA would refuse in the middle of it is refused in the plan: local disks without consent, media on local storages, devices of the node, snapshots on local disks, storages and bridges that the target lacks, rules of HA.',
  ],
  examples: [
    ['pvefleet migrate @node-pve3 --target pve1 --online --restart', 'All guests of a node:'],
    [
      'pvefleet migrate 100:110 --target pve2 --online --with-local-disks --target-storage ceph',
      'With their local disks, onto another storage:',
    ],
  ],
});
