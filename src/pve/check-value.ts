import { didYouMean } from '../text/did-you-mean.ts';
import type { PveCall } from './call.ts';
import { refusedByFormat } from './formats.ts';
import { propertyFormat } from './named-property-formats.ts';
import { decodePropertyString } from './property-string.ts';
import { parseBoolean } from './scalar-form.ts';
import type { PropertyFormat, PropertySchema } from './schema/property-schema.ts';

/** Why PVE would refuse a value. */
export interface Refusal {
  /** "<what is>; <what is wanted>", without the name of the option. */
  readonly message: string;
  /** The key inside a property string that it is about. */
  readonly path?: readonly string[];
}

/**
 * Checks a parameter of a call as a command line gives it; a list is for an array. What stands for a secret or a digest
 * is not known here, so it passes.
 */
export function checkArgument(schema: PropertySchema, value: PveCall['params'][string]): readonly Refusal[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (Array.isArray(value) && schema.type !== 'array')
    return [{ message: 'a list is there; one value is wanted' }];
  const texts = given.filter((part) => typeof part === 'string');
  if (texts.some((text) => text.includes('\0')))
    return [{ message: 'there is a NUL character in it; text that a command line can carry is wanted' }];
  return texts.flatMap((text) => checkValue(schema.items ?? schema, text));
}

/** The last value that was checked against each schema: many guests are declared alike. */
const checkedLast = new WeakMap<
  PropertySchema,
  { readonly value: string; readonly refusals: readonly Refusal[] }
>();

/** Checks a value against its schema as PVE::JSONSchema check_prop does, bounds and nested keys included. */
export function checkValue(schema: PropertySchema, value: string): readonly Refusal[] {
  const last = checkedLast.get(schema);
  if (last?.value === value) return last.refusals;
  const refusals = findRefusals(schema, value);
  checkedLast.set(schema, { value, refusals });
  return refusals;
}

function findRefusals(schema: PropertySchema, value: string): readonly Refusal[] {
  const wrong = wrongType(schema, value);
  if (wrong !== undefined) return [{ message: `${quoted(value)} is ${wrong.is}; ${wrong.wanted} is wanted` }];
  const format = propertyFormat(schema);
  if (format !== undefined) {
    const inside = checkProperties(format, value);
    if (inside.length > 0) return inside;
  }
  const reason = wrongFormat(schema, value) ?? outOfBounds(schema, value);
  return reason === undefined ? [] : [{ message: `${quoted(value)} is refused; ${reason}` }];
}

function wrongType(
  schema: PropertySchema,
  value: string,
): { readonly is: string; readonly wanted: string } | undefined {
  switch (schema.type) {
    case 'boolean':
      return parseBoolean(value) === undefined ? { is: 'neither yes nor no', wanted: '1 or 0' } : undefined;
    case 'integer':
      return /^[+-]?\d+$/u.test(value) ? undefined : { is: 'no whole number', wanted: numberWanted(schema) };
    case 'number':
      return isNumber(value) ? undefined : { is: 'no number', wanted: numberWanted(schema) };
    case 'array':
    case 'string':
    case undefined:
      return undefined;
  }
}

function checkProperties(format: PropertyFormat, value: string): readonly Refusal[] {
  const { values, problems } = decodePropertyString(format, value);
  const known = Object.keys(format);
  const refusals: Refusal[] = problems.map(({ key, message }) =>
    key === undefined
      ? { message }
      : {
          message: key in values && !known.includes(key) ? `${message}${didYouMean(key, known)}` : message,
          path: [key],
        },
  );
  for (const [name, text] of Object.entries(values)) {
    const schema = Object.hasOwn(format, name) ? format[name] : undefined;
    if (schema === undefined) continue;
    for (const { message } of checkValue(schema, text)) refusals.push({ message, path: [name] });
    if (schema.requires !== undefined && !(schema.requires in values)) {
      refusals.push({
        message: `"${name}" is there without "${schema.requires}"; both are wanted`,
        path: [name],
      });
    }
  }
  for (const [name, schema] of Object.entries(format)) {
    if (schema.optional === true || schema.alias !== undefined || name in values) continue;
    refusals.push({ message: `"${name}" is missing; PVE does not do without it` });
  }
  return refusals;
}

function wrongFormat(schema: PropertySchema, value: string): string | undefined {
  if (typeof schema.format === 'string') {
    const reason = refusedByFormat(schema.format, value);
    if (reason !== undefined) return reason;
  }
  if (schema.pattern !== undefined && !matcher(schema.pattern).test(value))
    return `text of the form ${schema.pattern} is wanted`;
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return `one of ${schema.enum.join(', ')} is wanted${didYouMean(value, schema.enum)}`;
  }
  return undefined;
}

function outOfBounds(schema: PropertySchema, value: string): string | undefined {
  const { maximum, minimum, maxLength, minLength } = schema;
  // Perl counts characters.
  const length = maxLength === undefined && minLength === undefined ? 0 : [...value].length;
  if (maxLength !== undefined && length > maxLength)
    return `at most ${maxLength} characters are wanted, not ${length}`;
  if (minLength !== undefined && length < minLength)
    return `at least ${minLength} characters are wanted, not ${length}`;
  if (!isNumber(value)) return undefined;
  const fits = Number(value) >= (minimum ?? -Infinity) && Number(value) <= (maximum ?? Infinity);
  return fits ? undefined : `${numberWanted(schema)} is wanted`;
}

function numberWanted(schema: PropertySchema): string {
  const { minimum, maximum, type } = schema;
  const what = type === 'integer' ? 'a whole number' : 'a number';
  if (minimum !== undefined && maximum !== undefined) return `${what} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${what} of at least ${minimum}`;
  return maximum === undefined ? what : `${what} of at most ${maximum}`;
}

const isNumber = (text: string): boolean => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu.test(text);

const matchers = new Map<string, RegExp>();

/**
 * Compiled once. PVE puts an anchor at both ends, and no brackets: of "a|b" the first is held at the start alone. Perl's
 * escapes are JavaScript's without the strict mode `u`.
 */
function matcher(pattern: string): RegExp {
  const known = matchers.get(pattern);
  if (known !== undefined) return known;
  const made = new RegExp(`^${pattern}$`, 's');
  matchers.set(pattern, made);
  return made;
}

/** Long values are cut: a message is one line. */
function quoted(value: string): string {
  const line = value.replaceAll(/\s+/gu, ' ');
  return `"${line.length > 60 ? `${line.slice(0, 57)}...` : line}"`;
}
