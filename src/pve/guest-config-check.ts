import { checkOption } from './check-call.ts';
import { checkValue } from './check-value.ts';
import type { Finding } from './file-kind.ts';
import type { SectionName } from './guest-config.ts';
import { ownOptions } from './guest-own-options.ts';
import { optionSchema, type GuestKind } from './option-schema.ts';
import type { PropertySchema } from './schema/property-schema.ts';

/**
 * What PVE makes of an option when it reads a guest's config (check_type in QemuServer.pm and LXC/Config.pm). It looks at
 * the type and the format alone; bounds, words and patterns hold only for `qm set` and the API, so a file that breaks
 * them is read, and told of as a warning. What a VM's option breaks beyond that is dropped; a container's is kept.
 */
export function checkConfigOption(
  kind: GuestKind,
  section: SectionName,
  key: string,
  value: string,
): readonly Omit<Finding, 'line'>[] {
  // PVE skips the one, and takes anything in the other.
  if (section.startsWith('unknown:') || section === 'special:cloudinit') return [];
  const dropped = kind === 'vm' ? 'error' : 'warning';
  if (key === 'snapstate' && value !== 'prepare' && value !== 'delete') {
    const message = `"snapstate" is "${value}"; prepare or delete is wanted`;
    return [{ severity: dropped, code: 'value', message }];
  }
  if (isReadApart(section, key)) return [];
  const own = ownOptions(kind, section);
  if (!Object.hasOwn(own, key) && (section === 'special:fleecing' || optionSchema(kind, key) === undefined)) {
    const message = `"${key}" is no option of a ${kind}; PVE passes it over`;
    return [{ severity: dropped, code: 'unknown-option', message }];
  }
  const refusals = Object.hasOwn(own, key)
    ? checkValue(own[key] ?? {}, value)
    : checkOption(kind, key, value);
  const unread = readRefusal(kind, section, key, value);
  const severity = unread === undefined ? 'warning' : dropped;
  const messages =
    refusals.length > 0
      ? refusals.map(({ message, path = [] }) => `${[key, ...path].join('.')}: ${message}`)
      : [unread].flatMap((message) => (message === undefined ? [] : [`${key}: ${message}`]));
  return messages.map((message) => ({ severity, code: 'value', message }));
}

/** Why PVE can't read the text of an option that it knows; undefined when it can. */
export function readRefusal(
  kind: GuestKind,
  section: SectionName,
  key: string,
  value: string,
): string | undefined {
  const own = ownOptions(kind, section);
  const schema = Object.hasOwn(own, key) ? own[key] : optionSchema(kind, key);
  if (schema === undefined || isReadApart(section, key)) return undefined;
  // The one white space that is not trimmed is a carriage return with nothing before it.
  if (value.includes('\r')) return 'there is a carriage return in it; a line that ends without is wanted';
  if (schema.type === 'integer' && !/^\d+$/u.test(value)) return 'a whole number without a sign is wanted';
  if (schema.type === 'number' && !/^\d+(?:\.\d+)?$/u.test(value)) return 'a plain number is wanted';
  const { type, format } = schema;
  const read: PropertySchema = { ...(type && { type }), ...(format !== undefined && { format }) };
  return checkValue(read, value)[0]?.message;
}

/** Keys with a rule of their own in the reader, before any type. */
const isReadApart = (section: SectionName, key: string): boolean =>
  key === 'snapstate' || key === 'description' || (key === 'delete' && section === 'pending');
