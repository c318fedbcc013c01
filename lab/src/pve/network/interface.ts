import type { Json } from '../pvesh/format.ts';

/** What /etc/network/interfaces says of one interface, by PVE's names; numbers where PVE counts, else the file's own text. */
export type Interface = Record<string, Json>;

/** The file: its interfaces, and lines that are none of their own (`source ...`) with where they stood. */
export interface InterfacesFile {
  readonly ifaces: Map<string, Interface>;
  readonly options: (readonly [priority: number, line: string])[];
}

/** What Perl takes for true. */
export function isTrue(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== '' && value !== '0' && value !== 0;
}

/** A value as text; nothing is the empty text. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A list of texts; `null` is a stanza without a family. */
export function listOf(value: Json | undefined): readonly (string | null)[] {
  return Array.isArray(value) ? value.map((item) => (item === null ? null : textOf(item))) : [];
}

/** Names in a list of ports. */
export function portsOf(iface: Interface): readonly string[] {
  return ['bridge_ports', 'ovs_ports', 'slaves', 'ovs_bonds'].flatMap((key) =>
    textOf(iface[key])
      .split(/[\s,;]+/)
      .filter((port) => port !== ''),
  );
}
