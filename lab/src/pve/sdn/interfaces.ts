import type { Machine } from '../../machine.ts';
import { addressOf } from '../../node/interfaces.ts';
import { die } from '../failure.ts';
import { readInterfaces } from '../network/network-api.ts';
import { textOf } from '../network/interface.ts';
import type { SdnObject } from './objects.ts';
import { runningObjects, runningVersion } from './running.ts';

/** A node's part of the SDN configuration that runs. */
export const LOCAL = '/etc/network/interfaces.d/sdn';

/** Writes a node's file of vnets (PVE::Network::SDN::Zones::generate_etc_network_config), for simple zones and VLAN zones. Throws Failure. */
export function writeInterfaces(machine: Machine): void {
  const zones = runningObjects(machine, 'zones');
  const stanzas = new Map<string, readonly string[]>();
  const vnets = Object.entries(runningObjects(machine, 'vnets')).toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [id, vnet] of vnets) {
    const zone = zones[textOf(vnet['zone'])];
    if (zone === undefined) continue;
    const nodes = textOf(zone['nodes']);
    if (nodes !== '' && !nodes.split(',').includes(machine.name)) continue;
    for (const [name, lines] of stanzasOf(machine, zone, id, vnet)) stanzas.set(name, lines);
  }
  const text = [...stanzas]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, lines]) => `\nauto ${name}\niface ${name}\n${lines.map((line) => `\t${line}\n`).join('')}`)
    .join('');
  machine.files.write(LOCAL, `#version:${runningVersion(machine)}\n${text}`);
}

type Stanza = readonly [name: string, lines: readonly string[]];

function stanzasOf(machine: Machine, zone: SdnObject, id: string, vnet: SdnObject): readonly Stanza[] {
  if (zone['type'] === 'simple') return [[id, simpleLines(machine, zone, id, vnet)]];
  if (zone['type'] === 'vlan') return vlanStanzas(machine, zone, id, vnet);
  die(`pvefleet-lab: the interfaces of SDN zones of type '${textOf(zone['type'])}' are not modelled`);
}

function endLines(zone: SdnObject, vnet: SdnObject): readonly string[] {
  const mtu = textOf(zone['mtu']);
  const alias = textOf(vnet['alias']);
  return [
    'bridge_stp off',
    'bridge_fd 0',
    ...(vnet['vlanaware'] === 1 ? ['bridge-vlan-aware yes', 'bridge-vids 2-4094'] : []),
    ...(mtu === '' ? [] : [`mtu ${mtu}`]),
    ...(alias === '' ? [] : [`alias ${alias}`]),
  ];
}

function simpleLines(machine: Machine, zone: SdnObject, id: string, vnet: SdnObject): readonly string[] {
  const subnets = Object.entries(runningObjects(machine, 'subnets'))
    .filter(([, subnet]) => subnet['vnet'] === id)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const gateways = subnets.map(([, subnet]) => textOf(subnet['gateway'])).filter((gateway) => gateway !== '');
  const has = (sign: string): boolean => gateways.some((gateway) => gateway.includes(sign));
  return [
    ...subnets.flatMap(([subnetId, subnet]) => subnetLines(machine, subnetId, subnet, id)),
    'bridge_ports none',
    ...endLines(zone, vnet),
    ...(has('.') ? ['ip-forward on'] : []),
    ...(has(':') ? ['ip6-forward on'] : []),
  ];
}

function subnetLines(machine: Machine, subnetId: string, subnet: SdnObject, vnet: string): readonly string[] {
  const [, network = '', mask = ''] = subnetId.split('-');
  const cidr = `${network}/${mask}`;
  const gateway = textOf(subnet['gateway']);
  const out = outgoing(machine);
  const tables = gateway.includes(':') ? 'ip6tables' : 'iptables';
  const nat = `-s '${cidr}' -o ${out?.name} -j SNAT --to-source ${out?.ip}`;
  return [
    ...(gateway === '' ? [] : [`address ${gateway}/${mask}`]),
    ...(mask === '32' ? [`up ip route add ${cidr} dev ${vnet}`] : []),
    ...(subnet['snat'] === 1 && out !== undefined
      ? [
          `post-up ${tables} -t nat -A POSTROUTING ${nat}`,
          `post-down ${tables} -t nat -D POSTROUTING ${nat}`,
          `post-up ${tables} -t raw -I PREROUTING -i fwbr+ -j CT --zone 1`,
          `post-down ${tables} -t raw -D PREROUTING -i fwbr+ -j CT --zone 1`,
        ]
      : []),
  ];
}

/** The interface with the default gateway, and the node's address on it. */
function outgoing(machine: Machine): { readonly name: string; readonly ip: string } | undefined {
  const [name] =
    [...readInterfaces(machine).ifaces].find(([, iface]) => textOf(iface['gateway']) !== '') ?? [];
  const ip = name === undefined ? undefined : addressOf(machine, name)?.split('/')[0];
  return name === undefined || ip === undefined ? undefined : { name, ip };
}

/** A bridge of its own beside one that knows no VLANs, or a VLAN of one that does. */
function vlanStanzas(machine: Machine, zone: SdnObject, id: string, vnet: SdnObject): readonly Stanza[] {
  const bridge = textOf(zone['bridge']);
  const tag = textOf(vnet['tag']);
  const iface = readInterfaces(machine).ifaces.get(bridge) ?? die(`can't find bridge '${bridge}'`);
  if (iface['bridge_vlan_aware'] === 1)
    return [[id, [`bridge_ports ${bridge}.${tag}`, ...endLines(zone, vnet)]]];
  const mtu = textOf(zone['mtu']);
  const size = mtu === '' ? [] : [`mtu ${mtu}`];
  const ports = textOf(iface['bridge_ports'])
    .split(/\s+/)
    .filter((port) => port !== '');
  return [
    [`ln_${id}`, ['link-type veth', `veth-peer-name pr_${id}`, ...size]],
    [`pr_${id}`, ['link-type veth', `veth-peer-name ln_${id}`, ...size]],
    [
      `${bridge}v${tag}`,
      [
        `bridge_ports ${ports.map((port) => ` ${port}.${tag}`).join('')} pr_${id}`,
        'bridge_stp off',
        'bridge_fd 0',
        ...size,
      ],
    ],
    [id, [`bridge_ports ln_${id}`, ...endLines(zone, vnet)]],
  ];
}
