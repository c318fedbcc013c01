import { listItems } from './getopt.ts';
import { Failure, failureText } from '../failure.ts';
import { afterCheckOf, isPropertyFormat, keysOf, verifierOf } from '../formats/named.ts';
import { splitProperties, type PropertyValues } from '../formats/property-string.ts';
import type { Properties, Schema } from '../schema/types.ts';

/** What is wrong, by path (`net0.model`). */
type Errors = Map<string, string>;

/** Checks parameters against their schema (PVE::JSONSchema::validate). Throws Failure with all that is wrong. */
export function verifyParameters(values: Readonly<Record<string, string>>, table: Properties): void {
  const errors: Errors = new Map();
  checkObject('', table, values, errors);
  if (errors.size > 0) throw new Failure('Parameter verification failed.\n', 400, errors);
}

/** Reads a property string and checks it against its schema (PVE::JSONSchema::parse_property_string). Throws Failure in PVE's words. */
export function parseProperties(
  format: string | Properties,
  text: string,
  path = '',
  skip: readonly string[] = [],
): PropertyValues {
  const table = keysOf(format);
  const values = splitProperties(table, text, skip);
  const errors: Errors = new Map();
  checkObject(path, table, values, errors);
  if (errors.size > 0) throw new Failure('format error\n', undefined, errors);
  afterCheckOf(format)?.(values);
  return values;
}

/** Checks every key that the schema names and refuses those that it does not; `path` is empty at the top. */
function checkObject(
  path: string,
  table: Properties,
  values: Readonly<Record<string, string>>,
  errors: Errors,
): void {
  for (const [name, schema] of Object.entries(table))
    checkValue(join(path, name), schema, values[name], errors);
  for (const name of Object.keys(values)) {
    const schema = table[name];
    if (schema === undefined) {
      addError(
        errors,
        join(path, name),
        'property is not defined in schema and the schema does not allow additional properties',
      );
    } else if (schema.requires !== undefined && values[schema.requires] === undefined) {
      addError(errors, join(path, schema.requires), `missing property required by '${join(path, name)}'`);
    }
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function addError(errors: Errors, path: string, text: string): void {
  const before = errors.get(path);
  errors.set(path, before === undefined ? text : `${before}\n${text}`);
}

function checkValue(path: string, schema: Schema, value: string | undefined, errors: Errors): void {
  if (schema.alias !== undefined) return;
  if (value === undefined) {
    if (!schema.optional) addError(errors, path, 'property is missing and it is not optional');
    return;
  }
  if (schema.type === 'array' && schema.items !== undefined) {
    for (const [index, item] of listItems(value).entries())
      checkValue(`${path}[${index}]`, schema.items, item, errors);
    return;
  }
  const wrong =
    typeError(schema.type, value) ?? formatError(schema.format, value, path) ?? shapeError(schema, value);
  if (wrong !== undefined) addError(errors, path, wrong);
}

function typeError(type: string | undefined, value: string): string | undefined {
  const right =
    type === 'boolean'
      ? value === '0' || value === '1'
      : type === 'integer'
        ? isInteger(value)
        : type === 'number'
          ? isNumber(value)
          : true;
  return right ? undefined : `type check ('${type}') failed - got '${value}'`;
}

function isInteger(value: string): boolean {
  return /^[+-]?\d+$/.test(value);
}

function isNumber(value: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value);
}

function formatError(
  format: string | Properties | undefined,
  value: string,
  path: string,
): string | undefined {
  if (format === undefined) return undefined;
  try {
    checkFormat(format, value, path);
    return undefined;
  } catch (thrown) {
    return `invalid format - ${failureText(thrown)}`;
  }
}

/** Checks a value against a named format or the keys of a property string. Throws Failure in PVE's words. */
export function checkFormat(format: string | Properties, value: string, path: string): void {
  if (isPropertyFormat(format)) parseProperties(format, value, path);
  else verifierOf(format)(value);
}

function shapeError(schema: Schema, value: string): string | undefined {
  const { pattern, maxLength, minLength, maximum, minimum } = schema;
  if (pattern !== undefined && !perlPattern(pattern).test(value))
    return 'value does not match the regex pattern';
  const length = [...value].length;
  if (maxLength !== undefined && length > maxLength) return `value may only be ${maxLength} characters long`;
  if (minLength !== undefined && length < minLength)
    return `value must be at least ${minLength} characters long`;
  if (isNumber(value)) {
    if (maximum !== undefined && Number(value) > maximum)
      return `value must have a maximum value of ${maximum}`;
    if (minimum !== undefined && Number(value) < minimum)
      return `value must have a minimum value of ${minimum}`;
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return `value '${value}' does not have a value in the enumeration '${schema.enum.join(', ')}'`;
  }
  return undefined;
}

/** A Perl pattern of the schema, anchored: `(?^:` is a plain group here, one with an `i` makes all of it blind to case, `{,8}` counts from 0. */
function perlPattern(pattern: string): RegExp {
  return new RegExp(
    `^(?:${pattern
      .replaceAll(/\(\?\^i?:/g, '(?:')
      .replaceAll('{,', '{0,')
      .replaceAll('(?>', '(?:')})$`,
    pattern.includes('(?^i:') ? 'i' : '',
  );
}
