import type { Address } from '../address.ts';
import { findModule } from '../modules/registry.ts';
import type { Spec } from '../spec.ts';

/** The address that a spec of a document declares; documents are checked, so it has one. */
export function specAddress(spec: Spec): Address {
  const parsed = findModule(spec.kind)?.parse(spec, spec.cluster ?? '');
  if (parsed?.ok === true) return parsed.value.address;
  return { kind: spec.kind, name: String(spec.args['vmid']), cluster: spec.cluster ?? '' };
}

/** That address, and the one by the name that it was declared by instead of a number. */
export function specAddresses(spec: Spec): readonly Address[] {
  const own = specAddress(spec);
  return spec.knownAs === undefined ? [own] : [own, { ...own, name: spec.knownAs }];
}
