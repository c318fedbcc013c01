import { isIpv4, isIpv6 } from './ip-address.ts';
import { byPattern, type TextFormat } from './text-format.ts';

/**
 * Formats of firewall rules (pve-firewall PVE/Firewall.pm). Names of services, protocols and ICMP types are looked up on
 * the node (/etc/services, /etc/protocols); here any name of their form passes.
 */
export const firewallFormats: Readonly<Record<string, TextFormat>> = {
  IPorCIDR: { takes: isNetwork, wanted: 'an IP address or a network like 10.0.0.0/24' },
  IPorCIDRorAlias: {
    takes: (text) => alias.test(text) || isNetwork(text),
    wanted: 'an IP address, a network like 10.0.0.0/24 or an alias',
  },
  'pve-fw-addr-spec': {
    takes: isAddressSpec,
    wanted: 'addresses (10.0.0.1,10.1.0.0/16 or a range 10.0.0.1-10.0.0.9), an alias, or + and an IP set',
  },
  'pve-fw-sport-spec': { takes: isPortSpec, wanted: 'ports like 22,80,8000:8090, or names of services' },
  'pve-fw-dport-spec': { takes: isPortSpec, wanted: 'ports like 22,80,8000:8090, or names of services' },
  'pve-fw-protocol-spec': byPattern(/^[a-z0-9.+/-]*$/iu, 'the name or number of a protocol'),
  'pve-fw-icmp-type-spec': byPattern(/^[a-z0-9/-]*$/iu, 'an ICMP type'),
  'pve-fw-conntrack-helper': byPattern(
    /^(?:(?:amanda|ftp|irc|netbios-ns|pptp|sane|sip|snmp|tftp)(?:,(?!$)|$))*$/u,
    'some of amanda, ftp, irc, netbios-ns, pptp, sane, sip, snmp and tftp',
  ),
};

const alias = /^(?:dc\/|guest\/)?[a-z][a-z0-9\-_]+$/iu;

function isNetwork(text: string): boolean {
  const { address = '', bits = '0' } = /^(?<address>[^/]+)(?:\/(?<bits>\d+))?$/u.exec(text)?.groups ?? {};
  return (isIpv4(address) && Number(bits) <= 32) || (isIpv6(address) && Number(bits) <= 128);
}

/** parse_address_list: one reference, or a list of addresses of one family; a range stands alone. Net::IP takes 10/8 for 10.0.0.0/8. */
function isAddressSpec(text: string): boolean {
  if (/^\+\S{1,64}$/u.test(text)) return true;
  if (alias.test(text)) return text.length <= 64;
  const parts = text.split(',');
  const ranges = parts.filter((part) => part.includes('-'));
  if (ranges.length > 0 && parts.length > 1) return false;
  const ends = parts.flatMap((part) => part.split('-'));
  const families = new Set(ends.map((end) => end.includes(':')));
  return ends.every((end) => isNetwork(end) || isShortened(end)) && families.size === 1;
}

function isShortened(text: string): boolean {
  const { octets, bits = '' } = /^(?<octets>\d+(?:\.\d+){0,2})(?<bits>\/\d+)?$/u.exec(text)?.groups ?? {};
  return (
    octets !== undefined && isNetwork(`${[...octets.split('.'), '0', '0', '0'].slice(0, 4).join('.')}${bits}`)
  );
}

/** parse_port_name_number_or_range: at most 15 numbers, a range counts as two. */
function isPortSpec(text: string): boolean {
  const parts = text === '' ? [] : text.split(',');
  const numbers = parts.flatMap((part) => (/^\d+(?::\d+)?$/u.test(part) ? part.split(':') : []));
  const isPart = (part: string): boolean => {
    const { from, to } = /^(?<from>\d+)(?::(?<to>\d+))?$/u.exec(part)?.groups ?? {};
    if (from === undefined) return /^[a-z0-9][a-z0-9+._-]*$/iu.test(part);
    return Number(from) <= 65_535 && Number(to ?? from) <= 65_535 && Number(from) <= Number(to ?? from);
  };
  return numbers.length <= 15 && parts.every(isPart);
}
