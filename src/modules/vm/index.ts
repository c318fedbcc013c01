import { guestWords } from '../guest/guest-kind.ts';
import { guestModule } from '../guest/guest-module.ts';
import { bootOrderAfter } from './boot-order.ts';
import { refuseTogether } from './refuse-together.ts';
import { vmProperties } from './properties.ts';

/** Virtual machines, by `qm`. */
export const vm = guestModule({
  kind: 'vm',
  summary: 'A QEMU virtual machine.',
  example: `vm:
  vmid: 100
  node: pve1
  name: web-1
  cores: 2
  memory: 2048
  net0: { model: virtio, bridge: vmbr0 }
  scsi0: { storage: local-lvm, size: 20G, discard: on }
  tags: [web, prod]
  state: running`,
  label: 'VM',
  type: 'qemu',
  folder: 'qemu-server',
  command: 'qm',
  nameOption: 'name',
  volumeKey: 'file',
  macKey: 'macaddr',
  diskContent: 'images',
  protects: 'removal of disks',
  createDefaults: {},
  required: [],
  properties: vmProperties,
  words: [
    ...guestWords,
    {
      name: 'cpu_mitigations',
      help: 'off: wanted, which its own kernel alone can do (mitigations=off); the flags of its CPU are left alone.',
    },
  ],
  bootOrderAfter,
  refuseTogether,
  createDetached: false,
});
