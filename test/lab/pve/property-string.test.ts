import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProperties } from '../../../lab/src/pve/cli/verify.ts';
import { printProperties } from '../../../lab/src/pve/formats/property-string.ts';
import {
  decodeText,
  encodeText,
  formatSize,
  parseSize,
  splitList,
} from '../../../lab/src/pve/formats/values.ts';
import { parametersOf } from '../../../lab/src/pve/schema/parameters.ts';
import type { Properties } from '../../../lab/src/pve/schema/types.ts';

function keysOf(option: string): Properties {
  const format = parametersOf('POST /nodes/{node}/qemu')[option]?.format;
  if (format === undefined || typeof format === 'string') throw new Error(`${option} has no keys`);
  return format;
}

describe('property strings', () => {
  it('takes a network model and its MAC address apart and puts them together again', () => {
    const values = parseProperties(keysOf('net0'), 'bridge=vmbr0,virtio=BC:24:11:00:00:01,firewall=on');
    expect(values).toEqual({ model: 'virtio', macaddr: 'BC:24:11:00:00:01', bridge: 'vmbr0', firewall: '1' });
    expect(printProperties(values, keysOf('net0'))).toBe('virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1');
  });

  it('writes the default key bare and first, sizes in the largest unit', () => {
    expect(
      printProperties({ ssd: '1', file: 'data:100/x.raw', size: String(3 * 1024 ** 3) }, keysOf('scsi0')),
    ).toBe('data:100/x.raw,size=3G,ssd=1');
  });

  it.each([
    ['virtio,bridge=a,bridge=b', 'duplicate key in comma-separated list property: bridge\n'],
    ['virtio,e1000', 'duplicate key in comma-separated list property: model\n'],
    ['virtio,=x', 'missing key in comma-separated list property\n'],
  ])('refuses %s', (text, message) => {
    expect(() => parseProperties(keysOf('net0'), text)).toThrow(message);
  });

  it('reads back what it writes', () => {
    const drive = fc.record(
      {
        file: fc.constantFrom('data:100/vm-100-disk-0.raw', 'none', 'local-lvm:vm-100-disk-3'),
        cache: fc.constantFrom('none', 'writeback'),
        discard: fc.constantFrom('on', 'ignore'),
        iothread: fc.constantFrom('0', '1'),
        mbps: fc.integer({ min: 1, max: 999 }).map(String),
      },
      { requiredKeys: ['file'] },
    );
    fc.assert(
      fc.property(drive, (values) => {
        expect(parseProperties(keysOf('scsi0'), printProperties({ ...values }, keysOf('scsi0')))).toEqual({
          ...values,
        });
      }),
    );
  });
});

describe('values', () => {
  it('reads back encoded text, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const encoded = encodeText(text);
        expect(encoded).toMatch(/^[\x20-\x39\x3b-\x7e]*$/);
        expect(decodeText(encoded)).toBe(text);
      }),
    );
  });

  it('reads back sizes', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 50), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
    expect(formatSize(0)).toBe('0T');
  });

  it('splits lists at commas, semicolons and blanks, or at NUL', () => {
    expect(splitList(' a,b;c  d ')).toEqual(['a', 'b', 'c', 'd']);
    expect(splitList('a b\0c')).toEqual(['a b', 'c']);
    expect(splitList('')).toEqual([]);
  });
});
