import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOutside } from '../../src/pve/ip-subnet.ts';

test('a subnet has the addresses that Node says it has', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.tuple(fc.ipV4(), fc.ipV4(), fc.integer({ min: 8, max: 32 }), fc.constant<'ipv4'>('ipv4')),
        fc.tuple(fc.ipV6(), fc.ipV6(), fc.integer({ min: 8, max: 128 }), fc.constant<'ipv6'>('ipv6')),
      ),
      ([network, address, prefix, family]) => {
        const list = new BlockList();
        list.addSubnet(network, prefix, family);
        expect(isOutside(`${network}/${prefix}`, address)).toBe(!list.check(address, family));
        expect(isOutside(`${network}/${prefix}`, network)).toBe(false);
      },
    ),
  );
});
