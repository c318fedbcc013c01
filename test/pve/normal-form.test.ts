import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalise, sameAsAbsent, sameValue } from '../../src/pve/normal-form.ts';
import { optionSchema, type GuestKind, type OptionSchema } from '../../src/pve/option-schema.ts';

function schemaOf(kind: GuestKind, option: string): OptionSchema {
  const schema = optionSchema(kind, option);
  if (schema === undefined) throw new Error(`no option ${option}`);
  return schema;
}

describe('texts that mean the same to PVE', () => {
  test.each([
    ['vm', 'onboot', ['1', 'yes', 'On', 'TRUE']],
    ['vm', 'onboot', ['0', 'no', 'off', 'False', undefined]],
    ['vm', 'cores', ['2', '02', '+2']],
    ['vm', 'cores', ['1', undefined]],
    ['vm', 'cpulimit', ['1.5', '1.50', '15e-1']],
    ['vm', 'memory', ['2048', 'current=2048', '02048']],
    ['vm', 'memory', ['512', undefined]],
    ['vm', 'tags', ['web;prod', 'prod web', 'PROD,Web;web', ' prod ; web ']],
    ['vm', 'tags', ['', ' ', undefined]],
    ['vm', 'hotplug', ['network,disk,usb', 'usb;disk;network', '1', undefined]],
    [
      'vm',
      'net0',
      [
        'virtio=BC:24:11:00:00:01,bridge=a',
        'bridge=a,model=virtio,macaddr=bc:24:11:00:00:01,firewall=0,link_down=off',
      ],
    ],
    [
      'vm',
      'scsi0',
      [
        'a1:vm-1-disk-0,size=1G',
        'size=1024M,file=a1:vm-1-disk-0,backup=1,discard=ignore,media=disk',
        'volume=a1:vm-1-disk-0,size=1073741824,ssd=0',
      ],
    ],
    ['vm', 'agent', ['1', 'enabled=1', 'on,fstrim_cloned_disks=0,type=virtio']],
    ['vm', 'agent', ['0', 'enabled=no', undefined]],
    ['vm', 'vga', ['memory=16', 'std,memory=16', 'memory=16,type=std']],
    ['vm', 'boot', ['order=scsi0;net0', 'order=scsi0;;net0']],
    ['vm', 'startup', ['1,up=5', 'up=5,order=1']],
    ['vm', 'affinity', ['0,1,2,5', '5,0-2', '0-1, 2,5']],
    ['vm', 'ciuser', ['jo', '"jo"']],
    ['vm', 'description', ['a\nb', 'a\nb\n', 'a\nb \n\n']],
    ['vm', 'description', ['', undefined]],
    ['vm', 'nameserver', ['1.1.1.1 fe80::1', '1.1.1.1,FE80:0:0::1']],
    ['vm', 'ipconfig0', ['ip6=2001:db8::1/64', 'ip6=2001:DB8:0:0::1/064']],
    ['vm', 'sshkeys', ['ssh-rsa%20a%2Bb', 'ssh%2Drsa%20a%2bb']],
    ['container', 'features', ['nesting=0', undefined, 'nesting=no,fuse=0']],
    ['container', 'mp0', ['a1:vm-1-disk-0,mp=/x', 'mp=/x,volume=a1:vm-1-disk-0,backup=0,ro=0,replicate=1']],
    ['container', 'features', ['mount=nfs;cifs,nesting=1', 'nesting=1,mount=cifs;nfs']],
    ['container', 'rootfs', ['a1:x,mountoptions=noatime;nodev', 'a1:x,mountoptions=nodev;noatime']],
    ['vm', 'cpu', ['host,flags=+aes;-pcid', 'cputype=host,flags=-pcid;+aes']],
    ['container', 'unprivileged', ['0', undefined]],
    ['container', 'searchdomain', ['a.example b.example', 'a.example,b.example']],
  ] as const)('%s %s %j', (kind, option, texts) => {
    const schema = schemaOf(kind, option);
    for (const a of texts)
      for (const b of texts) expect([a, b, sameValue(schema, a, b)]).toEqual([a, b, true]);
  });
});

describe('texts that mean something else', () => {
  test.each([
    ['vm', 'onboot', ['0', '1', 'maybe']],
    ['vm', 'cores', ['2', '20', 'two', undefined]],
    ['vm', 'tags', ['a;b', 'a', 'ab', undefined]],
    ['vm', 'hotplug', ['0', '1', 'disk']],
    [
      'vm',
      'net0',
      [
        'virtio=BC:24:11:00:00:01',
        'e1000=BC:24:11:00:00:01',
        'virtio',
        'virtio=BC:24:11:00:00:02',
        'virtio=BC:24:11:00:00:01,firewall=1',
        undefined,
      ],
    ],
    [
      'vm',
      'scsi0',
      [
        'a1:vm-1-disk-0,size=1G',
        'a1:vm-1-disk-0',
        'a1:vm-1-disk-0,size=1000M',
        'a1:vm-1-disk-0,size=1G,backup=0',
        'A1:vm-1-disk-0,size=1G',
      ],
    ],
    ['vm', 'boot', ['order=scsi0;net0', 'order=net0;scsi0', undefined]],
    ['vm', 'vga', ['std', 'none', undefined]],
    ['vm', 'ipconfig0', ['ip=dhcp', 'ip6=dhcp', 'ip=dhcp,ip6=dhcp', undefined]],
    ['vm', 'nameserver', ['1.1.1.1 9.9.9.9', '9.9.9.9 1.1.1.1']],
    ['vm', 'args', ['-x', '"-x"']],
    ['vm', 'description', ['a\nb', 'a\n\nb', ' a\nb', 'a b']],
    ['vm', 'cpuunits', ['100', undefined, '1024']],
    ['container', 'swap', ['512', undefined, '0']],
    ['container', 'mp0', ['a1:vm-1-disk-0,mp=/x', 'a1:vm-1-disk-0,mp=/x,backup=1', 'a1:vm-1-disk-0,mp=/y']],
    ['container', 'cores', ['1', undefined]],
  ] as const)('%s %s %j', (kind, option, texts) => {
    const schema = schemaOf(kind, option);
    for (const [i, a] of texts.entries()) {
      for (const [j, b] of texts.entries()) expect([a, b, sameValue(schema, a, b)]).toEqual([a, b, i === j]);
    }
  });
});

const options: readonly (readonly [GuestKind, string])[] = [
  ['vm', 'onboot'],
  ['vm', 'cores'],
  ['vm', 'cpulimit'],
  ['vm', 'tags'],
  ['vm', 'hotplug'],
  ['vm', 'affinity'],
  ['vm', 'net0'],
  ['vm', 'scsi0'],
  ['vm', 'agent'],
  ['vm', 'sshkeys'],
  ['vm', 'description'],
  ['container', 'nameserver'],
  ['container', 'mp0'],
  ['container', 'net0'],
];

test('a normal form is its own normal form, and no text makes it throw', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9=,;:. -]{0,20}$/u));
  fc.assert(
    fc.property(fc.constantFrom(...options), text, ([kind, option], value) => {
      const schema = schemaOf(kind, option);
      const once = normalise(schema, value);
      expect(normalise(schema, once)).toBe(once);
      expect(sameAsAbsent(schema, value)).toBe(sameAsAbsent(schema, once));
    }),
  );
});

test('numbers: equal as numbers, and only then', () => {
  const digits = fc.nat({ max: 10_000 });
  fc.assert(
    fc.property(digits, digits, fc.nat({ max: 3 }), (a, b, zeros) => {
      const schema = schemaOf('vm', 'cores');
      expect(sameValue(schema, `${'0'.repeat(zeros)}${a}`, String(b))).toBe(a === b);
    }),
  );
});

test('sizes: equal as bytes, and only then', () => {
  const size = fc.tuple(fc.nat({ max: 4096 }), fc.constantFrom('', 'K', 'M', 'G'));
  const bytes = ([number, unit]: readonly [number, string]): number =>
    number * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit);
  fc.assert(
    fc.property(size, size, (a, b) => {
      const schema = schemaOf('vm', 'scsi0');
      const text = (from: readonly [number, string]): string => `a1:x,size=${from.join('')}`;
      expect(sameValue(schema, text(a), text(b))).toBe(bytes(a) === bytes(b));
    }),
  );
});

test('tags: equal as sets without case, and only then', () => {
  const tags = fc.array(fc.constantFrom('a', 'B', 'b', 'web', 'Web', 'x-1'), { maxLength: 4 });
  const set = (from: readonly string[]): string =>
    [...new Set(from.map((tag) => tag.toLowerCase()))].toSorted().join();
  fc.assert(
    fc.property(tags, tags, fc.constantFrom(',', ';', ' '), (a, b, separator) => {
      expect(sameValue(schemaOf('vm', 'tags'), a.join(separator), b.join(';'))).toBe(set(a) === set(b));
    }),
  );
});
