import { isUnnamed } from './unnamed-volume.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import { notSo } from './not-so.ts';
import type { Effect } from '../../plan/plan.ts';
import { normalise } from '../../pve/normal-form.ts';
import { snapshotNames } from '../../pve/guest-config.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import { parseSize } from '../../pve/size.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { WantedValue } from '../module.ts';
import { findProperty } from '../property.ts';
import { lineOf, placeOf } from './disk-place.ts';
import type { GuestKind } from './guest-kind.ts';
import { holdersOf } from './unused-disks.ts';
import { satisfies } from './option-change.ts';
import { propertyValue, readGuest } from './read-guest.ts';
import type { Guest } from './read-guest.ts';
import { optionsOfSnapshot } from './snapshot-options.ts';
import { strayDisks } from './stray-disks.ts';

/** What of a step's effect is missing in what was read again after it: exit code 0 is no proof. */
export function verifyGuest(kind: GuestKind, snapshot: Snapshot, effect: Effect): readonly Diagnostic[] {
  const guest = readGuest(kind, snapshot, Number(effect.address.name));
  if (isUnknown(guest)) return [notSo(effect, `it could not be read again, as ${guest.unknown}`)];
  if (effect.brings === 'absence')
    return guest === undefined ? [] : [notSo(effect, `it is still there, on ${guest.node}`)];
  if (guest === undefined) return [notSo(effect, 'its config is not there')];
  if (effect.brings === 'restore') return strayDisks(kind, guest, effect);
  if (effect.brings === 'place')
    return guest.node === effect.to ? [] : [notSo(effect, `it is on ${guest.node}; ${effect.to} is wanted`)];
  if (effect.brings === 'power') {
    if (guest.power === effect.is) return leftUndone(guest, effect).map((what) => notSo(effect, what));
    return [
      notSo(
        effect,
        isUnknown(guest.power)
          ? `whether it runs is not known, as ${guest.power.unknown}`
          : `it is ${guest.power}; ${effect.is} is wanted`,
      ),
    ];
  }
  const { lock } = guest.active;
  if (effect.brings === 'options' && effect.copyOf !== undefined && lock !== undefined)
    return [notSo(effect, `it is locked (${lock}), so it is not whole`)];
  if (effect.brings === 'snapshot') {
    if (snapshotNames(guest.config).includes(effect.name) === effect.there) return [];
    return [notSo(effect, `the snapshot ${effect.name} is ${effect.there ? 'not there' : 'still there'}`)];
  }
  if (effect.brings === 'rolled-back') {
    const other = notAsSnapshot(kind, guest, effect);
    return other.length === 0
      ? []
      : [notSo(effect, `it is not as the snapshot ${effect.name} has it (${other.join(', ')})`)];
  }
  const wrong = Object.entries(effect.set).flatMap(([option, value]) =>
    wrongOption(kind, guest, option, value),
  );
  const left = effect.remove
    .filter((option) => guest.effective[option] !== undefined)
    .map((option) => `${option} is still set`);
  const pending = effect.revert
    .filter((option) => guest.pending.set[option] !== undefined || guest.pending.remove.includes(option))
    .map((option) => `${option} is still pending`);
  const lost = (effect.keeps ?? [])
    .filter((volume) => !isUnnamed(volume))
    .filter((volume) => holdersOf(kind, { ...guest.effective, ...guest.active }, volume).length === 0)
    .map((volume) => `its volume ${volume} is not in its config any more`);
  const stayed = (effect.destroys ?? [])
    .filter((volume) => holdersOf(kind, { ...guest.effective, ...guest.active }, volume).length > 0)
    .map((volume) => `its volume ${volume} is still in its config`);
  return [...wrong, ...left, ...pending, ...lost, ...stayed].map((what) => notSo(effect, what));
}

/** What a restart or a hibernation should have done beside the power. */
function leftUndone(guest: Guest, { how }: Effect & { brings: 'power' }): readonly string[] {
  if (how === 'hibernation')
    return guest.active['lock'] === 'suspended' ? [] : ['it is not marked as suspended'];
  const pending = [...Object.keys(guest.pending.set), ...guest.pending.remove];
  return how === 'restart' ? pending.map((option) => `${option} is still pending`) : [];
}

/** What is not as in the snapshot that a guest was put back to. */
function notAsSnapshot(
  kind: GuestKind,
  guest: Guest,
  { name, runs }: Effect & { brings: 'rolled-back' },
): readonly string[] {
  const wanted = { ...optionsOfSnapshot(guest.config, name), parent: name };
  const options = Object.entries(wanted).filter(
    ([option]) => option === 'parent' || findProperty(kind.properties, option) !== undefined,
  );
  return [
    ...options.flatMap(([option, text]) => (guest.effective[option] === text ? [] : [option])),
    ...(guest.power === (runs === true ? 'running' : 'stopped') ? [] : ['power']),
  ];
}

function wrongOption(
  kind: GuestKind,
  guest: Guest,
  option: string,
  value: NonNullable<WantedValue>,
): readonly string[] {
  const row = findProperty(kind.properties, option);
  if (row?.transient === true) return [];
  const text = guest.effective[option];
  // What it is can't be read back.
  if (row?.shape === 'secret' && text !== undefined) return [];
  const is = text === undefined ? `${option} is not set` : `${option} is ${text}`;
  if (row?.shape === 'disk' && typeof value === 'object') {
    if (text === undefined) return [is];
    return diskHolds(kind, option, text, guest.active[option] ?? text, value)
      ? []
      : [`${is}; ${describe(value)} is wanted`];
  }
  return satisfies(kind, option, text, value) || sameText(kind, option, text, value)
    ? []
    : [`${is}; ${describe(value)} is wanted`];
}

function diskHolds(
  kind: GuestKind,
  option: string,
  text: string,
  activeText: string,
  wanted: Readonly<Record<string, string | null>>,
): boolean {
  const { storage, size } = wanted;
  // How large the volume is the line that runs says; a pending one may be older.
  const actual = propertyValue(kind, option, activeText);
  const actualSize = typeof actual === 'object' ? actual['size'] : undefined;
  const { format } = wanted;
  const place = placeOf(kind, option, text);
  if (typeof storage === 'string' && place.storage !== storage) return false;
  if (typeof format === 'string' && place.format !== format) return false;
  if (typeof size === 'string' && (actualSize === undefined || parseSize(actualSize) !== parseSize(size)))
    return false;
  return satisfies(kind, option, text, lineOf(kind, option, text, wanted));
}

function sameText(
  kind: GuestKind,
  option: string,
  text: string | undefined,
  value: NonNullable<WantedValue>,
): boolean {
  const schema = optionSchema(kind.kind, option);
  return (
    schema !== undefined &&
    typeof value === 'string' &&
    text !== undefined &&
    normalise(schema, text) === normalise(schema, value)
  );
}

function describe(value: NonNullable<WantedValue>): string {
  return typeof value === 'string'
    ? `"${value}"`
    : Object.entries(value)
        .map(([key, each]) => (each === null ? `no ${key}` : `${key}=${each}`))
        .join(',');
}
