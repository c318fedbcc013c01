import { ACCESS_VERIFIERS } from './access.ts';
import { FIREWALL_VERIFIERS } from './firewall.ts';
import { GUEST_VERIFIERS } from './guest.ts';
import { NETWORK_VERIFIERS } from './network.ts';
import { IDENTIFIER_VERIFIERS } from './identifiers.ts';
import { SDN_VERIFIERS } from './sdn.ts';
import { STORAGE_VERIFIERS } from './storage.ts';
import { PROPERTY_FORMATS } from './properties.ts';
import { afterCpu } from './cpu.ts';
import type { PropertyValues } from './property-string.ts';
import type { Properties } from '../schema/types.ts';
import { splitList } from './values.ts';
import type { Verifier } from './verifier.ts';

const VERIFIERS: Readonly<Record<string, Verifier>> = {
  ...IDENTIFIER_VERIFIERS,
  ...ACCESS_VERIFIERS,
  ...FIREWALL_VERIFIERS,
  ...NETWORK_VERIFIERS,
  ...GUEST_VERIFIERS,
  ...STORAGE_VERIFIERS,
  ...SDN_VERIFIERS,
};

/** True for the keys of a property string and for the name of such a format. */
export function isPropertyFormat(format: string | Properties): boolean {
  return typeof format !== 'string' || PROPERTY_FORMATS[format] !== undefined;
}

/** The keys of a property string format. A name that is none is a bug of the lab. */
export function keysOf(format: string | Properties): Properties {
  if (typeof format !== 'string') return format;
  const keys = PROPERTY_FORMATS[format];
  if (keys === undefined) throw new Error(`no property string format '${format}'`);
  return keys;
}

/** What PVE checks of a whole property string after its keys, if anything. */
export function afterCheckOf(format: string | Properties): ((values: PropertyValues) => void) | undefined {
  return format === 'pve-vm-cpu-conf' ? afterCpu : undefined;
}

/** The verifier of a named format; `x-list` checks every entry, `x-opt` lets the empty text pass. A name nobody wrote down is a bug of the lab. */
export function verifierOf(format: string | Properties): Verifier {
  if (typeof format !== 'string') throw new Error('a property string has no single verifier');
  const [, name, kind] = /^(.*?)(?:-(list|opt))?$/.exec(format) ?? [];
  const verify = VERIFIERS[format] ?? VERIFIERS[name ?? ''];
  if (verify === undefined) throw new Error(`the format '${format}' is not written yet`);
  if (kind === 'list') return (value) => splitList(value).forEach(verify);
  if (kind === 'opt') return (value) => (value === '' ? undefined : verify(value));
  return verify;
}
