import { impliedValue, optionValueOfAbsence } from './absence.ts';
import { propertyFormat } from './named-property-formats.ts';
import type { OptionSchema } from './option-schema.ts';
import { decodePropertyString, defaultKeyOf, type Properties } from './property-string.ts';
import { scalarForm } from './scalar-form.ts';
import type { PropertyFormat, PropertySchema } from './schema/property-schema.ts';

/**
 * One spelling for all texts of an option that mean the same to PVE; texts that mean something else keep apart.
 * The rules for single values are in scalar-form.ts, those for keys left out in absence.ts, each with its source.
 * Text that PVE would refuse is returned as it is.
 */
export function normalise(schema: OptionSchema | PropertySchema, text: string): string {
  if (isDescription(schema))
    return isContainer(schema) ? text.replace(/\n+$/u, '') : text.replace(/\s+$/u, '');
  const format = propertyFormat(schema);
  if (format !== undefined) return propertiesForm(format, text);
  if (dropsQuotes(schema)) return text.replace(/^"(?<inside>.*)"$/su, '$<inside>');
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

function propertiesForm(format: PropertyFormat, text: string): string {
  const { values, problems } = decodePropertyString(format, text);
  if (problems.length > 0) return text;
  return Object.entries(withImplied(format, values))
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(',');
}

/** Without the keys that mean nothing more than their absence, and with a default key that was left to its default. */
function withImplied(format: PropertyFormat, values: Properties): Properties {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    const schema = format[name];
    const implied = impliedValue(format, name);
    const drops = schema !== undefined && schema.optional === true && schema.defaultKey !== true;
    if (!drops || implied === undefined || scalarForm(schema, implied) !== value) kept[name] = value;
  }
  const defaultKey = defaultKeyOf(format);
  if (defaultKey === undefined || format[defaultKey]?.optional !== true || defaultKey in kept) return kept;
  const implied = Object.keys(values).length === 0 ? undefined : impliedValue(format, defaultKey);
  return implied === undefined ? kept : { ...kept, [defaultKey]: implied };
}

const isDescription = (schema: OptionSchema | PropertySchema): boolean =>
  'name' in schema && schema.name === 'description';

/** White space at the end of the text is a part of a container's description, but not of a VM's. */
const isContainer = (schema: OptionSchema | PropertySchema): boolean =>
  'kind' in schema && schema.kind === 'container';

const dropsQuotes = (schema: OptionSchema | PropertySchema): boolean =>
  'dropsQuotes' in schema && schema.dropsQuotes;
