import type { Diagnostic } from '../../diagnostic.ts';
import type { Effect, PropertyValue } from '../../plan/plan.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Wanted, WantedValue } from '../module.ts';
import { guestFirewall } from './guest-firewall.ts';
import type { GuestKind } from './guest-kind.ts';
import { notSo } from './not-so.ts';
import { pool } from './pool.ts';
import { readGuest } from './read-guest.ts';
import type { Guest } from './read-guest.ts';
import { replication } from './replication.ts';
import type { SideSetting } from './side-setting.ts';
import { template } from './template.ts';

/** In the order of their steps: a template is made last. */
export const sideSettings: readonly SideSetting[] = [pool, guestFirewall, replication, template];

export function findSide(name: string): SideSetting | undefined {
  return sideSettings.find((setting) => setting.name === name);
}

/** Whether a spec says something of them. */
export const hasSides = ({ options }: Wanted): boolean =>
  sideSettings.some(({ name }) => options[name] !== undefined);

/** What is wanted of the guest's own options. */
export function optionsOnly(wanted: Wanted): Wanted {
  return { ...wanted, options: without(wanted.options) };
}

/** What an effect says of the guest's own options. */
export function effectOnOptions(effect: Effect): Effect {
  return effect.brings === 'options'
    ? {
        ...effect,
        set: without(effect.set),
        remove: effect.remove.filter((name) => findSide(name) === undefined),
      }
    : effect;
}

function without<T>(values: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => findSide(name) === undefined));
}

/** What an effect says of side settings. */
function sidesIn(effect: Effect): readonly { readonly setting: SideSetting; readonly value: WantedValue }[] {
  if (effect.brings !== 'options') return [];
  const set = Object.entries(effect.set).map(([name, value]) => [name, value] as const);
  const removed = effect.remove.map((name) => [name, null] as const);
  return [...set, ...removed].flatMap(([name, value]) => {
    const setting = findSide(name);
    return setting === undefined ? [] : [{ setting, value }];
  });
}

/** Files of the cluster that hold what an effect says. */
export function sideFiles(effect: Effect): readonly string[] {
  return sidesIn(effect).flatMap(({ setting }) => setting.file?.(Number(effect.address.name)) ?? []);
}

export function predictSides(snapshot: Snapshot, effect: Effect): Snapshot {
  const vmid = Number(effect.address.name);
  return sidesIn(effect).reduce((before, { setting, value }) => setting.write(before, vmid, value), snapshot);
}

/** What of an effect's side settings is missing in what was read again. */
export function verifySides(kind: GuestKind, snapshot: Snapshot, effect: Effect): readonly Diagnostic[] {
  return sidesIn(effect).flatMap(({ setting, value }): readonly Diagnostic[] => {
    const guest = readGuest(kind, snapshot, Number(effect.address.name));
    const is = guest === undefined || isUnknown(guest) ? guest : setting.read(guest, snapshot);
    const left = isUnknown(is) ? undefined : setting.missing(value, is);
    if (!isUnknown(is) && left === undefined) return [];
    const what = isUnknown(is)
      ? `its ${setting.name} is not known, as ${is.unknown}`
      : `its ${setting.name} is ${shown(is)}; ${shown(left)} is wanted`;
    return [notSo(effect, what)];
  });
}

function shown(value: WantedValue | undefined): string {
  if (typeof value !== 'object' || value === null) return value ?? 'none';
  return Object.entries(value)
    .map(([key, each]) => (each === null ? `no ${key}` : `${key}=${each}`))
    .join(',');
}

/** Side settings of a guest that say something, by name, as arguments that declare them. */
export function sideArgs(guest: Guest, snapshot: Snapshot): Readonly<Record<string, PropertyValue>> {
  return Object.fromEntries(
    sideSettings.flatMap((setting) => {
      const value = setting.read(guest, snapshot);
      return value === undefined || isUnknown(value) || value === '0' ? [] : [[setting.name, value]];
    }),
  );
}
