import { isOutside } from './ip-subnet.ts';
import { isMethod, type RefusalRule } from './method-area.ts';
import { missingOfType } from './refusals-section.ts';

/** What a new zone of each type has to be given (`options` in pve-network PVE/Network/SDN/Zones/*Plugin.pm). */
const required: Readonly<Record<string, readonly string[]>> = {
  evpn: ['vrf-vxlan', 'controller'],
  qinq: ['tag', 'bridge'],
  vlan: ['bridge'],
};

/** What PVE refuses of software defined networks beyond its schema; each with the recording or code that shows it. */
export const sdnRules: readonly RefusalRule[] = [
  {
    // sdn-01: `--zone vz --type vlan` alone.
    appliesTo: isMethod('POST /cluster/sdn/zones'),
    refuse: missingOfType(required, 'zone'),
  },
  {
    // sdn-01: `--subnet 10.81.0.0/24 --gateway 10.99.0.1`.
    appliesTo: isMethod('POST /cluster/sdn/vnets/{vnet}/subnets'),
    refuse: ({ subnet = '', gateway = '' }) =>
      isOutside(subnet, gateway)
        ? [`gateway "${gateway}" is not in "${subnet}"; an address of the subnet is wanted`]
        : [],
  },
];
