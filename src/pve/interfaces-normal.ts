import { goesOn, stanzasByName, words, type InterfacesFile, type Stanza } from './interfaces.ts';
import { isAddressOption, isKnownOption, optionName } from './interfaces-option.ts';
import { interfaceType, vlanOf } from './interfaces-type.ts';
import { bondModes, cidrOf } from './interfaces-view.ts';
import { ipForm } from './ip-address.ts';

type Values = Readonly<Record<string, readonly string[]>>;

/**
 * One value for all files that mean the same to PVE (PVE::Network::Interfaces) and to ifupdown2: the order of the
 * stanzas and of the options in one, white space, comments outside of stanzas mean nothing. Where the two readers
 * differ, or one takes the first and the other the last of several values, all that is written counts.
 */
export function normalInterfaces(file: InterfacesFile): unknown {
  const own = stanzasByName(file);
  const classes = allowClasses(file);
  const found: Record<string, unknown> = Object.create(null);
  for (const name of [...new Set(['lo', ...own.keys(), ...classes.keys()])].toSorted())
    found[name] = interfaceForm(name, classes.get(name) ?? [], own.get(name) ?? []);
  // PVE reads a file without lo as one with it, and writes it.
  if (!own.has('lo') && !classes.has('lo')) found['lo'] = interfaceForm('lo', ['auto'], [loopback]);
  return { interfaces: found, others: otherLines(file) };
}

const loopback: Stanza = {
  name: 'lo',
  family: 'inet',
  method: 'loopback',
  line: 0,
  from: 0,
  to: 0,
  options: [],
  comments: [],
};

/** Who is started with which class; "auto" is "allow-auto" (ifupdown2: auto is an alias of it). */
function allowClasses(file: InterfacesFile): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const line of file.lines) {
    if (line.type !== 'auto') continue;
    const name = line.keyword.replace(/^allow-/u, '');
    for (const iface of line.names)
      found.set(iface, [...new Set([...(found.get(iface) ?? []), name])].toSorted());
  }
  return found;
}

function interfaceForm(name: string, classes: readonly string[], own: readonly Stanza[]): unknown {
  const families = own
    .map((stanza) => ({
      family: stanza.family ?? 'none',
      method: stanza.method ?? 'none',
      ...addressForm(stanza),
      unknown: valuesOf(stanza, (key) => !isKnownOption(key) && !isAddressOption(key)),
    }))
    .toSorted((a, b) => (a.family < b.family ? -1 : Number(a.family > b.family)));
  return {
    classes,
    families,
    options: optionsForm(name, own),
    comments: commentsOf(own).map((line) => line.trimEnd()),
  };
}

/** PVE joins what stands in the stanzas of both families, that of inet6 behind. */
const commentsOf = (own: readonly Stanza[]): readonly string[] =>
  own
    .toSorted((a, b) => Number(a.family === 'inet6') - Number(b.family === 'inet6'))
    .flatMap((stanza) => stanza.comments);

/** Known options count wherever they stand: PVE writes them into the first stanza of the interface. */
function optionsForm(name: string, own: readonly Stanza[]): Values {
  const found: Record<string, readonly string[]> = Object.create(null);
  for (const stanza of own)
    for (const [key, values] of Object.entries(valuesOf(stanza, isKnownOption)))
      found[key] = [...(found[key] ?? []), ...values];
  for (const [key, values] of Object.entries(found)) found[key] = valueForms(key, values);
  const last = Object.fromEntries(Object.entries(found).map(([key, values]) => [key, values.at(-1) ?? '']));
  const type = interfaceType(name, last);
  // What PVE takes for granted when it reads (bridge) and writes (bond).
  if (type === 'bridge') found['bridge_stp'] ??= ['off'];
  if (type === 'bridge' && found['bridge_stp']?.[0] === 'off') found['bridge_fd'] ??= ['0'];
  if (type === 'bond') found['bond_mode'] ??= ['balance-rr'];
  if (type === 'vlan') dropWhatNameSays(name, found);
  return sortedByName(found);
}

/** PVE drops the options of a VLAN that its name has already. */
function dropWhatNameSays(name: string, found: Record<string, readonly string[]>): void {
  const said = vlanOf(name, {});
  const { 'vlan-raw-device': device, 'vlan-id': id } = found;
  if (device?.length === 1 && device[0] === said.device) delete found['vlan-raw-device'];
  if (id?.length === 1 && id[0] === String(said.id)) delete found['vlan-id'];
}

function valuesOf(stanza: Stanza, wanted: (name: string) => boolean): Values {
  const found: Record<string, readonly string[]> = Object.create(null);
  for (const { key, value } of stanza.options) {
    const name = optionName(key);
    if (wanted(name)) found[name] = [...(found[name] ?? []), value];
  }
  return sortedByName(found);
}

const sortedByName = (values: Values): Values =>
  Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  );

/** Each rule by what Interfaces.pm makes of the value, where ifupdown2 agrees. */
function valueForms(name: string, values: readonly string[]): readonly string[] {
  if (name === 'bridge_ports' || name === 'slaves') {
    return portsForm(values.flatMap(words)).filter((port) => port !== 'none');
  }
  if (name === 'ovs_ports' || name === 'ovs_bonds')
    return values.map((value) => portsForm(words(value)).join(' '));
  if (name === 'vxlan-remoteip') return [...new Set(values.map(ipForm))].toSorted();
  return values.map((value) => valueForm(name, value));
}

function valueForm(name: string, value: string): string {
  if (name === 'bridge_stp') return value === 'yes' ? 'on' : value === 'no' ? 'off' : value;
  // PVE takes any value for yes, ifupdown2 these (utils.get_boolean_from_string).
  if (name === 'bridge_vlan_aware') return /^(?:on|1)$/u.test(value) ? 'yes' : value;
  if (name === 'bond_mode') return /^\d$/u.test(value) ? (bondModes[Number(value)] ?? value) : value;
  if (name === 'bridge_vids') return vidsForm(value);
  if (name === 'ovs_options') return ovsOptionsForm(value);
  return value;
}

/** Ports are a set; with "glob" or "regex" before a pattern (ifupdown2 parse_port_list) order says which. */
const portsForm = (ports: readonly string[]): readonly string[] =>
  ports.includes('glob') || ports.includes('regex') ? ports : [...new Set(ports)].toSorted();

/** Ids and ranges, by white space or comma (ifupdown2 addons/bridge.py): joined, in order. */
function vidsForm(value: string): string {
  const ranges: [number, number][] = [];
  for (const part of value.split(/[\s,]+/u)) {
    const { from, to } = /^(?<from>\d+)(?:-(?<to>\d+))?$/u.exec(part)?.groups ?? {};
    if (from === undefined || Number(to ?? from) < Number(from)) return value;
    ranges.push([Number(from), Number(to ?? from)]);
  }
  const joined: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(' ');
}

/** "key=value" words are a mapping to PVE; with any other word ("-- set interface …") the order counts. */
function ovsOptionsForm(value: string): string {
  const parts = words(value);
  const keys = new Set(parts.map((part) => part.slice(0, part.indexOf('='))));
  const isMapping = keys.size === parts.length && parts.every((part) => part.indexOf('=') > 0);
  return (isMapping ? parts.toSorted() : parts).join(' ');
}

/** A netmask belongs to the address before it (ifupdown2 _add_to_iface_config); ADDRESS/BITS says both. */
function addressForm(stanza: Stanza): Values {
  const addresses: { address: string; netmask?: string }[] = [];
  const others: { readonly key: string; readonly value: string }[] = [];
  for (const { key, value } of stanza.options) {
    const last = addresses.at(-1);
    if (key === 'address') addresses.push({ address: value });
    else if (key === 'netmask' && last !== undefined && last.netmask === undefined) last.netmask = value;
    else if (isAddressOption(key)) others.push({ key, value });
  }
  const valuesFor = (name: string): readonly string[] =>
    others.filter(({ key }) => key === name).map(({ value }) => ipForm(value));
  return {
    addresses: addresses
      .map(({ address, netmask }) => cidrForm(stanza, address, netmask))
      .toSorted((a, b) => Number(a.includes(':')) - Number(b.includes(':'))),
    gateways: valuesFor('gateway'),
    netmasks: valuesFor('netmask'),
    broadcasts: valuesFor('broadcast'),
  };
}

/** Without bits both readers take it for one host; in a stanza of the other family PVE counts them differently. */
function cidrForm(stanza: Stanza, address: string, netmask: string | undefined): string {
  const isSix = address.includes(':');
  const isOther = stanza.family !== undefined && isSix !== (stanza.family === 'inet6');
  if (isOther && netmask === undefined && !address.includes('/')) return address;
  return ipForm(cidrOf(address, netmask, isSix ? 128 : 32));
}

/**
 * What is kept as it is written, in order. A line that PVE does not read goes with what is before it, as ifupdown2 reads
 * it there: "iface eth0 inet static # note" is an interface to ifupdown2 alone.
 */
function otherLines(file: InterfacesFile): readonly unknown[] {
  let owner = '';
  return file.lines.flatMap((line): readonly unknown[] => {
    const text = words(line.text.trim()).join(' ');
    if (line.type === 'iface') owner = line.name;
    if (line.type === 'auto' || line.type === 'directive') owner = '';
    if (line.type === 'directive') return [text];
    if (line.type === 'broken' && text.startsWith('iface ')) owner = text;
    if (line.type === 'stray') return [{ after: owner, text: line.text.trim() }];
    if (line.type === 'broken') return [{ after: owner, text }];
    return line.type !== 'blank' && goesOn(line.text) ? [{ continued: line.text.trim() }] : [];
  });
}
