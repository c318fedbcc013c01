import type { NodeSystem } from '../snapshot/snapshot.ts';
import { strftime } from '../template/filters/strftime.ts';

/**
 * Facts of a node beside Proxmox VE by Ansible's names, without "ansible_", with the shapes that its `setup` gives them
 * (compared with what Ansible 2.14 gathers): numbers of dates and the length of a prefix are texts.
 */
export function systemFacts(
  { machine, debian, fqdn, clock, addresses, gateway }: NodeSystem,
  hostname: string,
): Readonly<Record<string, unknown>> {
  const links = linkFacts(addresses);
  const main = gateway === undefined ? undefined : links[factName(gateway.link)]?.ipv4;
  return {
    ...links,
    architecture: machine,
    machine,
    userspace_architecture: machine,
    ...(debian !== undefined && { distribution_version: debian }),
    nodename: hostname,
    fqdn: fqdn ?? hostname,
    domain: fqdn?.split('.').slice(1).join('.') ?? '',
    ...(clock !== undefined && { date_time: dateTime(clock) }),
    all_ipv4_addresses: addresses.map(({ address }) => plain(address)).filter(isIpv4),
    default_ipv4:
      gateway === undefined || main === undefined
        ? {}
        : { ...main, interface: gateway.link, alias: gateway.link, gateway: gateway.address },
  };
}

/** Whether a variable may be the fact of a network interface: which there are is known only when the nodes have answered. */
export const mayBeOfLink = (name: string): boolean =>
  /^ansible_(?:vmbr|bond|eth|en[opsx]|nic|wg|tun)\d\w*$/u.test(name);

interface LinkFacts {
  readonly device: string;
  readonly active: true;
  readonly ipv4?: Readonly<Record<string, string>>;
  readonly ipv6?: readonly Readonly<Record<string, string>>[];
}

function linkFacts(addresses: NodeSystem['addresses']): Readonly<Record<string, LinkFacts>> {
  const names = [...new Set(addresses.map(({ link }) => link))];
  return Object.fromEntries(
    names.map((device) => {
      const own = addresses.flatMap(({ link, address }) => (link === device ? [address] : []));
      const ipv4 = own.find((address) => isIpv4(plain(address)));
      const ipv6 = own.filter((address) => !isIpv4(plain(address)));
      return [
        factName(device),
        {
          device,
          active: true,
          ...(ipv4 !== undefined && { ipv4: ipv4Facts(ipv4) }),
          ...(ipv6.length > 0 && {
            ipv6: ipv6.map((address) => ({
              address: plain(address),
              prefix: prefixOf(address),
              scope: 'global',
            })),
          }),
        },
      ];
    }),
  );
}

const factName = (link: string): string => link.replaceAll(/[-:]/gu, '_');
const plain = (address: string): string => address.split('/')[0] ?? address;
const prefixOf = (address: string): string => address.split('/')[1] ?? '32';
const isIpv4 = (address: string): boolean => !address.includes(':');

function ipv4Facts(text: string): Readonly<Record<string, string>> {
  const address = plain(text);
  const prefix = prefixOf(text);
  const mask = Number(prefix) === 0 ? 0 : (0xffffffff << (32 - Number(prefix))) >>> 0;
  const number = address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const network = (number & mask) >>> 0;
  return {
    address,
    prefix,
    netmask: dotted(mask),
    network: dotted(network),
    broadcast: dotted((network | ~mask) >>> 0),
  };
}

const dotted = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');

function dateTime({
  seconds,
  offset,
  zone,
}: Required<NodeSystem>['clock']): Readonly<Record<string, string>> {
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d\d)(\d\d)$/u.exec(offset) ?? [];
  const east = (sign === '-' ? -60 : 60) * (Number(hours) * 60 + Number(minutes));
  const local = (format: string): string => strftime(format, seconds + east, 'UTC');
  return {
    year: local('%Y'),
    month: local('%m'),
    day: local('%d'),
    weekday: local('%A'),
    weekday_number: local('%w'),
    weeknumber: local('%W'),
    hour: local('%H'),
    minute: local('%M'),
    second: local('%S'),
    date: local('%Y-%m-%d'),
    time: local('%H:%M:%S'),
    epoch: String(seconds),
    epoch_int: String(seconds),
    iso8601: strftime('%Y-%m-%dT%H:%M:%SZ', seconds, 'UTC'),
    iso8601_basic_short: local('%Y%m%dT%H%M%S'),
    tz: zone,
    tz_offset: offset,
  };
}
