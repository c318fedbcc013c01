import { isIpv4, isIpv6, ipForm } from './ip-address.ts';

/** Addresses in rules, IP sets and aliases of the firewall (pve-firewall's Firewall.pm). */

/** What a rule's -source or -dest says. */
export type RuleAddress =
  | { readonly kind: 'ipset' | 'alias'; readonly scope: 'dc' | 'guest' | 'sdn' | ''; readonly name: string }
  | { readonly kind: 'addresses'; readonly parts: readonly string[] };

/** An IP set with a leading "+", an alias, or a list of addresses, networks and one range. */
export function readRuleAddress(text: string): RuleAddress {
  const { plus, scope, name } =
    /^(?<plus>\+?)(?:(?<scope>dc|guest|sdn)\/)?(?<name>[a-z][a-z0-9\-_]+)$/iu.exec(text)?.groups ?? {};
  const known = scopes.find((one) => one === (scope ?? ''));
  if (name === undefined || known === undefined || (plus === '' && known === 'sdn'))
    return { kind: 'addresses', parts: text.split(',') };
  return { kind: plus === '+' ? 'ipset' : 'alias', scope: known, name };
}

const scopes = ['', 'dc', 'guest', 'sdn'] as const;

/** Whether PVE takes a text for an address or a network where it doesn't look at the length of the prefix (parse_ip_or_cidr). */
export function isNetworkText(text: string): boolean {
  const address = text.replace(/\/\d+$/u, '');
  return isIpv4(address) || isIpv6(address);
}

/** 4 or 6 for an address or a network; undefined for other text. */
export function ipVersion(text: string): 4 | 6 | undefined {
  const { address, bits } = /^(?<address>[^/]+)(?:\/(?<bits>\d+))?$/u.exec(text)?.groups ?? {};
  if (address === undefined) return undefined;
  if (isIpv4(address)) return Number(bits ?? 0) <= 32 ? 4 : undefined;
  return isIpv6(address) && Number(bits ?? 0) <= 128 ? 6 : undefined;
}

/**
 * One spelling of an address or network, which the kernel takes as the same: bits behind the prefix are zero
 * (clean_cidr), a prefix over the whole address is left out (parse_ip_or_cidr), IPv6 in its short form.
 */
export function networkForm(text: string): string {
  const { address, bits } = /^(?<address>[^/]+)(?:\/(?<bits>\d+))?$/u.exec(text)?.groups ?? {};
  const version = ipVersion(text);
  if (address === undefined || version === undefined) return text;
  const width = version === 4 ? 32 : 128;
  const length = Number(bits ?? width);
  if (length === width) return ipForm(address);
  const shift = BigInt(width - length);
  const value = (version === 4 ? ipv4Number(address) : ipv6Number(address)) >> shift;
  const masked = value << shift;
  return `${version === 4 ? ipv4Text(masked) : ipForm(ipv6Text(masked))}/${length}`;
}

/** Whether a network's address says more than its prefix: 10.0.0.9/8. In a rule PVE takes no such network (Net::IP). */
export function hasHostBits(text: string): boolean {
  const [address = '', bits] = text.split('/');
  if (bits === undefined || ipVersion(text) === undefined) return false;
  return networkForm(text).split('/')[0] !== ipForm(address);
}

/**
 * Why Net::IP, by which PVE reads a rule's addresses, does not take one: "10.0.0.1", "10/8", "10.0.0.1-10.0.0.9";
 * undefined when it does. Of IPv4 it takes the first numbers alone.
 */
export function ruleAddressProblem(part: string): string | undefined {
  const ends = part.split('-');
  const [from = '', to] = ends;
  const isEnd = (end: string): boolean => !end.includes('/') && ipVersion(wholeIpv4(end)) !== undefined;
  if (ends.length > 2 || (to !== undefined && !ends.every(isEnd)))
    return `"${part}" is no range; one like 10.0.0.1-10.0.0.9 is wanted`;
  if (to !== undefined) {
    const [first, last] = [addressNumber(wholeIpv4(from)), addressNumber(wholeIpv4(to))];
    return first > last ? `"${part}" is a range backwards; ${to}-${from} is wanted` : undefined;
  }
  // A netmask is passed on as it is written.
  const withoutMask = part.replace(/\/\d+(?:\.\d+){3}$/u, '');
  if (ipVersion(wholeIpv4(withoutMask)) === undefined)
    return `"${part}" is no address; an address, network, range, +IPSET or alias is wanted`;
  return hasHostBits(wholeIpv4(part))
    ? `"${part}" has bits set behind its prefix, so PVE leaves the rule out; ${networkForm(wholeIpv4(part))} is wanted`
    : undefined;
}

/** "10/8" as "10.0.0.0/8", "010.0.0.1" as "10.0.0.1". */
function wholeIpv4(text: string): string {
  const { numbers, bits = '' } = /^(?<numbers>\d+(?:\.\d+){0,3})(?<bits>\/\d+)?$/u.exec(text)?.groups ?? {};
  if (numbers === undefined) return text;
  const quads = numbers.split('.').map((number) => BigInt(number).toString());
  return `${[...quads, '0', '0', '0'].slice(0, 4).join('.')}${bits}`;
}

const addressNumber = (text: string): bigint => (isIpv4(text) ? ipv4Number(text) : ipv6Number(text));

const ipv4Number = (text: string): bigint =>
  text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);

const ipv4Text = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');

function ipv6Number(text: string): bigint {
  const [head = '', tail] = ipForm(text).split('::');
  const words = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const before = words(head);
  const after = words(tail ?? '');
  const middle = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: middle }, () => '0'), ...after].reduce(
    (sum, word) => sum * 65536n + BigInt(`0x${word}`),
    0n,
  );
}

const ipv6Text = (value: bigint): string =>
  [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((value >> shift) & 65535n).toString(16)).join(':');
