import type { Machine } from '../../machine.ts';

/** What can be mapped: the devices of each node under one name. */
export type MappingKind = 'pci' | 'usb' | 'dir';

/** One mapping; its file in /etc/pve/mapping has no types in its headers. */
export interface Mapping {
  readonly id: string;
  /** A property string for each device of a node. */
  maps: readonly string[];
  /** All but `map`, in the file's order. */
  readonly options: Map<string, string>;
}

const FILES: Readonly<Record<MappingKind, string>> = { pci: 'pci', usb: 'usb', dir: 'directory' };

/** Where the mappings of a kind are kept. */
export function mappingPath(kind: MappingKind): string {
  return `/etc/pve/mapping/${FILES[kind]}.cfg`;
}

/** The name of the lock of that file. */
export function mappingLock(kind: MappingKind): string {
  return `mapping_${FILES[kind]}_cfg`;
}

/** Reads the mappings of a kind; lines that are none are dropped. */
export function readMappings({ files }: Machine, kind: MappingKind): Mapping[] {
  const mappings: Mapping[] = [];
  for (const line of (files.read(mappingPath(kind)) ?? '').split('\n')) {
    const header = /^(\S+)\s*$/.exec(line)?.[1];
    const [, name, value = '1'] = /^\s+(\S+)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
    const last = mappings.at(-1);
    if (header !== undefined) mappings.push({ id: header, maps: [], options: new Map() });
    else if (name === 'map' && last !== undefined) last.maps = [...last.maps, value];
    else if (name !== undefined) last?.options.set(name, value);
  }
  return mappings;
}

/** Writes them as PVE does: the devices first, then the other options by name. */
export function writeMappings({ files }: Machine, kind: MappingKind, mappings: readonly Mapping[]): void {
  const text = mappings.map(({ id, maps, options }) =>
    [
      id,
      ...maps.map((map) => `\tmap ${map}`),
      ...[...options].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `\t${name} ${value}`),
      '\n',
    ].join('\n'),
  );
  files.write(mappingPath(kind), text.join(''));
}
