import { isBlank } from './perl-space.ts';
import { scalarForm } from './scalar-form.ts';
import type { PropertyFormat, PropertySchema } from './schema/property-schema.ts';

/**
 * PVE's property strings ("virtio=BC:24:11:00:00:01,bridge=vmbr0"): text to keys and back, by the rules of
 * PVE::JSONSchema parse_property_string and print_property_string. No text makes these functions throw.
 */

/** Values by PVE's key, each in normal form, in the order of the text. Has no prototype: any key may be asked for. */
export type Properties = Readonly<Record<string, string>>;

export interface PropertyString {
  readonly values: Properties;
  /** Why PVE would refuse to read the text: a key twice, no key where there is no default one, an unknown key. */
  readonly problems: readonly PropertyProblem[];
}

export interface PropertyProblem {
  /** The key as it was written, where there is one. */
  readonly key?: string;
  /** "<what is>; <what is wanted>" */
  readonly message: string;
}

/** The keys of a property string. Aliases are resolved, unknown keys are kept, of a key given twice the first counts. */
export function decodePropertyString(format: PropertyFormat, text: string): PropertyString {
  const before = lastDecoded.get(format);
  if (before?.text === text) return before.decoded;
  const values = emptyRecord();
  const { keys, problems } = readKeys(format, text);
  for (const { name, value } of keys) values[name] = value;
  const decoded = { values, problems };
  lastDecoded.set(format, { text, decoded });
  return decoded;
}

/** A plan asks for the same text several times in a row. */
const lastDecoded = new WeakMap<
  PropertyFormat,
  { readonly text: string; readonly decoded: PropertyString }
>();

/** The same as a list, which costs less to make than a record. */
export function readKeys(
  format: PropertyFormat,
  text: string,
): { readonly keys: readonly KeySet[]; readonly problems: readonly PropertyProblem[] } {
  const keys: KeySet[] = [];
  const problems: PropertyProblem[] = [];
  let bare = 0;
  for (const part of splitParts(format, text)) {
    const isBare = !part.text.includes('=');
    if (isBare) bare += 1;
    if (part.problem !== undefined) problems.push(part.problem);
    for (const { name, value } of part.sets) {
      const at = indexOfKey(keys, name);
      // The first bare value is taken where the key was there before it as "0" only, which is nothing to PVE.
      const isOverruled = isBare && bare === 1 && keys[at]?.value === '0';
      if (at === -1) keys.push({ name, value: normalForm(format, name, value) });
      else if (isOverruled) keys[at] = { name, value: normalForm(format, name, value) };
      else problems.push({ key: name, message: `"${name}" is given twice; once is wanted` });
    }
  }
  return { keys, problems };
}

function indexOfKey(keys: readonly KeySet[], name: string): number {
  for (let at = 0; at < keys.length; at++) if (keys[at]?.name === name) return at;
  return -1;
}

/**
 * The text for these values as PVE itself would write it: the default key first and bare, then the required keys,
 * then the others, both by name. A model and its MAC address become one: `virtio=BC:24:11:00:00:01`.
 */
export function encodePropertyString(format: PropertyFormat, values: Properties): string {
  const left = new Map(Object.entries(values).toSorted(byName));
  const parts: string[] = [];
  const put = (name: string, bare: boolean): void => {
    const value = left.get(name);
    if (value === undefined) return;
    left.delete(name);
    const text = normalForm(format, name, value);
    const partner = aliasPartner(format, name);
    const partnerValue = partner === undefined ? undefined : left.get(partner);
    if (partner !== undefined && partnerValue !== undefined && isKeyAlias(format, text, name)) {
      left.delete(partner);
      parts.push(`${text}=${normalForm(format, partner, partnerValue)}`);
    } else {
      parts.push(bare ? text : `${name}=${text}`);
    }
  };
  const defaultKey = defaultKeyOf(format);
  if (defaultKey !== undefined) put(defaultKey, format[defaultKey]?.named !== true);
  for (const name of [...left.keys()].filter((key) => isRequired(format, key))) put(name, false);
  for (const name of left.keys()) put(name, false);
  return parts.join(',');
}

/**
 * The text with some keys set or removed; everything else stays as it was written, order and spelling too.
 * A key that already has that value keeps its spelling; a new key goes where PVE would print it.
 */
export function editPropertyString(
  format: PropertyFormat,
  text: string,
  edit: { readonly set?: Properties; readonly remove?: readonly string[] },
): string {
  const set = new Map(Object.entries(edit.set ?? {}));
  const remove = new Set(edit.remove);
  const kept: Part[] = [];
  for (const part of splitParts(format, text)) {
    const changed = editPart(format, part, set, remove);
    if (changed !== undefined) kept.push(changed);
  }
  const added = [...set].toSorted(([a], [b]) => compare(printRank(format, a), printRank(format, b)));
  for (const [name, value] of added) {
    if (set.delete(name)) insertPart(format, kept, name, value, set);
  }
  return kept.map((part) => part.text).join(',');
}

/** A key and its value. */
export interface KeySet {
  readonly name: string;
  readonly value: string;
}

/** One comma-separated piece of the text, and the keys it sets. */
interface Part {
  readonly text: string;
  readonly sets: readonly KeySet[];
  readonly problem?: PropertyProblem;
}

function splitParts(format: PropertyFormat, text: string): readonly Part[] {
  const parts: Part[] = [];
  for (const piece of text.split(',')) if (!isBlank(piece)) parts.push(readPart(format, piece));
  return parts;
}

function readPart(format: PropertyFormat, piece: string): Part {
  const equals = piece.indexOf('=');
  if (equals === -1) return readBarePart(format, piece);
  const key = piece.slice(0, equals);
  const value = piece.slice(equals + 1);
  if (key === '' || value === '') {
    return {
      text: piece,
      sets: [],
      problem: { message: `"${piece}" has no ${key === '' ? 'key' : 'value'}; key=value is wanted` },
    };
  }
  const schema = schemaOf(format, key);
  if (schema?.alias !== undefined) {
    const target: KeySet = { name: schema.alias, value };
    const { keyAlias } = schema;
    return {
      text: piece,
      sets: keyAlias === undefined ? [target] : [{ name: keyAlias, value: key }, target],
    };
  }
  if (schema !== undefined) return { text: piece, sets: [{ name: key, value }] };
  return {
    text: piece,
    sets: [{ name: key, value }],
    problem: { key, message: `"${key}" is no key that PVE knows here` },
  };
}

function readBarePart(format: PropertyFormat, piece: string): Part {
  const name = defaultKeyOf(format);
  if (name !== undefined) return { text: piece, sets: [{ name, value: piece }] };
  return { text: piece, sets: [], problem: { message: `"${piece}" has no key; key=value is wanted` } };
}

/** The part after the edit, undefined when nothing of it is left. Takes out of `set` what it has dealt with. */
function editPart(
  format: PropertyFormat,
  part: Part,
  set: Map<string, string>,
  remove: ReadonlySet<string>,
): Part | undefined {
  let touched = false;
  const sets: KeySet[] = [];
  for (const { name, value } of part.sets) {
    const wanted = set.get(name);
    set.delete(name);
    if (wanted !== undefined && normalForm(format, name, wanted) !== normalForm(format, name, value)) {
      touched = true;
      sets.push({ name, value: wanted });
    } else if (wanted === undefined && remove.has(name)) {
      touched = true;
    } else {
      sets.push({ name, value });
    }
  }
  // A bare model takes its MAC address: "virtio" becomes "virtio=BC:...".
  const partner = sets.length === 1 && sets[0] !== undefined ? aliasPartner(format, sets[0].name) : undefined;
  const partnerValue = partner === undefined ? undefined : set.get(partner);
  if (partner !== undefined && partnerValue !== undefined && !part.text.includes('=')) {
    set.delete(partner);
    touched = true;
    sets.push({ name: partner, value: partnerValue });
  }
  if (!touched) return part;
  if (sets.length === 0) return undefined;
  return { text: writePart(format, part, sets), sets };
}

/** Keeps the part's own spelling: bare, by its alias, or key=value. */
function writePart(format: PropertyFormat, part: Part, sets: readonly KeySet[]): string {
  const [first] = sets;
  if (first === undefined || sets.length > 1 || part.sets.length > 1) {
    return encodePropertyString(format, asRecord(sets));
  }
  const equals = part.text.indexOf('=');
  if (equals === -1 && format[first.name]?.named === true) return `${first.name}=${first.value}`;
  return equals === -1 ? first.value : `${part.text.slice(0, equals)}=${first.value}`;
}

/** Puts a new key where print_property_string has it among the keys that are there. */
function insertPart(
  format: PropertyFormat,
  parts: Part[],
  name: string,
  value: string,
  set: Map<string, string>,
): void {
  const sets: KeySet[] = [{ name, value }];
  const partner = aliasPartner(format, name);
  const partnerValue = partner === undefined ? undefined : set.get(partner);
  if (partner !== undefined && partnerValue !== undefined) {
    set.delete(partner);
    sets.push({ name: partner, value: partnerValue });
  }
  const made: Part = { text: encodePropertyString(format, asRecord(sets)), sets };
  const rank = printRank(format, name);
  const at = parts.findIndex(
    (part) => part.sets[0] !== undefined && printRank(format, part.sets[0].name) > rank,
  );
  parts.splice(at === -1 ? parts.length : at, 0, made);
}

/** Sorts as PVE prints: default key, required keys, others. */
function printRank(format: PropertyFormat, name: string): string {
  if (name === defaultKeyOf(format)) return '0';
  return isRequired(format, name) ? `1${name}` : `2${name}`;
}

/** The key that may be written without its name. */
export function defaultKeyOf(format: PropertyFormat): string | undefined {
  return tableOf(format).defaultKey;
}

function schemaOf(format: PropertyFormat, name: string): PropertySchema | undefined {
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

function isRequired(format: PropertyFormat, name: string): boolean {
  const schema = schemaOf(format, name);
  return schema !== undefined && schema.optional !== true && schema.alias === undefined;
}

/** Whether `virtio=MAC` may stand for `model=virtio,macaddr=MAC`. */
function isKeyAlias(format: PropertyFormat, word: string, name: string): boolean {
  return schemaOf(format, word)?.keyAlias === name;
}

/** For `model` of a network device: `macaddr`, whose value is printed behind it. */
function aliasPartner(format: PropertyFormat, name: string): string | undefined {
  return Object.values(format).find((schema) => schema.keyAlias === name)?.alias;
}

function normalForm(format: PropertyFormat, name: string, value: string): string {
  const schema = schemaOf(format, name);
  if (schema === undefined) return value;
  if (!unordered.has(name)) return scalarForm(schema, value);
  const parts = new Set(value.split(/[; ]+/u).filter((part) => part !== ''));
  return parts.size === 0 ? value : [...parts].toSorted(compare).join(';');
}

/** Keys whose parts are a set (QemuServer/CPUConfig.pm, QemuServer/Network.pm, LXC/Config.pm, Auth/Plugin.pm). */
const unordered = new Set(['flags', 'mount', 'mountoptions', 'remove-vanished', 'trunks']);

const asRecord = (sets: readonly KeySet[]): Properties =>
  Object.fromEntries(sets.map(({ name, value }) => [name, value]));

function emptyRecord(): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  return record;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => compare(a, b);
