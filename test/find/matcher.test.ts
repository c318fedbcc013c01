import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matcherOf } from '../../src/find/matcher.ts';

test.each([
  ['bc-24-11-0a-0b-0c', 'net0: virtio=BC:24:11:0A:0B:0C,bridge=vmbr0', true],
  ['BC24110A0B0C', 'net0: virtio=BC:24:11:0A:0B:0C', true],
  ['bc24.110a.0b0c', 'hwaddr=bc:24:11:0a:0b:0c', true],
  ['bc:24:11:0a:0b:0d', 'hwaddr=bc:24:11:0a:0b:0c', false],
  ['100', 'vm: 100', true],
  ['100', 'scsi0: local-lvm:vm-100-disk-0', true],
  ['100', 'acl:1:/vms/100:bob@pve:X:', true],
  ['100', 'vmid 99,100,101', true],
  ['100', 'scsi0: x,size=100G', false],
  ['100', 'vm: 1000', false],
  ['100', 'ip=10.0.0.100/24', false],
  ['10.0.0.1', 'address 10.0.0.1/24', true],
  ['10.0.0.1', 'address 10.0.0.10/24', false],
  ['10.0.0.1', 'address 110.0.0.1/24', false],
  ['2001:db8::1', 'ip6=2001:0DB8:0:0::1/64', true],
  ['2001:db8::1', 'ip6=2001:db8::11/64', false],
  ['web', 'name: WebServer', true],
  ['grüße', '#sch%C3%B6ne gr%C3%BC%C3%9Fe', true],
  ['a: b', '#a%3A b', true],
  ['local-lvm:vm-100-disk-0', 'scsi0: local-lvm:vm-100-disk-0,size=1G', true],
  ['.*', 'name: web', false],
])('%s in %s: %s', (text, line, found) => {
  expect(matcherOf(text)(line)).toBe(found);
});

test('any text is found in a line that has it as a word, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      expect(matcherOf(text)(`key: ${text} `)).toBe(true);
    }),
  );
});
