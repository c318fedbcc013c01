import { guestWords } from '../guest/guest-kind.ts';
import { guestModule } from '../guest/guest-module.ts';
import { bootOrderAfter } from './boot-order.ts';
import { refuseTogether } from './refuse-together.ts';
import { vmProperties } from './properties.ts';

/** Virtual machines, by `qm`. */
export const vm = guestModule({
  kind: 'vm',
  summary: 'A QEMU virtual machine.',
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
