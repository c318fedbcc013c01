import { isIP } from 'node:net';
import { die } from '../failure.ts';
import { matching, type Verifier } from './verifier.ts';

/** `ZONE-10.0.0.0-24` or `10.0.0.0/24`. */
function verifySubnet(value: string): void {
  const [, network = '', mask = ''] = value.includes('/') ? ['', ...value.split('/')] : value.split('-');
  const bits = Number(mask);
  const most = isIP(network) === 4 ? 32 : 128;
  if (isIP(network) === 0 || !/^\d+$/.test(mask) || bits <= 7 || bits > most)
    die('value does not look like a valid CIDR network');
}

/** Formats of SDN. Source: PVE/Network/SDN. */
export const SDN_VERIFIERS: Readonly<Record<string, Verifier>> = {
  'pve-sdn-subnet-id': verifySubnet,
  'pve-sdn-bgp-rt': matching(/^[\d.]+:\d+$/, () => 'value does not look like a valid bgp route-target'),
};
