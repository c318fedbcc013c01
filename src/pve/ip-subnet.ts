import { isCidr4, isCidr6 } from './address-forms.ts';
import { ipForm, isIpv4, isIpv6 } from './ip-address.ts';

/** Whether the address is outside of the network "10.0.0.0/24"; false for what is no address or of the other family. */
export function isOutside(subnet: string, address: string): boolean {
  const [network = '', prefix = ''] = subnet.split('/');
  if (isCidr4(subnet) && isIpv4(address)) return differs(number4(network), number4(address), 32, prefix);
  if (isCidr6(subnet) && isIpv6(address)) return differs(number6(network), number6(address), 128, prefix);
  return false;
}

function differs(network: bigint, address: bigint, width: number, prefix: string): boolean {
  const host = BigInt(width - Number(prefix));
  return network >> host !== address >> host;
}

function number4(address: string): bigint {
  return address.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
}

function number6(address: string): bigint {
  const [head = '', tail] = ipForm(address).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const between = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...between, ...after].reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}
