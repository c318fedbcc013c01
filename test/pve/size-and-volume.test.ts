import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSize, parseSize } from '../../src/pve/size.ts';
import { formatVolumeId, parseVolumeId } from '../../src/pve/volume-id.ts';

test.each([
  ['20G', 21_474_836_480],
  ['20480M', 21_474_836_480],
  ['0.5G', 536_870_912],
  ['4MiB', 4_194_304],
  ['1024', 1024],
  ['1.5', 1],
  ['2T', 2_199_023_255_552],
  ['20g', undefined],
  ['20GB', undefined],
  ['-1G', undefined],
  ['', undefined],
])('%s is %s bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test('a size is written in the largest whole unit, and read back', () => {
  expect([1, 1024, 1536, 20 * 1024 ** 3, 2049 * 1024 ** 2, 3 * 1024 ** 5].map(formatSize)).toEqual([
    '1',
    '1K',
    '1536',
    '20G',
    '2049M',
    '3072T',
  ]);
  fc.assert(
    fc.property(fc.maxSafeNat(), (bytes) => {
      expect(parseSize(formatSize(bytes))).toBe(bytes);
    }),
  );
});

test.each([
  ['local-lvm:vm-100-disk-0', { kind: 'volume', storage: 'local-lvm', volname: 'vm-100-disk-0' }],
  ['local:iso/debian 12.iso', { kind: 'volume', storage: 'local', volname: 'iso/debian 12.iso' }],
  [
    'data:base-130-disk-1.raw/131/vm-131-disk-0.qcow2',
    { kind: 'volume', storage: 'data', volname: 'base-130-disk-1.raw/131/vm-131-disk-0.qcow2' },
  ],
  ['local-lvm:20', { kind: 'allocate', storage: 'local-lvm', gib: '20' }],
  ['local-lvm:0.5', { kind: 'allocate', storage: 'local-lvm', gib: '0.5' }],
  ['20', { kind: 'allocate', gib: '20' }],
  ['data:cloudinit', { kind: 'cloudinit', storage: 'data' }],
  ['none', { kind: 'none' }],
  ['cdrom', { kind: 'cdrom' }],
  ['/dev/sdb', { kind: 'path', path: '/dev/sdb' }],
  ['vm-100-disk-0', undefined],
  ['', undefined],
])('%s', (text, volume) => {
  const parsed = parseVolumeId(text);
  expect(parsed).toEqual(volume);
  expect(parsed && formatVolumeId(parsed)).toBe(volume && text);
});
