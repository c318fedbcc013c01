import fc from 'fast-check';
import { expect, test } from 'vitest';
import { address, formatAddress, parseAddress, sameAddress } from '../src/address.ts';

const word = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/u);
const name = fc.string({ minLength: 1, maxLength: 12 });

test('an address is printed and read back', () => {
  expect(formatAddress(address('vm', 100, 'prod'))).toBe('vm/100@prod');
  expect(formatAddress(address('bridge', 'vmbr0', 'prod', 'pve1'))).toBe('bridge/vmbr0@prod/pve1');
  fc.assert(
    fc.property(word, name, word, fc.option(word, { nil: undefined }), (kind, thing, cluster, node) => {
      const at = address(kind, thing, cluster, node);
      expect(parseAddress(formatAddress(at))).toEqual(at);
    }),
  );
});

test.each(['', 'vm', 'vm/100', 'vm@prod', '/100@prod', 'vm/100@', 'vm/100@prod/'])(
  '%j is no address',
  (text) => {
    expect(parseAddress(text)).toBeUndefined();
  },
);

test('the same thing of another cluster or node is another thing', () => {
  const vm = address('vm', 100, 'prod');
  expect(sameAddress(vm, address('vm', '100', 'prod'))).toBe(true);
  expect(sameAddress(vm, address('vm', 100, 'test'))).toBe(false);
  expect(
    sameAddress(address('bridge', 'vmbr0', 'prod', 'pve1'), address('bridge', 'vmbr0', 'prod', 'pve2')),
  ).toBe(false);
});
