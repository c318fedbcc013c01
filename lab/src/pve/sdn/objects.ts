import type { Machine } from '../../machine.ts';
import { listItems } from '../cli/getopt.ts';
import { printSections, readSections, type ConfigSection } from '../cluster/section-file.ts';
import { splitList } from '../formats/values.ts';
import type { Json } from '../pvesh/format.ts';
import { parametersOf } from '../schema/parameters.ts';
import { KINDS, typeOptions, type SdnKind } from './kinds.ts';

const ARRAYS = ['dhcp-range'];
/** Options that are sets of nodes: PVE keeps them by name. */
const SETS = new Set(['nodes', 'exitnodes']);

/** An object's options as PVE's JSON has them. */
export type SdnObject = Readonly<Record<string, Json>>;

/** The objects of a kind, by their ids, in the file's order. */
export function readObjects({ files }: Machine, kind: SdnKind): Map<string, ConfigSection> {
  const sections = readSections(files.read(KINDS[kind].path) ?? '', ARRAYS);
  return new Map(sections.map((section) => [section.id, section]));
}

/** Writes the file of a kind. */
export function writeObjects(
  { files }: Machine,
  kind: SdnKind,
  objects: ReadonlyMap<string, ConfigSection>,
): void {
  files.write(
    KINDS[kind].path,
    printSections([...objects.values()], (type) => typeOptions(kind, type)?.required ?? []),
  );
}

/** A value as it stands in the file. */
export function fileValue(name: string, value: string): string {
  return SETS.has(name) ? splitList(value).toSorted().join(',') : value;
}

/** A section as PVE's JSON has it, with its type. */
export function objectOf(kind: SdnKind, { type, options }: ConfigSection): SdnObject {
  const schema = parametersOf(KINDS[kind].method);
  const values = [...options].map(([name, value]): [string, Json] => {
    if (ARRAYS.includes(name)) return [name, listItems(value)];
    const isNumber = ['boolean', 'integer', 'number'].includes(schema[name]?.type ?? '');
    return [name, isNumber ? Number(value) : value];
  });
  return { ...Object.fromEntries(values), type };
}
