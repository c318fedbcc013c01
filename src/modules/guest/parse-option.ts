import { propertyFormat } from '../../pve/named-property-formats.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import { decodePropertyString } from '../../pve/property-string.ts';
import { normalise } from '../../pve/normal-form.ts';
import { scalarForm } from '../../pve/scalar-form.ts';
import type { PropertyFormat } from '../../pve/schema/property-schema.ts';
import { checkOption, isOlderKey } from '../../pve/check-call.ts';
import { checkValue } from '../../pve/check-value.ts';
import { nearest } from '../../text/did-you-mean.ts';
import type { WantedValue } from '../module.ts';
import type { Property } from '../property.ts';
import { DISK_WORDS } from './disk-place.ts';
import { parseLines } from './line-options.ts';
import { parseKeys } from './public-keys.ts';
import { isTagList, tagListText } from './tag-list.ts';
import { wantedDisk } from './wanted-disk.ts';
import type { GuestKind } from './guest-kind.ts';

export interface Problem {
  /** Keys below the option, where the trouble is in a mapping. */
  readonly path: readonly (string | number)[];
  /** "<what is>; <what is wanted>" */
  readonly message: string;
  readonly hint?: string;
}

export interface Parsed {
  readonly value: WantedValue;
  readonly problems: readonly Problem[];
}

/** One option of a spec in normal form: PVE's own text, or a mapping of its sub-properties; null or an empty list removes it. */
export function parseOption(guest: GuestKind, row: Property, option: string, value: unknown): Parsed {
  if (row.refused !== undefined && !(value === null && row.removable === true))
    return { value: null, problems: [{ path: [], message: "it can't be declared", hint: row.refused }] };
  if (value === null || (TAKES_LIST.has(row.shape) && isEmptyList(value))) return removal(guest, row, option);
  if (row.transient === true && row.shape === 'scalar')
    return typeof value === 'string' ? { value, problems: [] } : bad(value, 'a text');
  switch (row.shape) {
    case 'keys':
      return parseKeys(value);
    case 'lines':
      return parseLines(option, value);
    case 'secret':
      return parseSecret(row, value);
    case 'text':
      return typeof value === 'string' ? checked(guest, option, value) : bad(value, 'a text');
    case 'scalar':
      return parseScalar(guest, option, value);
    case 'property-string':
    case 'disk':
      return parseProperties(guest, row, option, value);
  }
}

const TAKES_LIST: ReadonlySet<Property['shape']> = new Set(['scalar', 'keys', 'lines']);

/** Told of by its kind alone, never by what it is. */
function parseSecret(row: Property, value: unknown): Parsed {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return bad(value, 'a text');
  const problem =
    text === ''
      ? 'it is empty; a password is wanted, or null for none'
      : /[\0\r\n]/u.test(text)
        ? 'there is a line break in it; a password of one line is wanted'
        : row.transient === true && text.length < 5
          ? 'it is too short; PVE wants at least 5 characters'
          : undefined;
  return { value: text, problems: problem === undefined ? [] : [{ path: [], message: problem }] };
}

function removal(guest: GuestKind, row: Property, option: string): Parsed {
  const kept = row.fixed === true || row.transient === true || guest.required.includes(option);
  const problem = { path: [], message: `it can't be removed from a ${guest.label}` };
  return { value: null, problems: kept ? [problem] : [] };
}

function parseScalar(guest: GuestKind, option: string, value: unknown): Parsed {
  const text = scalarText(value);
  return text === undefined ? bad(value, 'one value') : checked(guest, option, text);
}

function checked(guest: GuestKind, option: string, text: string): Parsed {
  const schema = optionSchema(guest.kind, option);
  const problems = checkOption(guest.kind, option, text).map(({ message }) => ({ path: [], message }));
  if (schema === undefined) return { value: text, problems };
  // Whether case tells tags apart is the cluster's to say.
  return { value: isTagList(schema) ? tagListText(text, true) : normalise(schema, text), problems };
}

function parseProperties(guest: GuestKind, row: Property, option: string, value: unknown): Parsed {
  const schema = optionSchema(guest.kind, option);
  const format = schema && propertyFormat(schema);
  if (format === undefined) return bad(value, 'something else');
  const text = Array.isArray(value) ? undefined : scalarText(value);
  const named =
    text === undefined
      ? fromMapping(guest, format, row, option, value)
      : fromText(guest, format, option, text);
  const { values, problems } =
    row.shape === 'disk' ? wantedDisk(guest, option, named.values) : { values: named.values, problems: [] };
  return { value: values, problems: [...named.problems, ...problems] };
}

interface Named {
  readonly values: Readonly<Record<string, string | null>>;
  readonly problems: readonly Problem[];
}

function fromText(guest: GuestKind, format: PropertyFormat, option: string, text: string): Named {
  const decoded = decodePropertyString(format, text);
  const problems = decoded.problems
    .filter(({ key }) => key === undefined || !isOlderKey(guest.kind, option, key))
    .map(({ message }) => ({ path: [], message }));
  const values = checkValues(format, decoded.values).map((problem) =>
    text.includes('=') ? problem : { ...problem, path: [] },
  );
  return { values: decoded.values, problems: [...problems, ...values] };
}

/** Names that a disk's mapping knows beside PVE's own sub-properties. */
const OWN_KEYS = ['storage', 'size', ...DISK_WORDS];

function fromMapping(
  guest: GuestKind,
  format: PropertyFormat,
  row: Property,
  option: string,
  value: unknown,
): Named {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { values: {}, problems: bad(value, "PVE's text or a mapping").problems };
  const values: Record<string, string | null> = {};
  const problems: Problem[] = [];
  for (const [key, each] of Object.entries(value)) {
    const schema = Object.hasOwn(format, key) ? format[key] : undefined;
    const target = schema?.alias ?? key;
    const known =
      schema !== undefined ||
      (row.shape === 'disk' && OWN_KEYS.includes(key)) ||
      isOlderKey(guest.kind, option, key);
    // A variable that says `on` without quotes is true: what PVE calls "on" is meant.
    const isOn = each === true && schema?.enum?.includes('on') === true;
    const text = each === null ? null : isOn ? 'on' : scalarText(each, ';');
    if (!known) {
      const found = nearest(key, [...Object.keys(format), ...(row.shape === 'disk' ? OWN_KEYS : [])]);
      problems.push({
        path: [key],
        message: `"${key}" is no sub-property of it${found === undefined ? '' : `; did you mean "${found}"?`}`,
      });
    } else if (text === undefined) {
      problems.push({ path: [key], ...problemOf(each, 'one value') });
    } else if (target in values) {
      problems.push({ path: [key], message: `"${target}" is given twice; once is wanted` });
    } else {
      if (schema?.keyAlias !== undefined) values[schema.keyAlias] = key;
      const targetSchema = format[target];
      values[target] = text === null || targetSchema === undefined ? text : scalarForm(targetSchema, text);
    }
  }
  return { values, problems: [...problems, ...checkValues(format, values)] };
}

function checkValues(format: PropertyFormat, values: Named['values']): readonly Problem[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const schema = Object.hasOwn(format, key) ? format[key] : undefined;
    if (schema === undefined || value === null || key === 'size') return [];
    return checkValue(schema, value).map(({ message }) => ({ path: [key], message }));
  });
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** A scalar or a list of scalars as PVE's text; undefined for anything else. */
function scalarText(value: unknown, separator = ' '): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (!Array.isArray(value)) return undefined;
  const items = value.map((item: unknown) => scalarText(item));
  return items.every((item) => item !== undefined) ? items.join(separator) : undefined;
}

function bad(value: unknown, wanted: string): Parsed {
  return { value: null, problems: [{ path: [], ...problemOf(value, wanted) }] };
}

function problemOf(value: unknown, wanted: string): { readonly message: string } {
  const is =
    value === null
      ? 'empty'
      : Array.isArray(value)
        ? 'a list'
        : typeof value === 'object'
          ? 'a mapping'
          : `a ${typeof value}`;
  return { message: `it is ${is}; ${wanted} is wanted` };
}
