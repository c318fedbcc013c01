import { expect, test } from 'vitest';
import { createNameMask } from '../../src/selftest/mask-names.ts';

const mask = createNameMask(
  new Map([
    ['pve', 'NODE'],
    ['pve-2', 'MEMBER'],
    ['local-lvm', 'STORAGE'],
    ['local', 'OTHER-STORAGE'],
    ['web.shop', 'GUEST'],
    ['alice@pam', 'USER'],
  ]),
);

test.each([
  [
    'UPID:pve:00001234:0000ABCD:65A0B1C2:qmstart:9990:root@pam:',
    'UPID:NODE:00001234:0000ABCD:65A0B1C2:qmstart:9990:root@pam:',
  ],
  ['on pve.example.com and pve-2', 'on NODE and MEMBER'],
  ['/etc/pve/nodes/pve/qemu-server/9990.conf', '/etc/pve/nodes/NODE/qemu-server/9990.conf'],
  ['/dev/pve/vm-9990-disk-0', '/dev/NODE/vm-9990-disk-0'],
  ['pve-manager 9.2.11, mypve', 'pve-manager 9.2.11, mypve'],
  ['local-lvm:vm-9990-disk-0 from local:vztmpl/x', 'STORAGE:vm-9990-disk-0 from OTHER-STORAGE:vztmpl/x'],
  ['web.shop by alice@pam', 'GUEST by USER'],
  ['net0: virtio=BC:24:11:0A:ff:01,bridge=vmbr0', 'net0: virtio=MAC,bridge=vmbr0'],
  ['192.0.2.7/24 and 10.0.13, 1.2.3', 'ADDRESS/24 and 10.0.13, 1.2.3'],
  ['from 2001:db8::1/64, fe80:: and 2001:db8:0:0:0:0:0:1', 'from ADDRESS/64, ADDRESS and ADDRESS'],
  ['at 12:30:11, 50:50', 'at 12:30:11, 50:50'],
  ['cipassword: <secret:0a1b:$5$ff$>', 'cipassword: <secret>'],
])('%s', (text, masked) => {
  expect(mask(text)).toBe(masked);
});

test('without names only addresses are masked', () => {
  expect(createNameMask(new Map())('pve 192.0.2.1')).toBe('pve ADDRESS');
});
