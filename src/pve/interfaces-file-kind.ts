import type { FileKind, Inspected, Mention } from './file-kind.ts';
import { checkInterfaces, lineOf, portOptions } from './interfaces-check.ts';
import { normalInterfaces } from './interfaces-normal.ts';
import { vlanOf } from './interfaces-type.ts';
import { interfaces, type Interface } from './interfaces-view.ts';
import {
  decodeInterfaces,
  encodeInterfaces,
  stanzasByName,
  type InterfacesFile,
  type StanzaOption,
} from './interfaces.ts';

export const interfacesFile: FileKind = {
  kind: 'interfaces',
  summary: "A node's network, /etc/network/interfaces, what is staged in interfaces.new, and interfaces.d.",
  path: /^\/etc\/network\/(?:interfaces|interfaces\.new|interfaces\.d\/[^/]+)$/u,
  looksLike: (text) =>
    /^[ \t]*iface[ \t]+\S+(?:[ \t]+inet6?[ \t]+\S+)?[ \t]*\r?$/mu.test(text) ? 'certain' : 'no',
  inspect: (text) => inspectInterfaces(decodeInterfaces(text)),
};

function inspectInterfaces(file: InterfacesFile): Inspected {
  const all = interfaces(file);
  const own = stanzasByName(file);
  const optionsOf = (name: string) => (own.get(name) ?? []).flatMap((stanza) => stanza.options);
  return {
    value: {
      interfaces: all,
      others: file.lines.flatMap((line) =>
        line.type === 'directive' ? [`${line.keyword} ${line.value}`] : [],
      ),
    },
    encoded: encodeInterfaces(file),
    normal: normalInterfaces(file),
    findings: checkInterfaces(file),
    // Ports may be the node's hardware, which no file defines.
    refs: all.flatMap((iface) =>
      interfacesUnder(iface, optionsOf(iface.name)).map(({ name, line }): Mention => ({
        kind: 'interface',
        name,
        line,
      })),
    ),
    defines: all.flatMap(({ name, type, line }): readonly Mention[] =>
      type === 'bridge' || type === 'OVSBridge' ? [{ kind: 'bridge', name, line }] : [],
    ),
  };
}

/** The interfaces that this one stands on, each at the line that names it. */
function interfacesUnder(
  iface: Interface,
  options: readonly StanzaOption[],
): readonly { readonly name: string; readonly line: number }[] {
  const device = iface.type === 'vlan' ? vlanOf(iface.name, iface.options).device : undefined;
  const portsAt = lineOf(options, portOptions) ?? iface.line;
  const deviceAt = lineOf(options, ['vlan-raw-device']) ?? iface.line;
  return [
    ...iface.ports.map((name) => ({ name, line: portsAt })),
    ...(device === undefined ? [] : [{ name: device, line: deviceAt }]),
  ];
}
