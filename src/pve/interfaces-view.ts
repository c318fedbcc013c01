import {
  lineNumbers,
  stanzasByName,
  words,
  type Family,
  type InterfacesFile,
  type Stanza,
} from './interfaces.ts';
import { isAddressOption, isKnownOption, optionName } from './interfaces-option.ts';
import { interfaceType, type InterfaceType } from './interfaces-type.ts';

/** An interface as PVE reads it (`pvesh get /nodes/NODE/network/IFACE`), what only the running node knows left out. */
export interface Interface {
  readonly name: string;
  readonly type: InterfaceType;
  /** Line of its first `iface`, from 1; of its `auto` when it has no stanza. */
  readonly line: number;
  readonly autostart: boolean;
  /** One a stanza, in order; null is a stanza without a family. */
  readonly families: readonly (Family | null)[];
  readonly method: string;
  readonly method6: string;
  readonly address?: string;
  readonly netmask?: string;
  readonly cidr?: string;
  readonly gateway?: string;
  readonly address6?: string;
  readonly netmask6?: string;
  readonly cidr6?: string;
  readonly gateway6?: string;
  /** Of a bridge, a bond or their OVS kinds; sorted where PVE sorts them. */
  readonly ports: readonly string[];
  /** One comment line each. */
  readonly comments: readonly string[];
  /** The options PVE knows, by its API's names, as it reads them. Has no prototype. */
  readonly options: Readonly<Record<string, string>>;
  /** Options that PVE keeps as they are written. */
  readonly unknown: readonly string[];
}

type Slots = Partial<Record<AddressKey | `${AddressKey}6`, string>>;
type AddressKey = 'address' | 'netmask' | 'gateway';

/** The interfaces of a file in the order of their first line. Read once a file: checks and normal form ask too. */
export function interfaces(file: InterfacesFile): readonly Interface[] {
  const known = readFiles.get(file);
  if (known !== undefined) return known;
  const read = readInterfaces(file);
  readFiles.set(file, read);
  return read;
}

const readFiles = new WeakMap<InterfacesFile, readonly Interface[]>();

function readInterfaces(file: InterfacesFile): readonly Interface[] {
  const own = stanzasByName(file);
  const numbers = lineNumbers(file);
  const first = new Map<string, number>();
  const started = new Set<string>();
  for (const [index, line] of file.lines.entries()) {
    const names = line.type === 'iface' ? [line.name] : line.type === 'auto' ? startedBy(line) : [];
    for (const name of names) {
      if (line.type === 'auto') started.add(name);
      if (!first.has(name)) first.set(name, numbers[index] ?? 0);
    }
  }
  return [...first].map(([name, line]) => {
    const mine = own.get(name) ?? [];
    return readInterface(name, mine[0]?.line ?? line, started.has(name), mine);
  });
}

/** All interfaces PVE starts at boot: allow-hotplug and allow-ovs count as auto to it. */
const startedBy = (line: {
  readonly keyword: string;
  readonly names: readonly string[];
}): readonly string[] =>
  /^(?:auto|allow-auto|allow-ovs|allow-hotplug)$/u.test(line.keyword) ? line.names : [];

function readInterface(name: string, line: number, autostart: boolean, own: readonly Stanza[]): Interface {
  const options = knownOptions(own);
  const slots = addressSlots(own);
  const methods = new Map(own.map((stanza) => [stanza.family, stanza.method]));
  const type = interfaceType(name, options);
  return {
    name,
    type,
    line,
    autostart,
    families: own.map((stanza) => stanza.family ?? null),
    method: methods.get('inet') ?? 'manual',
    method6: methods.get('inet6') ?? 'manual',
    ...familyView(slots.address, slots.netmask, slots.gateway, 32),
    ...withSix(familyView(slots.address6, slots.netmask6, slots.gateway6, 128)),
    ports: portsOf(options),
    comments: keptOf(own, ({ comments }) => comments.map((comment) => comment.trimEnd())),
    options: withBridgeDefaults(type, options),
    unknown: keptOf(own, unknownOptions),
  };
}

/** Of the stanzas of one family PVE keeps the last one's lines; those of inet6 come behind the others. */
function keptOf(own: readonly Stanza[], linesOf: (stanza: Stanza) => readonly string[]): readonly string[] {
  let four: readonly string[] = [];
  let six: readonly string[] = [];
  for (const stanza of own) {
    const lines = linesOf(stanza);
    if (lines.length === 0) continue;
    if (stanza.family === 'inet6') six = lines;
    else four = stanza.family === 'inet' ? lines : [...four, ...lines];
  }
  return [...four, ...six];
}

const unknownOptions = (stanza: Stanza): readonly string[] =>
  stanza.options.flatMap(({ key, value }) =>
    isKnownOption(optionName(key)) || isAddressOption(key) ? [] : [`${key} ${value}`],
  );

/** The last value of each option counts; ports add up. */
function knownOptions(own: readonly Stanza[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = Object.create(null);
  for (const { key, value } of own.flatMap((stanza) => stanza.options)) {
    const name = optionName(key);
    if (!isKnownOption(name)) continue;
    const before = found[name];
    const adds = name === 'slaves' || name === 'bridge_ports' || name === 'vxlan-remoteip';
    const read = readValue(name, value);
    found[name] = adds && before !== undefined ? `${before} ${read}`.trim() : read;
  }
  return found;
}

/** Values that PVE does not take as they stand. */
function readValue(name: string, value: string): string {
  if (name === 'bridge_stp') return /^(?:on|yes)$/iu.test(value) ? 'on' : 'off';
  if (name === 'bridge_vlan_aware') return '1';
  if (name === 'bond_mode') return bondModes[Number(value)] ?? value;
  if (name !== 'slaves' && name !== 'bridge_ports') return value;
  return [...new Set(words(value))]
    .filter((port) => port !== 'none')
    .toSorted()
    .join(' ');
}

/** By number (Linux, bonding). */
export const bondModes: readonly string[] = [
  'balance-rr',
  'active-backup',
  'balance-xor',
  'broadcast',
  '802.3ad',
  'balance-tlb',
  'balance-alb',
];

const withBridgeDefaults = (
  type: InterfaceType,
  options: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  if (type !== 'bridge') return options;
  const stp = options['bridge_stp'] ?? 'off';
  const delay = options['bridge_fd'] ?? (stp === 'off' ? '0' : undefined);
  const defaults = { bridge_stp: stp, ...(delay === undefined ? {} : { bridge_fd: delay }) };
  return Object.assign(Object.create(null), options, defaults);
};

function portsOf(options: Readonly<Record<string, string>>): readonly string[] {
  const lists = ['bridge_ports', 'slaves', 'ovs_ports', 'ovs_bonds'].map((name) => options[name] ?? '');
  return lists.flatMap(words);
}

/** In a stanza without a family the address says which it is. */
function addressSlots(own: readonly Stanza[]): Slots {
  const slots: Slots = {};
  for (const stanza of own) {
    for (const { key, value } of stanza.options) {
      if (key !== 'address' && key !== 'netmask' && key !== 'gateway') continue;
      const isSix =
        stanza.family === 'inet6' ||
        (stanza.family === undefined && key !== 'netmask' && value.includes(':'));
      slots[isSix ? (`${key}6` as const) : key] = value;
    }
  }
  return slots;
}

interface FamilyView {
  readonly address?: string;
  readonly netmask?: string;
  readonly cidr?: string;
  readonly gateway?: string;
}

function familyView(
  address: string | undefined,
  netmask: string | undefined,
  gateway: string | undefined,
  hostBits: number,
): FamilyView {
  const gate = gateway === undefined ? {} : { gateway };
  if (address === undefined) return netmask === undefined ? gate : { netmask, ...gate };
  const cidr = cidrOf(address, netmask, hostBits);
  const { host, bits } = /^(?<host>.+)\/(?<bits>\d+)$/su.exec(address)?.groups ?? {};
  const mask = bits ?? (netmask === undefined ? undefined : String(maskBits(netmask) ?? netmask));
  return { address: host ?? address, ...(mask === undefined ? {} : { netmask: mask }), cidr, ...gate };
}

const withSix = ({ address, netmask, cidr, gateway }: FamilyView) => ({
  ...(address === undefined ? {} : { address6: address }),
  ...(netmask === undefined ? {} : { netmask6: netmask }),
  ...(cidr === undefined ? {} : { cidr6: cidr }),
  ...(gateway === undefined ? {} : { gateway6: gateway }),
});

/** ADDRESS/BITS: the address may carry its bits, the netmask be bits or dotted; without either it is one host. */
export function cidrOf(address: string, netmask: string | undefined, hostBits: number): string {
  if (/\/\d+$/u.test(address)) return address;
  const bits = netmask === undefined || netmask === '0' ? undefined : maskBits(netmask);
  return `${address}/${bits ?? hostBits}`;
}

/** Bits of "24" or "255.255.255.0"; undefined for other text (PVE::JSONSchema get_netmask_bits). */
function maskBits(netmask: string): number | undefined {
  if (/^\d{1,3}$/u.test(netmask)) return Number(netmask);
  const parts = netmask.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/u.test(part) && Number(part) < 256))
    return undefined;
  const binary = parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('');
  return /^1+0*$/u.test(binary) ? binary.lastIndexOf('1') + 1 : undefined;
}
