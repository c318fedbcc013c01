import { address, formatAddress } from '../../address.ts';
import type { Result } from '../../diagnostic.ts';
import { fail, ok, positionAt } from '../../diagnostic.ts';
import { effectiveOptions } from '../../pve/guest-config.ts';
import { findGuest, guests } from '../../snapshot/guests.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Spec } from '../../spec.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { identifyGuests, nameIn } from './identify-guests.ts';

/**
 * Gives each spec its number, and each that is not there yet and is to be a clone of a guest by its name that guest's
 * number: of one that is there, or that another spec makes.
 */
export function identifyBirths(specs: readonly Spec[], snapshot: Snapshot): ReadonlyMap<Spec, Result<Spec>> {
  const found = new Map(identifyGuests(specs, snapshot));
  const now = specs.map((spec) => {
    const result = found.get(spec);
    return result?.ok === true ? result.value : spec;
  });
  const names = specs.some((spec) => sourceName(spec) !== undefined)
    ? numbersByName(now, snapshot)
    : new Map();
  for (const [index, spec] of specs.entries()) {
    const numbered = now[index] ?? spec;
    const name = sourceName(numbered);
    if (name === undefined || found.get(spec)?.ok === false || isThere(numbered, snapshot)) continue;
    found.set(spec, withSource(numbered, name, names, snapshot));
  }
  return found;
}

/** The name of the guest that a spec is to be a clone of, where it is no number. */
function sourceName({ kind, args: { clone } }: Spec): string | undefined {
  if (kind !== 'vm' && kind !== 'container') return undefined;
  const from: unknown = typeof clone === 'object' && clone !== null && 'from' in clone ? clone.from : clone;
  return typeof from === 'string' && !/^\d*$/u.test(from) ? from : undefined;
}

function isThere({ kind, args: { vmid } }: Spec, snapshot: Snapshot): boolean {
  const found = findGuest(snapshot, Number(vmid));
  return found !== undefined && (isUnknown(found) || found.type === kind);
}

type Numbers = ReadonlyMap<string, ReadonlySet<string>>;

/** The VMIDs that each name means, by kind: of guests that are there, and of those that are declared. */
function numbersByName(specs: readonly Spec[], snapshot: Snapshot): Numbers {
  const numbers = new Map<string, Set<string>>();
  const add = (kind: string, name: string | undefined, vmid: string): void => {
    if (name === undefined) return;
    const key = `${kind}/${name}`;
    numbers.set(key, (numbers.get(key) ?? new Set()).add(vmid));
  };
  const all = guests(snapshot);
  for (const { type, vmid, config } of isUnknown(all) ? [] : all) {
    const options = isUnknown(config) ? {} : effectiveOptions(config);
    add(type, options[type === 'vm' ? 'name' : 'hostname'], String(vmid));
  }
  for (const { kind, args } of specs)
    if (/^\d+$/u.test(String(args['vmid']))) add(kind, nameIn(kind, args), String(args['vmid']));
  return numbers;
}

function withSource(spec: Spec, name: string, names: Numbers, snapshot: Snapshot): Result<Spec> {
  const { kind, args } = spec;
  const [vmid, ...others] = names.get(`${kind}/${name}`) ?? [];
  if (vmid !== undefined && others.length === 0) {
    const clone = typeof args['clone'] === 'object' ? { ...args['clone'], from: vmid } : vmid;
    return ok({ ...spec, args: { ...args, clone } });
  }
  const at = positionAt(spec.positions, ['clone', 'from']);
  const known = [...names.keys()].flatMap((key) =>
    key.startsWith(`${kind}/`) ? [key.slice(kind.length + 1)] : [],
  );
  const what =
    vmid === undefined
      ? `there is no ${kind} "${name}", of which it is to be a clone${didYouMean(name, known)}`
      : `${[vmid, ...others].map((each) => `${kind}/${each}`).join(' and ')} are called "${name}"; one is wanted to be cloned`;
  return fail({
    code: vmid === undefined ? 'guest/no-source' : 'guest/ambiguous-name',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot plan ${formatAddress(address(kind, String(args['vmid']), snapshot.cluster))}: ${what}`,
    ...(at && { at }),
    hint:
      vmid === undefined
        ? '"pvefleet ls guests" shows those that there are.'
        : 'Write the VMID of the one that is meant.',
  });
}
