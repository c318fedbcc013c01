import type { Machine } from '../../machine.ts';
import type { ConfigSection } from '../cluster/section-file.ts';
import { die, refuseParameters } from '../failure.ts';
import type { SdnKind } from './kinds.ts';
import { readObjects } from './objects.ts';
import { checkSubnet } from './subnets.ts';

type Objects = ReadonlyMap<string, ConfigSection>;

/** Where PVE's files die without a line feed, so that Perl adds the place. */
function dieAt(message: string, file: string, line: number): never {
  die(`${message} at /usr/share/perl5/PVE/${file} line ${line}.`);
}

/** What must hold of an object with all others, before it is written; `before` are the options of one that is changed. Throws Failure. */
export function checkWritten(
  kind: SdnKind,
  machine: Machine,
  id: string,
  objects: Objects,
  before?: ReadonlyMap<string, string>,
): void {
  if (kind === 'zones') checkZone(machine, id, objects);
  else if (kind === 'vnets') checkVnet(machine, id, objects, before);
  else if (kind === 'subnets') checkSubnet(machine, id, objects);
  else checkController(id, objects);
}

function checkZone(machine: Machine, id: string, zones: Objects): void {
  const zone = zones.get(id);
  const option = (name: string): string | undefined => zone?.options.get(name);
  for (const name of ['dns', 'reversedns', 'ipam'])
    if (option(name) !== undefined && option(name) !== 'pve')
      die(`pvefleet-lab: SDN's ${name === 'ipam' ? 'address management' : 'name servers'} is not modelled`);
  if (option('dnszone') !== undefined && option('dns') === undefined)
    refuseParameters({ dnszone: 'missing dns server' });
  if (zone?.type !== 'evpn') return;
  const name = option('controller') ?? '';
  const controller = readObjects(machine, 'controllers').get(name);
  const file = 'Network/SDN/Zones/EvpnPlugin.pm';
  if (controller === undefined) dieAt(`controller ${name} don't exist`, file, 354);
  if (controller.type !== 'evpn') dieAt(`${name} is not a evpn controller type`, file, 356);
  const vxlan = option('vrf-vxlan');
  for (const [other, { options }] of zones)
    if (other !== id && options.get('vrf-vxlan') === vxlan)
      dieAt(`vrf-vxlan ${vxlan} is already declared in ${other}`, file, 366);
  if (option('mac') === undefined) zone.options.set('mac', machine.random.mac());
}

function subnetsOf(machine: Machine, vnet: string): readonly ConfigSection[] {
  return [...readObjects(machine, 'subnets').values()].filter(({ options }) => options.get('vnet') === vnet);
}

function checkVnet(
  machine: Machine,
  id: string,
  vnets: Objects,
  before: ReadonlyMap<string, string> | undefined,
): void {
  const vnet = vnets.get(id);
  const zoneId = vnet?.options.get('zone') ?? '';
  const hasSubnets = subnetsOf(machine, id).length > 0;
  if (before !== undefined && hasSubnets && before.get('zone') !== zoneId)
    refuseParameters({ zone: "can't change zone if subnets exist" });
  const zones = readObjects(machine, 'zones');
  const zone = zones.get(zoneId);
  if (zone === undefined)
    dieAt('cannot lookup undefined type!', 'API2/Network/SDN/Vnets.pm', before === undefined ? 326 : 402);
  checkTag(zone, id, vnets, zones);
  if (vnet?.options.get('vlanaware') === '1' && hasSubnets)
    refuseParameters({ vlanaware: 'vlanaware vnet is not compatible with subnets' });
}

/** What number a vnet may have depends on its zone. */
function checkTag(zone: ConfigSection, id: string, vnets: Objects, zones: Objects): void {
  const options = vnets.get(id)?.options;
  const tag = options?.get('tag');
  const others = [...vnets].filter(([other]) => other !== id).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const inZone = others.filter(([, other]) => other.options.get('zone') === zone.id);
  const refuse = (message: string): never => refuseParameters({ tag: message });
  if (zone.type === 'simple' && tag !== undefined) refuse('vlan tag is not allowed on simple zone');
  if (zone.type === 'vlan') {
    if (tag === undefined) refuse('missing vlan tag');
    if (Number(tag) > 4096) refuse('vlan tag max value is 4096');
    for (const [other, { options: own }] of inZone)
      if (own.get('tag') === tag) refuse(`tag ${tag} already exist in vnet ${other}`);
  }
  if (zone.type === 'qinq') {
    if (Number(tag ?? 0) > 4096) refuse('VLAN tag maximal value is 4096');
    for (const [other, { options: own }] of inZone) {
      const where = `exist in zone ${zone.id} vnet ${other}`;
      if (own.get('tag') === tag)
        refuse(
          tag === undefined
            ? `tag-less vnet already ${where.replace('exist', 'exists')}`
            : `tag ${tag} already ${where}`,
        );
    }
  }
  if (zone.type !== 'vxlan' && zone.type !== 'evpn') return;
  if (tag === undefined) refuse('missing vxlan tag');
  if (zone.type === 'evpn' && options?.get('vlanaware') === '1')
    refuseParameters({ 'vlan-aware': "vlan-aware option can't be enabled with evpn" });
  for (const [other, { options: own }] of others) {
    const otherZone = zones.get(own.get('zone') ?? '');
    if (['vxlan', 'evpn'].includes(otherZone?.type ?? '') && own.get('tag') === tag)
      refuse(`vxlan tag ${tag} already exist in vnet ${other} in zone ${otherZone?.id} `);
  }
}

function checkController(id: string, controllers: Objects): void {
  const controller = controllers.get(id);
  if (controller?.type !== 'evpn') return;
  const file = 'Network/SDN/Controllers/EvpnPlugin.pm';
  if ([...controllers].some(([other, { type }]) => other !== id && type === 'evpn'))
    die(`pvefleet-lab: where ${file} refuses a second controller is not known`);
  if (controller.options.has('peers') === controller.options.has('fabric'))
    die(`pvefleet-lab: where ${file} refuses peers and fabric together is not known`);
}

/** What keeps an object from being removed. Throws Failure. */
export function checkRemoval(kind: SdnKind, machine: Machine, id: string): void {
  if (kind === 'zones') {
    const user = [...readObjects(machine, 'vnets').values()].find(
      ({ options }) => options.get('zone') === id,
    );
    if (user !== undefined)
      dieAt(`zone ${id} is used by vnet ${user.id}`, 'Network/SDN/Zones/Plugin.pm', 148);
  }
  if (kind === 'vnets' && subnetsOf(machine, id).length > 0)
    refuseParameters({ vnet: "Can't delete vnet if subnets exists" });
  if (kind === 'controllers') {
    const user = [...readObjects(machine, 'zones').values()].find(
      ({ options }) => options.get('controller') === id,
    );
    if (user !== undefined)
      die(`pvefleet-lab: where PVE refuses to remove a controller of ${user.id} is not known`);
  }
}
