import type { Finding } from './file-kind.ts';
import { isAddressOption, isKnownOption, optionName } from './interfaces-option.ts';
import { vlanOf } from './interfaces-type.ts';
import { interfaces, type Interface } from './interfaces-view.ts';
import {
  goesOn,
  lineNumbers,
  stanzasByName,
  type InterfacesFile,
  type InterfacesLine,
  type Stanza,
  type StanzaOption,
} from './interfaces.ts';

/**
 * What PVE refuses when it next writes the file (error: PVE::Network::Interfaces __write_etc_network_interfaces), and
 * what PVE and ifupdown2 read differently (warning). What depends on the node's hardware is not judged.
 */
export function checkInterfaces(file: InterfacesFile): readonly Finding[] {
  // interfaces.d/sdn, which PVE generates (PVE::Network::SDN::Zones) and never reads back.
  if (/^#version:\d+\s*$/u.test(file.lines[0]?.text ?? '')) return lineFindings(file);
  const all = interfaces(file);
  const own = stanzasByName(file);
  const optionsOf = (name: string): readonly StanzaOption[] =>
    (own.get(name) ?? []).flatMap((stanza) => stanza.options);
  const found = [
    ...lineFindings(file),
    ...portFindings(all, optionsOf),
    ...gatewayFindings(all, optionsOf),
    ...all.flatMap((iface) => [
      ...vlanFindings(iface, optionsOf(iface.name)),
      ...bondFindings(iface, optionsOf(iface.name)),
      ...bridgeFindings(iface, optionsOf(iface.name)),
      ...repeatFindings(iface.name, own.get(iface.name) ?? []),
      ...stanzaFindings(own.get(iface.name) ?? []),
    ]),
  ];
  return found.toSorted((a, b) => a.line - b.line);
}

type OptionsOf = (name: string) => readonly StanzaOption[];

const finding = (severity: Finding['severity'], line: number, code: string, message: string): Finding => ({
  line,
  severity,
  code: `interfaces/${code}`,
  message,
});

function lineFindings(file: InterfacesFile): readonly Finding[] {
  const numbers = lineNumbers(file);
  return file.lines.flatMap((line, index) => {
    const told = lineMessage(line);
    return told === undefined ? [] : [finding('warning', numbers[index] ?? 0, told[0], told[1])];
  });
}

function lineMessage(line: InterfacesLine): readonly [code: string, message: string] | undefined {
  const text = line.text.trim();
  if (line.type === 'broken')
    return [
      'broken-line',
      `"${text}" is no line of this file; a stanza, or "option value" inside one, is wanted`,
    ];
  if (line.type === 'stray')
    return [
      'stray-option',
      `"${text}" stands behind an empty or broken line, where ifupdown2 reads it and PVE does not; an option right below its "iface" is wanted`,
    ];
  if (!goesOn(line.text)) return undefined;
  return line.type === 'comment'
    ? ['continued-line', 'a comment ends with "\\", so that ifupdown2 skips the next line; no "\\" is wanted']
    : ['continued-line', '"\\" continues the line for ifupdown2, not for PVE; one line is wanted'];
}

/** A port belongs to one bridge or bond, and has no address of its own in a bridge. */
function portFindings(all: readonly Interface[], optionsOf: OptionsOf): readonly Finding[] {
  const owners = new Map<string, string>();
  const byName = new Map(all.map((iface) => [iface.name, iface]));
  return all.flatMap((iface) =>
    iface.ports.flatMap((port) => {
      const line = lineOf(optionsOf(iface.name), portOptions) ?? iface.line;
      const owner = owners.get(port) ?? iface.name;
      owners.set(port, owner);
      if (owner !== iface.name)
        return [
          finding(
            'error',
            line,
            'port-used-twice',
            `port "${port}" of ${iface.name} is a port of ${owner} already; a port of one interface is wanted`,
          ),
        ];
      const own = byName.get(port);
      if (iface.type !== 'bridge' || own === undefined || !hasAddress(own)) return [];
      const message = `${port} has an address and is a port of ${iface.name}; the address is wanted on the bridge`;
      return [finding('error', own.line, 'port-with-address', message)];
    }),
  );
}

/** Options that list ports, by PVE's names. */
export const portOptions: readonly string[] = ['bridge_ports', 'slaves', 'ovs_ports', 'ovs_bonds'];

const hasAddress = (iface: Interface): boolean =>
  (iface.method === 'static' && iface.address !== undefined && iface.address !== '0.0.0.0') ||
  (iface.method6 === 'static' && iface.address6 !== undefined && iface.address6 !== '::');

/** PVE::API2::Network lets a node have one default gateway a family. */
function gatewayFindings(all: readonly Interface[], optionsOf: OptionsOf): readonly Finding[] {
  return (['gateway', 'gateway6'] as const).flatMap((key) => {
    const [first, ...others] = all.filter((iface) => iface[key] !== undefined);
    return others.map((iface) => {
      const line = lineOf(optionsOf(iface.name), ['gateway']) ?? iface.line;
      const message = `${iface.name} has a default gateway, as has ${first?.name ?? ''}; one a node is wanted`;
      return finding('warning', line, 'second-gateway', message);
    });
  });
}

function vlanFindings(iface: Interface, options: readonly StanzaOption[]): readonly Finding[] {
  if (iface.type !== 'vlan') return [];
  const { id } = vlanOf(iface.name, iface.options);
  const protocol = iface.options['vlan-protocol'];
  return [
    ...(id !== undefined && id > 4094
      ? [
          finding(
            'error',
            iface.line,
            'vlan-id',
            `VLAN id ${id} of ${iface.name} is too large; 1 to 4094 is wanted`,
          ),
        ]
      : []),
    ...(protocol === undefined || /^802\.1(?:ad|q)$/u.test(protocol)
      ? []
      : [
          finding(
            'error',
            lineOf(options, ['vlan-protocol']) ?? iface.line,
            'vlan-protocol',
            `vlan-protocol "${protocol}" is unknown; 802.1q or 802.1ad is wanted`,
          ),
        ]),
  ];
}

const ovsBondModes = ['active-backup', 'balance-slb', 'balance-tcp'];

function bondFindings(iface: Interface, options: readonly StanzaOption[]): readonly Finding[] {
  const primary = iface.options['bond-primary'];
  const isLost =
    iface.type === 'bond' &&
    primary !== undefined &&
    iface.ports.length > 0 &&
    !iface.ports.includes(primary);
  const mode = /(?:^|\s)bond_mode=(?<mode>\S+)/u.exec(iface.options['ovs_options'] ?? '')?.groups?.['mode'];
  return [
    ...(isLost
      ? [
          finding(
            'error',
            lineOf(options, ['bond-primary']) ?? iface.line,
            'bond-primary',
            `bond-primary ${primary} is no port of ${iface.name}; one of ${iface.ports.join(', ')} is wanted`,
          ),
        ]
      : []),
    ...(iface.type === 'OVSBond' && mode !== undefined && !ovsBondModes.includes(mode)
      ? [
          finding(
            'error',
            lineOf(options, ['ovs_options']) ?? iface.line,
            'bond-mode',
            `bond_mode "${mode}" is none of Open vSwitch; one of ${ovsBondModes.join(', ')} is wanted`,
          ),
        ]
      : []),
  ];
}

function bridgeFindings(iface: Interface, options: readonly StanzaOption[]): readonly Finding[] {
  if (iface.type !== 'bridge') return [];
  const aware = options.findLast(({ key }) => optionName(key) === 'bridge_vlan_aware');
  const { bridge_fd: delay, bridge_stp: stp } = iface.options;
  const isOff = aware !== undefined && /^(?:no|off|0)$/iu.test(aware.value);
  const isOutside = stp === 'on' && delay !== undefined && !(Number(delay) >= 2 && Number(delay) <= 30);
  return [
    ...(isOff
      ? [
          finding(
            'warning',
            aware.line,
            'vlan-aware',
            `"${aware.key} ${aware.value}" is yes to PVE, which takes any value for it; no such line is wanted`,
          ),
        ]
      : []),
    ...(isOutside
      ? [
          finding(
            'warning',
            lineOf(options, ['bridge_fd']) ?? iface.line,
            'forward-delay',
            `forward delay ${delay} is outside of what a bridge with STP takes; 2 to 30 is wanted`,
          ),
        ]
      : []),
  ];
}

/** Options of which PVE keeps one value, given with several; ifupdown2 takes the first of an option, and all addresses. */
function repeatFindings(name: string, own: readonly Stanza[]): readonly Finding[] {
  const seen = new Map<string, string>();
  return own.flatMap((stanza) =>
    stanza.options.flatMap(({ key, value, line }) => {
      const option = optionName(key);
      const slot = isAddressOption(option) ? `${option} ${familyOf(stanza, value)}` : option;
      if (!isSingle(option)) return [];
      const before = seen.get(slot);
      seen.set(slot, value);
      if (before === undefined || before === value) return [];
      const message = `${name} has ${key} "${before}" and "${value}"; one is wanted, as PVE keeps only the last when it writes the file`;
      return [finding('warning', line, 'repeated-option', message)];
    }),
  );
}

/** A second stanza of a family takes the place of the first in what PVE reads. */
function stanzaFindings(own: readonly Stanza[]): readonly Finding[] {
  return own.flatMap(({ name, family, line }, index) => {
    if (family === undefined || !own.slice(0, index).some((other) => other.family === family)) return [];
    const message = `${name} has a stanza for ${family} already; one is wanted, as PVE keeps method, addresses and comments of the last`;
    return [finding('warning', line, 'repeated-stanza', message)];
  });
}

const isSingle = (option: string): boolean =>
  option === 'address' ||
  option === 'gateway' ||
  (isKnownOption(option) && !['slaves', 'bridge_ports', 'vxlan-remoteip'].includes(option));

const familyOf = (stanza: Stanza, value: string): string =>
  stanza.family ?? (value.includes(':') ? 'inet6' : 'inet');

/** The line of the last of these options. */
export const lineOf = (options: readonly StanzaOption[], names: readonly string[]): number | undefined =>
  options.findLast(({ key }) => names.includes(optionName(key)))?.line;
