import { guestWords } from '../guest/guest-kind.ts';
import { guestModule } from '../guest/guest-module.ts';
import { containerProperties } from './properties.ts';

/** Containers, by `pct`. */
export const container = guestModule({
  kind: 'container',
  summary: 'An LXC container.',
  example: `container:
  vmid: 200
  node: pve1
  ostemplate: local:vztmpl/debian-12-standard_12.0-1_amd64.tar.zst
  hostname: dns-1
  memory: 512
  net0: { name: eth0, bridge: vmbr0, ip: dhcp }
  rootfs: { storage: local-lvm, size: 8G }
  onboot: yes
  state: running`,
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
