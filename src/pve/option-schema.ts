import { didYouMean } from '../text/did-you-mean.ts';
import { containerOptions } from './schema/container-options.ts';
import type { PropertyFormat, PropertySchema, SchemaTable } from './schema/property-schema.ts';
import { vmOptions } from './schema/vm-options.ts';

export type GuestKind = 'vm' | 'container';

/** One option of a guest's config, as PVE's schema describes it. */
export interface OptionSchema extends PropertySchema {
  readonly kind: GuestKind;
  /** As asked for: "net0". */
  readonly name: string;
  /** Its row in the schema: "net[n]" for net0, else the name itself. */
  readonly family: string;
  /** How many of its family there are: 32 for net0 to net31. Left out when the option has no index. */
  readonly count?: number;
  /** PVE drops double quotes around the whole text of such an option (QemuServer.pm check_type). */
  readonly dropsQuotes?: true;
}

/** Keys that are newer than the schema (QemuServer/Network.pm, LXC/Config.pm). */
const vmTable = withKeys(vmOptions, ['net[n]'], { 'host-tunnel': { type: 'boolean', optional: true } });
const containerTable = withKeys(containerOptions, ['mp[n]', 'rootfs'], {
  idmap: { type: 'string', optional: true },
});

/** How many of each indexed option a VM has (QemuServer.pm, QemuServer/{Drive,Memory,PCI,USB,Virtiofs}.pm: MAX_...). */
const vmCounts: Readonly<Record<string, number>> = {
  'hostpci[n]': 16,
  'ide[n]': 4,
  'ipconfig[n]': 32,
  'net[n]': 32,
  'numa[n]': 8,
  'parallel[n]': 3,
  'sata[n]': 6,
  'scsi[n]': 31,
  'serial[n]': 4,
  'unused[n]': 256,
  'usb[n]': 14,
  'virtio[n]': 16,
  'virtiofs[n]': 10,
};

/** The same for containers (LXC/Config.pm: MAX_...). */
const containerCounts: Readonly<Record<string, number>> = {
  'dev[n]': 256,
  'mp[n]': 256,
  'net[n]': 32,
  'unused[n]': 256,
};

/** The schema of an option by its PVE name ("cores", "net0"); undefined for what a guest of that kind does not have. */
export function optionSchema(kind: GuestKind, name: string): OptionSchema | undefined {
  const known = schemas[kind].get(name);
  if (known !== undefined) return known;
  const made = makeSchema(kind, name);
  if (made !== undefined) schemas[kind].set(name, made);
  return made;
}

/** Those that were asked for; a cluster asks for the same few a thousand times. */
const schemas = { vm: new Map<string, OptionSchema>(), container: new Map<string, OptionSchema>() };

function makeSchema(kind: GuestKind, name: string): OptionSchema | undefined {
  const table = optionTable(kind);
  const plain = own(table, name);
  if (plain !== undefined && !name.endsWith('[n]')) return described(kind, name, name, plain);
  const indexed = /^(?<base>[a-z]+)(?<index>0|[1-9]\d*)$/u.exec(name);
  const { base, index } = indexed?.groups ?? {};
  const family = `${base ?? ''}[n]`;
  const row = own(table, family);
  const count = optionCount(kind, family);
  if (row === undefined || count === undefined || Number(index) >= count) return undefined;
  return { ...described(kind, name, family, row), count };
}

/** Why there is no such option, "<what is>; <what is wanted>": its index is too high, or its name is another one. */
export function unknownOption(kind: GuestKind, name: string, alsoKnown: readonly string[] = []): string {
  const there = namesLike(kind, name);
  if (there !== undefined) return `"${name}" is none of a ${kind}; ${there} are there`;
  return `"${name}" is no option of a ${kind}${didYouMean(name, [...optionNames(kind), ...alsoKnown])}`;
}

/** "sata0 to sata5" for "sata7"; undefined for what is not numbered. */
export function namesLike(kind: GuestKind, name: string): string | undefined {
  const base = /^(?<base>[a-z]+)\d+$/u.exec(name)?.groups?.['base'] ?? '';
  const count = optionCount(kind, `${base}[n]`);
  return count === undefined ? undefined : `${base}0 to ${base}${count - 1}`;
}

/** The rows of the schema, indexed options as "net[n]". */
export function optionTable(kind: GuestKind): SchemaTable {
  return kind === 'vm' ? vmTable : containerTable;
}

/** Every option name written out, net0 to net31 too; for hints. */
export function optionNames(kind: GuestKind): readonly string[] {
  return Object.keys(optionTable(kind)).flatMap((name) => {
    const count = optionCount(kind, name);
    if (count === undefined) return [name];
    return Array.from({ length: count }, (_, index) => name.replace('[n]', String(index)));
  });
}

function optionCount(kind: GuestKind, family: string): number | undefined {
  return (kind === 'vm' ? vmCounts : containerCounts)[family];
}

function described(kind: GuestKind, name: string, family: string, row: PropertySchema): OptionSchema {
  const dropsQuotes =
    kind === 'vm' && row.type === 'string' && row.format === undefined && !unquoted.has(name);
  return dropsQuotes ? { ...row, kind, name, family, dropsQuotes } : { ...row, kind, name, family };
}

/** Texts that PVE reads before its type check, quotes and all. */
const unquoted = new Set(['args', 'description']);

function own(table: SchemaTable, name: string): PropertySchema | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function withKeys(table: SchemaTable, families: readonly string[], keys: PropertyFormat): SchemaTable {
  const made = families.flatMap((family) => {
    const row = own(table, family);
    return typeof row?.format === 'object' ? [[family, { ...row, format: { ...row.format, ...keys } }]] : [];
  });
  return { ...table, ...Object.fromEntries(made) };
}
