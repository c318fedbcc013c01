import { guestWords } from '../guest/guest-kind.ts';
import { guestModule } from '../guest/guest-module.ts';
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
  otherDisks: /^(?:efidisk0|tpmstate0)$/u,
  diskContent: 'images',
  createDefaults: {},
  required: [],
  properties: vmProperties,
  words: guestWords,
  createDetached: false,
});
