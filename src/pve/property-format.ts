import { scalarForm } from './scalar-form.ts';
import type { PropertyFormat, PropertySchema } from './schema/property-schema.ts';

/** What the keys of a property string are to PVE: its default key, those that it wants, those that stand for others. */

/** The key that may be written without its name. */
export function defaultKeyOf(format: PropertyFormat): string | undefined {
  return tableOf(format).defaultKey;
}

/** What PVE's schema says of a key; undefined: it knows none by that name. */
export function schemaOf(format: PropertyFormat, name: string): PropertySchema | undefined {
  return tableOf(format).keys.get(name);
}

interface FormatTable {
  readonly keys: ReadonlyMap<string, PropertySchema>;
  readonly defaultKey: string | undefined;
}

/** Made once a format: a cluster has thousands of texts of the same few, and a map finds a part of a text faster. */
function tableOf(format: PropertyFormat): FormatTable {
  const known = tables.get(format);
  if (known !== undefined) return known;
  const keys = new Map(Object.entries(format));
  const defaultKey = [...keys.keys()].find((key) => keys.get(key)?.defaultKey === true);
  const made = { keys, defaultKey };
  tables.set(format, made);
  return made;
}

const tables = new WeakMap<PropertyFormat, FormatTable>();

/** Whether PVE wants it, whatever else is there. */
export function isRequired(format: PropertyFormat, name: string): boolean {
  const schema = schemaOf(format, name);
  return schema !== undefined && schema.optional !== true && schema.alias === undefined;
}

/** Whether `virtio=MAC` may stand for `model=virtio,macaddr=MAC`. */
export function isKeyAlias(format: PropertyFormat, word: string, name: string): boolean {
  return schemaOf(format, word)?.keyAlias === name;
}

/** For `model` of a network device: `macaddr`, whose value is printed behind it. */
export function aliasPartner(format: PropertyFormat, name: string): string | undefined {
  return Object.values(format).find((schema) => schema.keyAlias === name)?.alias;
}

/** A key's value as PVE's normal form has it. */
export function normalForm(format: PropertyFormat, name: string, value: string): string {
  const schema = schemaOf(format, name);
  if (schema === undefined) return value;
  if (!unordered.has(name)) return scalarForm(schema, value);
  const parts = new Set(value.split(/[; ]+/u).filter((part) => part !== ''));
  return parts.size === 0 ? value : [...parts].toSorted().join(';');
}

/** Keys whose parts are a set (QemuServer/CPUConfig.pm, QemuServer/Network.pm, LXC/Config.pm, Auth/Plugin.pm). */
const unordered = new Set(['flags', 'mount', 'mountoptions', 'remove-vanished', 'trunks']);
