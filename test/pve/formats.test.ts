import { expect, test } from 'vitest';
import { refusedByFormat } from '../../src/pve/formats.ts';

/** Format, texts that PVE takes, texts that it refuses. */
test.each<[string, readonly string[], readonly string[]]>([
  [
    'pve-userid',
    ['root@pam', '-x@pve', 'ü@a.b-c'],
    ['root', 'a b@pve', 'a:b@pve', '@pve', 'a@1x', `${'a'.repeat(61)}@pve`],
  ],
  ['pve-tokenid', ['root@pam!ci'], ['root@pam', 'root@pam!1x', 'ci']],
  ['pve-priv-list', ['VM.Audit,VM.Clone', ''], ['VM.Audit VM.Clones', 'vm.audit']],
  ['pve-storage-content-list', ['iso,vztmpl', 'none', 'import;backup'], ['isos', 'iso,rootfs']],
  ['pve-storage-path', ['/mnt/a', '/a b'], ['mnt/a', '/', '/;x', '']],
  [
    'pve-storage-portal-dns',
    ['10.0.0.1', 'san.example:3260', '[2001:db8::1]:3260', '2001:db8::1', '2001:db8::1.3260'],
    ['', 'a b', '[]:1'],
  ],
  ['pve-dir-override', ['iso=custom/iso', 'backup=.hidden'], ['isos=x', 'iso=', 'iso=../x', 'iso=a.']],
  ['pve-ha-node-list', ['pve1', 'pve1:2,pve-2:10'], ['pve_1', 'pve1:x', ':1']],
  ['pve-ha-resource-or-vm-id', ['vm:100', 'ct:1', '100'], ['VM:100', 'vm100', 'vm:']],
  ['pve-iface', ['eth0', 'vmbr0.100', 'bond0:1', 'en_x'], ['0eth', 'e', 'eth0.x', 'a'.repeat(22)]],
  ['pve-vlan-id-or-range-list', ['2', '10-20,4094'], ['1', '4095', '20-10', '10-10', 'x']],
  ['ipv4mask', ['255.255.255.0', '0.0.0.0', '255.255.255.255'], ['255.0.255.0', '24', '255.255.255']],
  ['CIDRv6', ['2001:db8::/64'], ['10.0.0.0/8', '2001:db8::/7', '2001:db8::']],
  ['email-opt', ['', 'a@b.example', 'a.b+c@host', 'ü@b'], ['a', 'a@', '@b', 'a..b@c', 'a@b c']],
  ['email-or-username', ['root', 'a@b'], ['a b', 'a@@b']],
  ['mac-prefix', ['BC:24:11', '02', 'bc:24:1'], ['BD:24:11', 'bc-24', 'bc:24:11:00:0:']],
  ['pve-replication-job-id', ['100-0', '0100-1'], ['99-0', '100', '100-x']],
  [
    'pve-calendar-event',
    ['mon..fri 02:30', '*/15', 'daily', '2026-11-23 12:00'],
    ['never', '', '25:00:00:00'],
  ],
  ['pve-sdn-zone-id', ['z1', 'abcdefgh'], ['z', '1z', 'abcdefghi', 'a-b']],
  ['pve-sdn-subnet-id', ['10.0.0.0/24', 'z1-10.0.0.0-24'], ['10.0.0.0', 'z1-10.0.0.0']],
  ['pve-sdn-bgp-rt-list', ['65000:100'], ['65000', '4294967296:1']],
  ['pem-string', ['-----BEGIN X-----\nAA==\n-----END X-----\n'], ['AA==']],
  [
    'pve-fw-addr-spec',
    [
      '10.0.0.1',
      '10.0.0.0/8,10.1.0.0/16',
      '10.0.0.1-10.0.0.9',
      '+ipset',
      '+dc/mgmt',
      'dc/alias',
      '2001:db8::/32',
      '10/8',
    ],
    ['10.0.0.1,', '10.0.0.1-10.0.0.2,10.0.0.3', '10.0.0.1,2001:db8::1', '300.0.0.1', 'a b', '10.0.0.0/33'],
  ],
  [
    'pve-fw-dport-spec',
    ['22', '8000:8090', '22,http', '', 'echo-request', '1:2,3:4,5:6,7:8,9:10,11:12,13:14,15'],
    ['65536', '90:80', '22,,23', '22,', '1:2,3:4,5:6,7:8,9:10,11:12,13:14,15:16', 'a b'],
  ],
  ['pve-fw-conntrack-helper', ['ftp', 'ftp,sip'], ['ftp,', 'http', 'ftp,,sip']],
  ['IPorCIDRorAlias', ['10.0.0.1', '10.0.0.0/24', 'gw', 'guest/gw'], ['10.0.0', '', 'a b']],
])('%s', (name, taken, refused) => {
  expect(taken.filter((text) => refusedByFormat(name, text) !== undefined)).toEqual([]);
  expect(refused.filter((text) => refusedByFormat(name, text) === undefined)).toEqual([]);
});

test('a wrong part of a list is named, a lone wrong value is not said twice', () => {
  expect(refusedByFormat('pve-vmid-list', '100,99')).toBe('a VMID from 100 to 999999999 is wanted, not "99"');
  expect(refusedByFormat('pve-vmid-list', '99')).toBe('a VMID from 100 to 999999999 is wanted');
});
