import { isBlank } from './perl-space.ts';
import { scalarForm } from './scalar-form.ts';
import type { PropertyFormat } from './schema/property-schema.ts';

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
  const values = emptyRecord();
  const problems: PropertyProblem[] = [];
  let bare = 0;
  for (const part of splitParts(format, text)) {
    const isBare = !part.text.includes('=');
    if (isBare) bare += 1;
    if (part.problem !== undefined) problems.push(part.problem);
    for (const [name, value] of part.sets) {
      // The first bare value is taken where the key was there before it as "0" only, which is nothing to PVE.
      const isOverruled = values[name] === '0' && bare === 1 && isBare;
      if (name in values && !isOverruled)
        problems.push({ key: name, message: `"${name}" is given twice; once is wanted` });
      else values[name] = normalForm(format, name, value);
    }
  }
  return { values, problems };
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
  if (defaultKey !== undefined) put(defaultKey, true);
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

/** One comma-separated piece of the text, and the keys it sets. */
interface Part {
  readonly text: string;
  readonly sets: readonly (readonly [name: string, value: string])[];
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
  const schema = Object.hasOwn(format, key) ? format[key] : undefined;
  if (schema?.alias !== undefined) {
    const target: readonly [string, string] = [schema.alias, value];
    return { text: piece, sets: schema.keyAlias === undefined ? [target] : [[schema.keyAlias, key], target] };
  }
  if (schema !== undefined) return { text: piece, sets: [[key, value]] };
  return {
    text: piece,
    sets: [[key, value]],
    problem: { key, message: `"${key}" is no key that PVE knows here` },
  };
}

function readBarePart(format: PropertyFormat, piece: string): Part {
  const name = defaultKeyOf(format);
  if (name !== undefined) return { text: piece, sets: [[name, piece]] };
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
  const sets: [string, string][] = [];
  for (const [name, value] of part.sets) {
    const wanted = set.get(name);
    set.delete(name);
    if (wanted !== undefined && normalForm(format, name, wanted) !== normalForm(format, name, value)) {
      touched = true;
      sets.push([name, wanted]);
    } else if (wanted === undefined && remove.has(name)) {
      touched = true;
    } else {
      sets.push([name, value]);
    }
  }
  // A bare model takes its MAC address: "virtio" becomes "virtio=BC:...".
  const partner = sets.length === 1 && sets[0] !== undefined ? aliasPartner(format, sets[0][0]) : undefined;
  const partnerValue = partner === undefined ? undefined : set.get(partner);
  if (partner !== undefined && partnerValue !== undefined && !part.text.includes('=')) {
    set.delete(partner);
    touched = true;
    sets.push([partner, partnerValue]);
  }
  if (!touched) return part;
  if (sets.length === 0) return undefined;
  return { text: writePart(format, part, sets), sets };
}

/** Keeps the part's own spelling: bare, by its alias, or key=value. */
function writePart(format: PropertyFormat, part: Part, sets: readonly (readonly [string, string])[]): string {
  const [first] = sets;
  if (first === undefined || sets.length > 1 || part.sets.length > 1) {
    return encodePropertyString(format, Object.fromEntries(sets));
  }
  const equals = part.text.indexOf('=');
  return equals === -1 ? first[1] : `${part.text.slice(0, equals)}=${first[1]}`;
}

/** Puts a new key where print_property_string has it among the keys that are there. */
function insertPart(
  format: PropertyFormat,
  parts: Part[],
  name: string,
  value: string,
  set: Map<string, string>,
): void {
  const sets: [string, string][] = [[name, value]];
  const partner = aliasPartner(format, name);
  const partnerValue = partner === undefined ? undefined : set.get(partner);
  if (partner !== undefined && partnerValue !== undefined) {
    set.delete(partner);
    sets.push([partner, partnerValue]);
  }
  const made: Part = { text: encodePropertyString(format, Object.fromEntries(sets)), sets };
  const rank = printRank(format, name);
  const at = parts.findIndex(
    (part) => part.sets[0] !== undefined && printRank(format, part.sets[0][0]) > rank,
  );
  parts.splice(at === -1 ? parts.length : at, 0, made);
}

/** Sorts as PVE prints: default key, required keys, others. */
function printRank(format: PropertyFormat, name: string): string {
  if (name === defaultKeyOf(format)) return '0';
  return isRequired(format, name) ? `1${name}` : `2${name}`;
}

/** The key that may be written without its name. Looked for once a format: disks have dozens of keys. */
export function defaultKeyOf(format: PropertyFormat): string | undefined {
  const known = defaultKeys.get(format);
  if (known !== undefined) return known.name;
  const name = Object.keys(format).find((key) => format[key]?.defaultKey === true);
  defaultKeys.set(format, { name });
  return name;
}

const defaultKeys = new WeakMap<PropertyFormat, { readonly name: string | undefined }>();

function isRequired(format: PropertyFormat, name: string): boolean {
  if (!Object.hasOwn(format, name)) return false;
  const schema = format[name];
  return schema !== undefined && schema.optional !== true && schema.alias === undefined;
}

/** Whether `virtio=MAC` may stand for `model=virtio,macaddr=MAC`. */
function isKeyAlias(format: PropertyFormat, word: string, name: string): boolean {
  return Object.hasOwn(format, word) && format[word]?.keyAlias === name;
}

/** For `model` of a network device: `macaddr`, whose value is printed behind it. */
function aliasPartner(format: PropertyFormat, name: string): string | undefined {
  return Object.values(format).find((schema) => schema.keyAlias === name)?.alias;
}

function normalForm(format: PropertyFormat, name: string, value: string): string {
  const schema = Object.hasOwn(format, name) ? format[name] : undefined;
  if (schema === undefined) return value;
  if (!unordered.has(name)) return scalarForm(schema, value);
  const parts = new Set(value.split(/[; ]+/u).filter((part) => part !== ''));
  return parts.size === 0 ? value : [...parts].toSorted(compare).join(';');
}

/** Keys whose parts are a set (QemuServer/CPUConfig.pm, QemuServer/Network.pm, LXC/Config.pm, Auth/Plugin.pm). */
const unordered = new Set(['flags', 'mount', 'mountoptions', 'remove-vanished', 'trunks']);

function emptyRecord(): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  return record;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => compare(a, b);
