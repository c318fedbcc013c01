import { expect, test } from 'vitest';
import { ANY_LINES, compareLines, compareSets, matches } from '../../src/selftest/patterns.ts';

test.each([
  ['cores: 2', 'cores: 2', true],
  ['cores: 2', 'cores: 20', false],
  ['net0: virtio={mac},bridge=vmbr0', 'net0: virtio=BC:24:11:0A:FF:01,bridge=vmbr0', true],
  ['net0: virtio={mac},bridge=vmbr0', 'net0: virtio=none,bridge=vmbr0', false],
  ['smbios1: uuid={uuid}', 'smbios1: uuid=90fa5f98-3815-4ef0-a95a-274daf84461c', true],
  ['scsi0: s:{word},size=1G', 'scsi0: s:9990/vm-9990-disk-0.qcow2,size=1G', true],
  ['scsi0: s:{word},size=1G', 'scsi0: s:vm-9990-disk-0,ssd=1,size=1G', false],
  ['meta: creation-qemu={any},ctime={number}', 'meta: creation-qemu=10.0.13,ctime=1795992212', true],
  ['a (b) [c] $ . *', 'a (b) [c] $ . *', true],
  ['a.b', 'axb', false],
  ['{unknown}', '{unknown}', true],
])('%s and %s', (pattern, line, fits) => {
  expect(matches(pattern, line)).toBe(fits);
});

test('lines are laid beside each other; what is on one side only is marked', () => {
  expect(compareLines(['a {number}', 'b'], ['a 1', 'b'])).toBeUndefined();
  expect(compareLines([], [])).toBeUndefined();
  expect(compareLines(['a', 'b', 'c'], ['a', 'new', 'c'])).toEqual([
    { sign: ' ', text: 'a' },
    { sign: '-', text: 'b' },
    { sign: '+', text: 'new' },
    { sign: ' ', text: 'c' },
  ]);
});

test('any lines are taken, but never one that another pattern is for', () => {
  const expected = ['a', ANY_LINES, 'end {number}'];
  expect(compareLines(expected, ['a', 'end 1'])).toBeUndefined();
  expect(compareLines(expected, ['a', 'x', 'end 3', 'y', 'end 1'])).toBeUndefined();
  expect(compareLines(expected, ['a', 'x'])).toEqual([
    { sign: ' ', text: 'a' },
    { sign: ' ', text: 'x' },
    { sign: '-', text: 'end {number}' },
  ]);
  const warnings = [`${ANY_LINES}  WARNING: {any}`, 'b'];
  expect(compareLines(warnings, ['  WARNING: x', '  WARNING: y', 'b'])).toBeUndefined();
  expect(compareLines(warnings, ['  ERROR: x', 'b'])).toContainEqual({ sign: '+', text: '  ERROR: x' });
});

test('of sets the order means nothing, and how often a line is there does', () => {
  expect(compareSets(['-a: {number}', '+b'], ['+b', '-a: 1'])).toBeUndefined();
  expect(compareSets(['x'], ['x', 'x'])).toEqual([{ sign: '+', text: 'x' }]);
  expect(compareSets(['x', 'y'], ['y', 'z'])).toEqual([
    { sign: '-', text: 'x' },
    { sign: '+', text: 'z' },
  ]);
});
