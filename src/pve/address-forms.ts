import { isIpv4, isIpv6 } from './ip-address.ts';

/** Addresses, networks and names as pve-common's PVE/JSONSchema.pm checks them. */

export const dnsName = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/iu;

export const isIp = (text: string): boolean => isIpv4(text) || isIpv6(text);

export const isCidr4 = (text: string): boolean => hasPrefix(text, isIpv4, 32);

export const isCidr6 = (text: string): boolean => hasPrefix(text, isIpv6, 128);

function hasPrefix(text: string, test: (address: string) => boolean, longest: number): boolean {
  const { address, bits } = /^(?<address>[^/]+)\/(?<bits>\d+)$/u.exec(text)?.groups ?? {};
  return address !== undefined && test(address) && Number(bits) > 7 && Number(bits) <= longest;
}
