/** Names of ICMP types that PVE takes (pve-firewall's Firewall.pm, after `iptables -p icmp -h` and ip6tables). */

const both = [
  'destination-unreachable',
  'communication-prohibited',
  'port-unreachable',
  'time-exceeded',
  'ttl-zero-during-transit',
  'ttl-zero-during-reassembly',
  'parameter-problem',
  'echo-request',
  'echo-reply',
  'router-solicitation',
  'router-advertisement',
  'redirect',
];

const icmp = new Set([
  ...both,
  'any',
  'network-unreachable',
  'host-unreachable',
  'protocol-unreachable',
  'fragmentation-needed',
  'source-route-failed',
  'network-unknown',
  'host-unknown',
  'network-prohibited',
  'host-prohibited',
  'TOS-network-unreachable',
  'TOS-host-unreachable',
  'host-precedence-violation',
  'precedence-cutoff',
  'source-quench',
  'network-redirect',
  'host-redirect',
  'TOS-network-redirect',
  'TOS-host-redirect',
  'ip-header-bad',
  'required-option-missing',
  'timestamp-request',
  'timestamp-reply',
  'address-mask-request',
  'address-mask-reply',
]);

const icmpv6 = new Set([
  ...both,
  'no-route',
  'beyond-scope',
  'address-unreachable',
  'failed-policy',
  'reject-route',
  'packet-too-big',
  'bad-header',
  'unknown-header-type',
  'unknown-option',
  'neighbor-solicitation',
  'neighbour-solicitation',
  'neighbor-advertisement',
  'neighbour-advertisement',
]);

/** Whether a protocol has ICMP types instead of ports. */
export function isIcmp(proto: string | undefined): boolean {
  return proto === 'icmp' || proto === 'icmpv6' || proto === 'ipv6-icmp';
}

/** Whether the text names a type of that protocol. */
export function isIcmpType(proto: string | undefined, type: string): boolean {
  return isIcmp(proto) && (proto === 'icmp' ? icmp : icmpv6).has(type);
}
