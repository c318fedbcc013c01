import { isIPv4, isIPv6 } from 'node:net';
import { die } from '../failure.ts';
import { matching, type Verifier } from './verifier.ts';

const DNS_NAME = /^([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?\.)*[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/;

function isAddress(value: string): boolean {
  return isIPv4(value) || isIPv6(value);
}

function isCidr(value: string, isIp: (ip: string) => boolean, bits: number): boolean {
  const [ip, length, more] = value.split('/');
  return (
    more === undefined &&
    length !== undefined &&
    /^\d+$/.test(length) &&
    isIp(ip ?? '') &&
    Number(length) > 7 &&
    Number(length) <= bits
  );
}

function isCidr4(value: string): boolean {
  return isCidr(value, isIPv4, 32);
}

function isCidr6(value: string): boolean {
  return isCidr(value, isIPv6, 128);
}

/** `255.255.255.0`. */
function isNetmask(value: string): boolean {
  const bits = value
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return isIPv4(value) && /^1*0*$/.test(bits);
}

function verifyVlanRange(value: string): void {
  const [, first = '', last] =
    /^(\d+)(?:-(\d+))?$/.exec(value) ?? die(`invalid VLAN configuration '${value}'`);
  for (const tag of [first, last])
    if (tag !== undefined && (Number(tag) < 2 || Number(tag) > 4094)) die(`invalid VLAN tag '${tag}'`);
  if (last !== undefined && Number(first) >= Number(last))
    die(`VLAN range must go from lower to higher tag '${value}'`);
}

function checking(isRight: (value: string) => boolean, message: (value: string) => string): Verifier {
  return (value) => {
    if (!isRight(value)) die(message(value));
  };
}

/** An IP address, or a link-local one with the interface after a `%` (PVE/LXC/Config.pm). */
function isAddressWithInterface(value: string): boolean {
  const local = /^(fe80:[^%]+)%([a-z][a-z0-9_]{1,20}([:.]\d+)?)$/i.exec(value);
  return isAddress(local?.[1] ?? value);
}

/** Formats of addresses. Source: PVE/JSONSchema.pm. */
export const NETWORK_VERIFIERS: Readonly<Record<string, Verifier>> = {
  ipv4: checking(isIPv4, () => 'value does not look like a valid IPv4 address'),
  ipv6: checking(isIPv6, () => 'value does not look like a valid IPv6 address'),
  ip: checking(isAddress, () => 'value does not look like a valid IP address'),
  'lxc-ip-with-ll-iface': checking(
    isAddressWithInterface,
    () => 'value does not look like a valid IP address',
  ),
  CIDR: checking(
    (value) => isCidr4(value) || isCidr6(value),
    () => 'value does not look like a valid CIDR network',
  ),
  CIDRv4: checking(isCidr4, () => 'value does not look like a valid IPv4 CIDR network'),
  CIDRv6: checking(isCidr6, () => 'value does not look like a valid IPv6 CIDR network'),
  ipv4mask: checking(isNetmask, () => 'value does not look like a valid IP netmask'),
  'pve-vlan-id-or-range': verifyVlanRange,
  'pve-ipv4-config': checking(
    (value) => /^(dhcp|manual)$/.test(value) || isCidr4(value),
    () => 'value does not look like a valid ipv4 network configuration',
  ),
  'pve-ipv6-config': checking(
    (value) => /^(auto|dhcp|manual)$/.test(value) || isCidr6(value),
    () => 'value does not look like a valid ipv6 network configuration',
  ),
  'mac-addr': matching(
    /^[a-f0-9][02468ace](:[a-f0-9]{2}){5}$/i,
    () => 'value does not look like a valid unicast MAC address',
  ),
  'dns-name': matching(DNS_NAME, () => 'value does not look like a valid DNS name'),
  address: checking(
    (value) => isAddress(value) || DNS_NAME.test(value),
    (value) => `value does not look like a valid address: ${value}`,
  ),
  'pve-iface': matching(
    /^[a-z][a-z0-9_]{1,20}([:.]\d+)?$/i,
    (value) => `invalid network interface name '${value}'`,
  ),
};
