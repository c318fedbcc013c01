import { impliedValue, optionValueOfAbsence } from './absence.ts';
import { propertyFormat } from './named-property-formats.ts';
import type { OptionSchema } from './option-schema.ts';
import { defaultKeyOf } from './property-format.ts';
import { readKeys } from './property-string.ts';
import { scalarForm } from './scalar-form.ts';
import type { PropertyFormat, PropertySchema } from './schema/property-schema.ts';

/**
 * One spelling for all texts of an option that mean the same to PVE; texts that mean something else keep apart.
 * The rules for single values are in scalar-form.ts, those for keys left out in absence.ts, each with its source.
 * Text that PVE would refuse is returned as it is.
 */
export function normalise(schema: OptionSchema | PropertySchema, text: string): string {
  if (isDescription(schema)) return isContainer(schema) ? text.replace(/\n+$/u, '') : text.trimEnd();
  const format = propertyFormat(schema);
  if (format !== undefined) return propertiesForm(format, text);
  if (dropsQuotes(schema))
    return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  return scalarForm(schema, text);
}

/** Whether two texts of an option mean the same to PVE; undefined is the option left out. */
export function sameValue(schema: OptionSchema, a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) {
    const text = a ?? b;
    return text === undefined || sameAsAbsent(schema, text);
  }
  return normalise(schema, a) === normalise(schema, b);
}

/** Whether a guest with this text behaves as one whose config does not have the option at all. */
export function sameAsAbsent(schema: OptionSchema, text: string): boolean {
  const form = normalise(schema, text);
  const absent = optionValueOfAbsence(schema);
  if (absent !== undefined && form === normalise(schema, absent)) return true;
  const format = propertyFormat(schema);
  // Every key was one that equals its absence.
  return format !== undefined && form === '' && Object.values(format).every((key) => key.optional === true);
}

/** Without the keys that mean nothing more than their absence, and with a default key that was left to its default. */
function propertiesForm(format: PropertyFormat, text: string): string {
  const { keys, problems } = readKeys(format, text);
  if (problems.length > 0) return text;
  const absences = absentForms(format);
  const defaultKey = defaultKeyOf(format);
  const parts: string[] = [];
  let hasDefault = defaultKey === undefined || keys.length === 0;
  for (const { name, value } of keys) {
    if (name === defaultKey) hasDefault = true;
    if (absences.get(name) !== value) parts.push(`${name}=${value}`);
  }
  if (!hasDefault && defaultKey !== undefined && format[defaultKey]?.optional === true) {
    const implied = impliedValue(format, defaultKey);
    if (implied !== undefined) parts.push(`${defaultKey}=${implied}`);
  }
  return parts.sort().join(',');
}

/** Key → the value, in normal form, that means the same as leaving it out. Made once a format: disks have dozens of keys. */
function absentForms(format: PropertyFormat): ReadonlyMap<string, string> {
  const known = absentFormsOf.get(format);
  if (known !== undefined) return known;
  const made = new Map<string, string>();
  for (const [name, schema] of Object.entries(format)) {
    const implied =
      schema.optional === true && schema.defaultKey !== true ? impliedValue(format, name) : undefined;
    if (implied !== undefined) made.set(name, scalarForm(schema, implied));
  }
  absentFormsOf.set(format, made);
  return made;
}

const absentFormsOf = new WeakMap<PropertyFormat, ReadonlyMap<string, string>>();

const isDescription = (schema: OptionSchema | PropertySchema): boolean =>
  'name' in schema && schema.name === 'description';

/** White space at the end of the text is a part of a container's description, but not of a VM's. */
const isContainer = (schema: OptionSchema | PropertySchema): boolean =>
  'kind' in schema && schema.kind === 'container';

const dropsQuotes = (schema: OptionSchema | PropertySchema): boolean =>
  'dropsQuotes' in schema && schema.dropsQuotes;
