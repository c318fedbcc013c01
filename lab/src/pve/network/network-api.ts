import { isIPv6 } from 'node:net';
import type { Machine } from '../../machine.ts';
import { liveInterfaces } from '../../node/interfaces.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { checkInterfaces } from './check-interfaces.ts';
import { isTrue, portsOf, textOf, type Interface, type InterfacesFile } from './interface.ts';
import { CARD } from './interface-type.ts';
import { parseInterfaces } from './parse-interfaces.ts';
import { printInterfaces } from './print-interfaces.ts';

export const CURRENT = '/etc/network/interfaces';
/** Changes wait here until they are applied, or the node boots. */
export const STAGED = `${CURRENT}.new`;

/** Reads what is staged, or else what holds. */
export function readInterfaces(machine: Machine): InterfacesFile {
  const live = liveInterfaces(machine);
  return parseInterfaces(machine.files.read(STAGED) ?? machine.files.read(CURRENT) ?? '', {
    active: live.map(({ name }) => name),
    // Inside a container the card is a virtual one, which PVE doesn't count as hardware.
    physical: live.flatMap(({ name }) => (CARD.test(name) && !machine.traits.confined ? [name] : [])),
  });
}

function stage(session: Session, file: InterfacesFile): void {
  checkInterfaces(file);
  session.machine.files.write(
    STAGED,
    printInterfaces(file, (line) => session.warn(`${line}\n`)),
  );
}

/** GET /nodes/{node}/network. Throws Failure. */
export function networkRows({ machine }: Session, { type }: Parameters): Json {
  if (type === 'vnet' || type === 'fabric' || type === 'any_bridge' || type === 'include_sdn')
    if (machine.files.exists('/etc/pve/sdn/.running-config'))
      die(`pvefleet-lab: the list of networks of type '${type}' is not modelled`);
  return [...readInterfaces(machine).ifaces]
    .filter(([name, iface]) => name !== 'lo' && isOfType(textOf(iface['type']), type))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, iface]) => ({ ...iface, iface: name }));
}

function isOfType(type: string, wanted: string | undefined): boolean {
  if (wanted === undefined || wanted === 'include_sdn') return true;
  return wanted === type || (wanted.startsWith('any_') && (type === 'bridge' || type === 'OVSBridge'));
}

/** GET /nodes/{node}/network/{iface}. Throws Failure. */
export function networkData({ machine }: Session, { iface = '' }: Parameters): Json {
  return readInterfaces(machine).ifaces.get(iface) ?? refuseParameters({ iface: 'interface does not exist' });
}

/** POST /nodes/{node}/network. Throws Failure. */
export function createNetwork(session: Session, { iface = '', ...parameters }: Parameters): void {
  const file = readInterfaces(session.machine);
  if (file.ifaces.has(iface)) refuseParameters({ iface: 'interface already exists' });
  checkDuplicates(file, iface, parameters);
  const given = withAddresses(parameters);
  checkAddress6(given);
  if ((parameters['type'] ?? '').startsWith('OVS'))
    die("Open VSwitch is not installed (need package 'openvswitch-switch')");
  file.ifaces.set(iface, { ...given, ...familiesAndMethods(given), ...vlanIds(given) });
  stage(session, file);
}

/** PUT /nodes/{node}/network/{iface}. Throws Failure. */
export function updateNetwork(
  session: Session,
  { iface = '', delete: deleted = '', ...parameters }: Parameters,
): void {
  const file = readInterfaces(session.machine);
  const old = file.ifaces.get(iface) ?? refuseParameters({ iface: 'interface does not exist' });
  for (const key of splitList(deleted)) {
    delete old[key];
    const suffix = /^cidr(6?)$/.exec(key)?.[1];
    if (suffix === undefined) continue;
    delete old[`netmask${suffix}`];
    delete old[`address${suffix}`];
  }
  const given = withAddresses(parameters);
  checkDuplicates(file, iface, given);
  checkAddress6(given);
  Object.assign(old, given, familiesAndMethods(given), vlanIds(given));
  stage(session, file);
}

/** DELETE /nodes/{node}/network/{iface}. Throws Failure. */
export function deleteNetwork(session: Session, { iface = '' }: Parameters): void {
  const file = readInterfaces(session.machine);
  if (!file.ifaces.delete(iface)) refuseParameters({ iface: 'interface does not exist' });
  stage(session, file);
}

/** DELETE /nodes/{node}/network. */
export function revertNetwork({ machine }: Session): void {
  machine.files.remove(STAGED);
}

/** A gateway is one of the node's; a port is of one bridge or bond. */
function checkDuplicates({ ifaces }: InterfacesFile, own: string, given: Parameters): void {
  const others = [...ifaces].filter(([name]) => name !== own).toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, name] of [
    ['gateway', 'Default gateway'],
    ['gateway6', 'Default ipv6 gateway'],
  ] as const) {
    const other = others.find(([, iface]) => isTrue(iface[key]))?.[0];
    if (isTrue(given[key]) && other !== undefined)
      refuseParameters({ [key]: `${name} already exists on interface '${other}'.` });
  }
  const wanted = new Set(portsOf(given));
  const parameter = ['bridge_ports', 'ovs_ports', 'slaves', 'ovs_bonds'].find((key) => isTrue(given[key]));
  for (const [name, iface] of others)
    for (const port of portsOf(iface))
      if (wanted.has(port) && parameter !== undefined)
        refuseParameters({ [parameter]: `${port} is already used on interface '${name}'.` });
}

/** `cidr` as the address and the netmask that it is. */
function withAddresses(parameters: Parameters): Record<string, string> {
  const given: Record<string, string> = { ...parameters };
  for (const suffix of ['', '6']) {
    const cidr = given[`cidr${suffix}`];
    if (!isTrue(cidr)) continue;
    for (const key of [`address${suffix}`, `netmask${suffix}`])
      if (isTrue(given[key])) refuseParameters({ [key]: `${key} conflicts with cidr${suffix}` });
    const [address = '', netmask = ''] = (cidr ?? '').split('/');
    given[`address${suffix}`] = address;
    given[`netmask${suffix}`] = netmask;
    delete given[`cidr${suffix}`];
  }
  return given;
}

function familiesAndMethods(given: Parameters): Interface {
  const families = [
    ...(isTrue(given['address']) ? ['inet'] : []),
    ...(isTrue(given['address6']) ? ['inet6'] : []),
  ];
  return {
    families: families.length === 0 ? ['inet'] : families,
    method: isTrue(given['address']) ? 'static' : 'manual',
    method6: isTrue(given['address6']) ? 'static' : 'manual',
  };
}

/** Addresses that no host may have; which of the many kinds an address is, is modelled for these. */
function checkAddress6({ address6: address, netmask6: netmask = '' }: Parameters): void {
  if (!isTrue(address) || address === undefined) return;
  if (!isIPv6(address)) refuseParameters({ address: `${address} is not a valid host IPv6 address.` });
  const kind = /^ff/i.test(address) ? 'MULTICAST' : address === '::1' ? 'LOOPBACK' : undefined;
  if (kind !== undefined)
    refuseParameters({ address: `${address} with type '${kind}', cannot be used as host IPv6 address.` });
  if (address === '::') die(`pvefleet-lab: the address ${address}/${netmask} is not modelled`);
}

function vlanIds({ bridge_vids: vids }: Parameters): { readonly bridge_vids?: string } {
  if (vids === undefined || !isTrue(vids)) return {};
  if (splitList(vids).length === 0) refuseParameters({ bridge_vids: 'VLAN list items are empty' });
  return { bridge_vids: splitList(vids).join(' ') };
}
