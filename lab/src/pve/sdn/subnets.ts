import { BlockList, isIPv4 } from 'node:net';
import type { Machine } from '../../machine.ts';
import { listItems } from '../cli/getopt.ts';
import { parseProperties } from '../cli/verify.ts';
import type { ConfigSection } from '../cluster/section-file.ts';
import { refuseParameters } from '../failure.ts';
import type { Json } from '../pvesh/format.ts';
import { readObjects, type SdnObject } from './objects.ts';

/** `z1-10.0.0.0-24`: the zone, the network and its mask. */
function partsOf(id: string): { readonly zone: string; readonly network: string; readonly mask: string } {
  const [zone = '', network = '', mask = ''] = id.split('-');
  return { zone, network, mask };
}

/** What PVE tells of a subnet beside its options. */
export function subnetFacts(id: string, object: SdnObject): { readonly [key: string]: Json } {
  const { zone, network, mask } = partsOf(id);
  const ranges = object['dhcp-range'];
  return {
    id,
    zone,
    network,
    mask,
    cidr: `${network}/${mask}`,
    'dhcp-range': Array.isArray(ranges) ? ranges.map((range) => rangeOf(String(range))) : [],
  };
}

function rangeOf(text: string): { readonly [key: string]: string } {
  return parseProperties('pve-sdn-dhcp-range', text);
}

/** What must hold of a subnet (SubnetPlugin on_update_hook). Throws Failure. */
export function checkSubnet(machine: Machine, id: string, subnets: ReadonlyMap<string, ConfigSection>): void {
  const { network, mask } = partsOf(id);
  const cidr = `${network}/${mask}`;
  const options = subnets.get(id)?.options ?? new Map<string, string>();
  const vnetId = options.get('vnet') ?? '';
  const vnet =
    readObjects(machine, 'vnets').get(vnetId) ?? refuseParameters({ vnet: `${vnetId} don't exist` });
  if (vnet.options.get('vlanaware') === '1')
    refuseParameters({ vnet: "you can't add a subnet on a vlanaware vnet" });
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  const inside = new BlockList();
  inside.addSubnet(network, Number(mask), family);
  const isIn = (address: string): boolean => inside.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  const gateway = options.get('gateway');
  const isPointToPoint = gateway !== undefined && isIPv4(gateway) && mask === '32';
  if (gateway !== undefined && !isIn(gateway) && !isPointToPoint)
    refuseParameters({ gateway: `${gateway} is not in subnet ${cidr}` });
  checkRanges(options.get('dhcp-range'), cidr, isIn);
}

function checkRanges(text: string | undefined, cidr: string, isIn: (address: string) => boolean): void {
  if (text === undefined) return;
  const refuse = (message: string): never => refuseParameters({ 'dhcp-range': message });
  const seen: (readonly [string, string])[] = [];
  for (const item of listItems(text)) {
    const { 'start-address': start = '', 'end-address': end = '' } = rangeOf(item);
    if (compare(start, end) > 0) refuse(`start-address ${start} must be smaller than end-address ${end}`);
    if (!isIn(start)) refuse(`start-address ${start} is not in subnet ${cidr}`);
    if (!isIn(end)) refuse(`end-address ${end} is not in subnet ${cidr}`);
    if (seen.some(([from, to]) => compare(start, to) <= 0 && compare(from, end) <= 0))
      refuse('dhcp ranges must not overlap');
    seen.push([start, end]);
  }
}

/** Addresses by number; of IPv6 by text, which is right for those written alike. */
function compare(a: string, b: string): number {
  const key = (address: string): string =>
    isIPv4(address)
      ? address
          .split('.')
          .map((byte) => byte.padStart(3, '0'))
          .join('.')
      : address;
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}
