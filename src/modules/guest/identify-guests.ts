import { address, formatAddress } from '../../address.ts';
import type { Diagnostic, Result } from '../../diagnostic.ts';
import { fail, formatPosition, ok, positionAt } from '../../diagnostic.ts';
import { effectiveOptions } from '../../pve/guest-config.ts';
import type { GuestEntry } from '../../snapshot/guests.ts';
import { guests } from '../../snapshot/guests.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { nextIdRange, usedVmids } from '../../snapshot/used-vmids.ts';
import type { Spec } from '../../spec.ts';

/** What a spec says in place of a number: the guest is known by its name. */
export const AUTO = 'auto';

const nameOptions: Readonly<Record<string, 'name' | 'hostname'>> = { vm: 'name', container: 'hostname' };

/** The name by which a spec's guest is known when it has no number; undefined: it has one, or no name either. */
export function nameOfAuto({ kind, args }: Spec): string | undefined {
  return args['vmid'] === AUTO ? nameIn(kind, args) : undefined;
}

/** The name that a spec's arguments give its guest. */
export function nameIn(kind: string, args: Spec['args']): string | undefined {
  const name = args[nameOptions[kind] ?? ''];
  return typeof name === 'number' || (typeof name === 'string' && name !== '') ? String(name) : undefined;
}

/**
 * Gives each spec with `vmid: auto` its number: that of the guest of its kind with its name, or the lowest that is free in
 * the cluster and that no spec has, in the order of the specs. VMs and containers share one row of numbers.
 */
export function identifyGuests(specs: readonly Spec[], snapshot: Snapshot): ReadonlyMap<Spec, Result<Spec>> {
  const found = new Map<Spec, Result<Spec>>();
  const autos = specs.flatMap((spec) => {
    const name = nameOfAuto(spec);
    return name === undefined ? [] : [{ spec, name }];
  });
  if (autos.length === 0) return found;
  const all = guests(snapshot);
  const used = usedVmids(snapshot);
  if (isUnknown(all) || isUnknown(used)) {
    const why = [all, used].find(isUnknown)?.unknown;
    for (const { spec, name } of autos)
      found.set(spec, cannot(spec, name, snapshot, 'unknown', `the guests are not known, as ${why}`));
    return found;
  }
  const byName = namesOf(all);
  const numbered = new Map<string, Spec>(
    specs.flatMap((spec) => {
      const name = nameIn(spec.kind, spec.args);
      return spec.kind in nameOptions && isNumber(spec.args['vmid']) && name !== undefined
        ? [[`${spec.kind}/${name}`, spec]]
        : [];
    }),
  );
  const free = freeVmids(used, specs, snapshot);
  const chosen = new Map<string, number | undefined>();
  for (const { spec, name } of autos) {
    const key = `${spec.kind}/${name}`;
    const other = numbered.get(key);
    const doubt =
      other === undefined
        ? nameDoubt(spec, name, byName.get(key) ?? [], all, snapshot)
        : cannot(spec, name, snapshot, 'name-twice', alsoDeclared(other));
    if (doubt !== undefined) {
      found.set(spec, doubt);
      continue;
    }
    if (!chosen.has(key)) chosen.set(key, byName.get(key)?.[0]?.vmid ?? free());
    const vmid = chosen.get(key);
    found.set(
      spec,
      vmid === undefined
        ? cannot(spec, name, snapshot, 'no-free-vmid', noneFree(snapshot))
        : ok({ ...spec, args: { ...spec.args, vmid }, knownAs: name }),
    );
  }
  return found;
}

const isNumber = (vmid: unknown): boolean => /^\d+$/u.test(String(vmid));

/** Guests by kind and name, as they are or will be after a restart. */
function namesOf(all: readonly GuestEntry[]): ReadonlyMap<string, readonly GuestEntry[]> {
  const found = new Map<string, GuestEntry[]>();
  for (const guest of all) {
    if (isUnknown(guest.config)) continue;
    const name = effectiveOptions(guest.config)[nameOptions[guest.type] ?? ''];
    if (name === undefined) continue;
    const key = `${guest.type}/${name}`;
    const before = found.get(key);
    if (before === undefined) found.set(key, [guest]);
    else before.push(guest);
  }
  return found;
}

/** Why a name doesn't tell which guest is meant. */
function nameDoubt(
  spec: Spec,
  name: string,
  named: readonly GuestEntry[],
  all: readonly GuestEntry[],
  snapshot: Snapshot,
): Result<never> | undefined {
  if (named.length > 1) {
    const which = named.map(({ type, vmid, node }) => `${type}/${vmid} on ${node}`).join(' and ');
    return cannot(
      spec,
      name,
      snapshot,
      'ambiguous-name',
      `${which} have that name; one is wanted`,
      'Write the vmid of the one that is meant, or give the others other names.',
    );
  }
  const unread = all.find(({ type, config }) => type === spec.kind && isUnknown(config));
  if (named.length > 0 || unread === undefined || !isUnknown(unread.config)) return undefined;
  const why = `whether ${unread.type}/${unread.vmid} has that name is not known, as ${unread.config.unknown}`;
  return cannot(spec, name, snapshot, 'unknown', why);
}

/** Gives the next free number each time; undefined when there is none any more. */
function freeVmids(
  used: ReadonlySet<number>,
  specs: readonly Spec[],
  snapshot: Snapshot,
): () => number | undefined {
  const taken = new Set([
    ...used,
    ...specs.flatMap(({ args: { vmid } }) => (isNumber(vmid) ? [Number(vmid)] : [])),
  ]);
  const { lower, upper } = nextIdRange(snapshot);
  let next = lower;
  return () => {
    while (taken.has(next)) next++;
    return next < upper ? next++ : undefined;
  };
}

function noneFree(snapshot: Snapshot): string {
  const { lower, upper } = nextIdRange(snapshot);
  return `no VMID from ${lower} to ${upper - 1} is free; "next-id" of datacenter.cfg says where to look`;
}

function alsoDeclared({ kind, args, positions }: Spec): string {
  const at = positionAt(positions, ['vmid']);
  const where = at === undefined ? '' : ` at ${formatPosition(at)}`;
  return `${kind}/${String(args['vmid'])}${where} is declared with that name, too; one of them is wanted`;
}

function cannot(
  spec: Spec,
  name: string,
  snapshot: Snapshot,
  code: string,
  what: string,
  hint?: string,
): Result<never> {
  const at = positionAt(spec.positions, ['vmid']);
  const diagnostic: Diagnostic = {
    code: `guest/${code}`,
    severity: 'error',
    trouble: 'refused',
    message: `Cannot plan ${formatAddress(address(spec.kind, name, snapshot.cluster))}: ${what}`,
    ...(at && { at }),
    ...(hint !== undefined && { hint }),
  };
  return fail(diagnostic);
}
