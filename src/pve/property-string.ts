import { aliasPartner, defaultKeyOf, isKeyAlias, isRequired, normalForm } from './property-format.ts';
import type { KeySet, PropertyProblem } from './property-parts.ts';
import { splitParts } from './property-parts.ts';
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

function emptyRecord(): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  return record;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => compare(a, b);
