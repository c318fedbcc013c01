import { guestWords } from '../guest/guest-kind.ts';
import { guestModule } from '../guest/guest-module.ts';
import { containerProperties } from './properties.ts';

/** Containers, by `pct`. */
export const container = guestModule({
  kind: 'container',
  summary: 'An LXC container.',
  label: 'container',
  type: 'lxc',
  folder: 'lxc',
  command: 'pct',
  nameOption: 'hostname',
  volumeKey: 'volume',
  macKey: 'hwaddr',
  diskContent: 'rootdir',
  protects: 'changes of disks',
  createDefaults: { unprivileged: '1' },
  required: ['ostemplate', 'rootfs'],
  properties: containerProperties,
  words: guestWords,
  createDetached: true,
});
