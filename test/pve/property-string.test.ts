import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { propertyFormat } from '../../src/pve/named-property-formats.ts';
import { optionNames, optionSchema, type GuestKind } from '../../src/pve/option-schema.ts';
import { editPropertyString } from '../../src/pve/edit-property-string.ts';
import { decodePropertyString, encodePropertyString } from '../../src/pve/property-string.ts';
import type { PropertyFormat } from '../../src/pve/schema/property-schema.ts';

function formatOf(kind: GuestKind, option: string): PropertyFormat {
  const schema = optionSchema(kind, option);
  const format = schema && propertyFormat(schema);
  if (format === undefined) throw new Error(`${option} is no property string`);
  return format;
}

const net = formatOf('vm', 'net0');
const disk = formatOf('vm', 'scsi0');
const mp = formatOf('container', 'mp0');
const agent = formatOf('vm', 'agent');

describe('decoding', () => {
  test.each([
    [
      'vm',
      'net0',
      'virtio=bc:24:11:00:00:01,bridge=vmbr0,firewall=on',
      { model: 'virtio', macaddr: 'BC:24:11:00:00:01', bridge: 'vmbr0', firewall: '1' },
    ],
    ['vm', 'net0', 'model=e1000,macaddr=BC:24:11:00:00:01', { model: 'e1000', macaddr: 'BC:24:11:00:00:01' }],
    ['vm', 'net0', 'virtio,bridge=vmbr0', { model: 'virtio', bridge: 'vmbr0' }],
    [
      'vm',
      'scsi0',
      'local-lvm:vm-100-disk-0,size=20480M,discard=on',
      { file: 'local-lvm:vm-100-disk-0', size: '20G', discard: 'on' },
    ],
    ['vm', 'scsi0', 'volume=local:100/a.qcow2,backup=no', { file: 'local:100/a.qcow2', backup: '0' }],
    ['vm', 'cpu', 'host,flags=+aes;-pcid', { cputype: 'host', flags: '+aes;-pcid' }],
    ['vm', 'boot', 'order=scsi0;net0', { order: 'scsi0;net0' }],
    ['vm', 'boot', 'cdn', { legacy: 'cdn' }],
    ['vm', 'startup', '3', { order: '3' }],
    ['vm', 'startup', 'order=1,up=05', { order: '1', up: '5' }],
    ['vm', 'agent', 'yes', { enabled: '1' }],
    ['vm', 'agent', 'enabled=1,guest-fsfreeze=0', { enabled: '1', 'freeze-fs': '0' }],
    ['vm', 'ide2', 'none,media=cdrom', { file: 'none', media: 'cdrom' }],
    [
      'container',
      'rootfs',
      'local-lvm:vm-200-disk-0,size=8G',
      { volume: 'local-lvm:vm-200-disk-0', size: '8G' },
    ],
    ['container', 'mp0', '/srv/share,mp=/mnt,ro=1', { volume: '/srv/share', mp: '/mnt', ro: '1' }],
    ['container', 'net0', 'name=eth0,bridge=vmbr0,ip=dhcp', { name: 'eth0', bridge: 'vmbr0', ip: 'dhcp' }],
  ] as const)('%s %s %s', (kind, option, text, values) => {
    expect(decodePropertyString(formatOf(kind, option), text)).toEqual({ values, problems: [] });
  });

  test('keeps the order of the text', () => {
    expect(Object.keys(decodePropertyString(net, 'bridge=a,tag=5,virtio=BC:24:11:00:00:01').values)).toEqual([
      'bridge',
      'tag',
      'model',
      'macaddr',
    ]);
  });

  test('keeps unknown keys and says what PVE would refuse', () => {
    expect(decodePropertyString(net, 'virtio,bridge=a,bridge=b,wifi=1,=x,tag=')).toEqual({
      values: { model: 'virtio', bridge: 'a', wifi: '1' },
      problems: [
        { key: 'bridge', message: '"bridge" is given twice; once is wanted' },
        { key: 'wifi', message: '"wifi" is no key that PVE knows here' },
        { message: '"=x" has no key; key=value is wanted' },
        { message: '"tag=" has no value; key=value is wanted' },
      ],
    });
  });
});

describe('encoding', () => {
  test.each([
    [
      net,
      { tag: '5', bridge: 'vmbr0', model: 'virtio', macaddr: 'BC:24:11:00:00:01', firewall: '1' },
      'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=5',
    ],
    [net, { bridge: 'vmbr0', model: 'virtio' }, 'virtio,bridge=vmbr0'],
    [
      disk,
      { size: '21474836480', file: 'a1:vm-1-disk-0', discard: 'on' },
      'a1:vm-1-disk-0,discard=on,size=20G',
    ],
    [mp, { size: '8G', backup: '1', volume: 'a1:8', mp: '/srv' }, 'a1:8,mp=/srv,backup=1,size=8G'],
    [
      formatOf('container', 'net0'),
      { type: 'veth', ip: 'dhcp', name: 'eth0', bridge: 'vmbr0' },
      'name=eth0,bridge=vmbr0,ip=dhcp,type=veth',
    ],
    [agent, { enabled: 'yes', type: 'isa' }, '1,type=isa'],
  ] as const)('%#', (format, values, text) => {
    expect(encodePropertyString(format, values)).toBe(text);
  });
});

describe('editing', () => {
  test.each([
    [
      net,
      'virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=5',
      { set: { bridge: 'vmbr1' } },
      'virtio=BC:24:11:00:00:01,bridge=vmbr1,tag=5',
    ],
    [
      net,
      'bridge=vmbr0,virtio=BC:24:11:00:00:01',
      { set: { model: 'e1000' } },
      'bridge=vmbr0,e1000=BC:24:11:00:00:01',
    ],
    [
      net,
      'virtio=BC:24:11:00:00:01,bridge=vmbr0',
      { set: { macaddr: 'BC:24:11:00:00:02' } },
      'virtio=BC:24:11:00:00:02,bridge=vmbr0',
    ],
    [
      net,
      'virtio,bridge=vmbr0',
      { set: { macaddr: 'BC:24:11:00:00:02' } },
      'virtio=BC:24:11:00:00:02,bridge=vmbr0',
    ],
    [net, 'virtio=BC:24:11:00:00:01,bridge=vmbr0', { remove: ['macaddr'] }, 'virtio,bridge=vmbr0'],
    [
      net,
      'model=virtio,macaddr=bc:24:11:00:00:01,bridge=a',
      { set: { macaddr: 'BC:24:11:00:00:01', tag: '7' } },
      'model=virtio,macaddr=bc:24:11:00:00:01,bridge=a,tag=7',
    ],
    [
      disk,
      'a1:vm-1-disk-0,size=20480M,ssd=on',
      { set: { size: '20G', discard: 'on' } },
      'a1:vm-1-disk-0,discard=on,size=20480M,ssd=on',
    ],
    [
      disk,
      'file=a1:vm-1-disk-0,ssd=1',
      { set: { file: 'a1:vm-1-disk-9' }, remove: ['ssd'] },
      'file=a1:vm-1-disk-9',
    ],
    [
      net,
      'bridge=vmbr0',
      { set: { model: 'virtio', macaddr: 'BC:24:11:00:00:02' } },
      'virtio=BC:24:11:00:00:02,bridge=vmbr0',
    ],
    [net, 'virtio=BC:24:11:00:00:01', { set: { model: 'wifi' } }, 'wifi,macaddr=BC:24:11:00:00:01'],
    [agent, '1', { set: { enabled: '0', type: 'isa' } }, '0,type=isa'],
    [net, 'virtio,wifi=1,bridge=a', { set: { bridge: 'b' } }, 'virtio,wifi=1,bridge=b'],
  ] as const)('%#', (format, text, edit, wanted) => {
    expect(editPropertyString(format, text, edit)).toBe(wanted);
  });
});

/** Every property string of a guest, with a value of each kind for some of its keys. */
const formats = (['vm', 'container'] as const).flatMap((kind) =>
  optionNames(kind)
    .filter((name) => /^(?:\D+|\D+0|.*1)$/u.test(name))
    .flatMap((name) => {
      const schema = optionSchema(kind, name);
      const format = schema && propertyFormat(schema);
      return format === undefined ? [] : [format];
    }),
);

const anyFormat = fc.constantFrom(...formats);

const someValues = (format: PropertyFormat): fc.Arbitrary<Record<string, string>> =>
  fc
    .subarray(Object.keys(format).filter((name) => format[name]?.alias === undefined))
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, valueOf(format, name)]))));

const valueOf = (format: PropertyFormat, name: string): fc.Arbitrary<string> => {
  const word = fc.stringMatching(/^[A-Za-z0-9:;/.+-]{1,12}$/u);
  const values = format[name]?.enum;
  return values === undefined ? word : fc.oneof(word, fc.constantFrom(...values));
};

/** Values by the keys of a format, and a text that has them in any order and spelling of the keys. */
const formatAndValues = anyFormat.chain((format) => fc.tuple(fc.constant(format), someValues(format)));

describe('laws', () => {
  test('any text can be decoded and edited, and an edit that asks for nothing changes nothing but empty parts', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('a=1', 'virtio', 'virtio=x', '=', ',', 'size=1G'))
        .map((parts) => parts.join(',')),
    );
    fc.assert(
      fc.property(anyFormat, text, (format, value) => {
        decodePropertyString(format, value);
        const parts = value.split(',').filter((part) => part.trim() !== '');
        expect(editPropertyString(format, value, {})).toBe(parts.join(','));
      }),
    );
  });

  test('what was encoded decodes to the same values', () => {
    fc.assert(
      fc.property(formatAndValues, ([format, values]) => {
        const first = decodePropertyString(format, encodePropertyString(format, values));
        const again = decodePropertyString(format, encodePropertyString(format, first.values));
        expect(again.values).toEqual(first.values);
        expect(Object.keys(first.values).toSorted()).toEqual(Object.keys(values).toSorted());
      }),
    );
  });

  test('an edit sets what it sets, removes what it removes, and keeps the rest', () => {
    const edits = anyFormat.chain((format) =>
      fc.tuple(fc.constant(format), someValues(format), someValues(format), fc.subarray(Object.keys(format))),
    );
    fc.assert(
      fc.property(edits, ([format, before, set, remove]) => {
        const text = encodePropertyString(format, before);
        const after = decodePropertyString(format, editPropertyString(format, text, { set, remove })).values;
        const wanted = { ...decodePropertyString(format, text).values };
        for (const name of remove) delete wanted[name];
        Object.assign(wanted, decodePropertyString(format, encodePropertyString(format, set)).values);
        expect(after).toEqual(wanted);
      }),
    );
  });
});
