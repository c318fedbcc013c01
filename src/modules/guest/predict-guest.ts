import type { Effect, PropertyValue } from '../../plan/plan.ts';
import type { GuestConfig } from '../../pve/guest-config.ts';
import { encodeGuestConfig, options, pendingOptions } from '../../pve/guest-config.ts';
import { encodeNewConfig, removeOption, setOption } from '../../pve/guest-config-edit.ts';
import { setRawLines } from '../../pve/guest-config-raw.ts';
import { rewriteGuestConfig } from '../../pve/guest-config-rewrite.ts';
import { withFile, withGuest, withoutGuest, withPower } from '../../snapshot/change.ts';
import { readFile } from '../../snapshot/files.ts';
import { poolsOf, withPool } from '../../snapshot/pools.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { WantedValue } from '../module.ts';
import { findProperty } from '../property.ts';
import type { GuestKind } from './guest-kind.ts';
import { lineKey } from './line-options.ts';
import { optionEffect } from './option-effect.ts';
import { predictClone } from './predict-clone.ts';
import { predictPlace } from './predict-place.ts';
import { textAfter } from './predict-text.ts';
import { propertyValue, readGuest } from './read-guest.ts';
import { STAYS, optionsOfSnapshot } from './snapshot-options.ts';
import type { Guest } from './read-guest.ts';
import { keptVolumes, settleUnused } from './unused-disks.ts';

/** The snapshot as it would be after a step: declared values written by the codecs that read them, the file as PVE writes it anew. */
export function predictGuest(kind: GuestKind, snapshot: Snapshot, effect: Effect): Snapshot {
  const vmid = Number(effect.address.name);
  switch (effect.brings) {
    case 'absence':
      return withoutTraces(withoutGuest(snapshot, vmid), vmid);
    case 'power':
      return predictPower(kind, snapshot, vmid, effect);
    case 'place':
      return predictPlace(kind, snapshot, vmid, effect);
    case 'restore':
      // What is in an archive is not known; that there is a guest then is.
      return readGuest(kind, snapshot, vmid) === undefined
        ? withGuest(snapshot, { vmid, type: kind.kind, node: effect.node, text: '' })
        : snapshot;
    // Of what is declared a snapshot changes nothing.
    case 'snapshot':
      return snapshot;
    case 'rolled-back':
      return predictRollback(kind, snapshot, vmid, effect);
    case 'options':
      if (effect.copyOf !== undefined)
        return predictClone(kind, snapshot, { ...effect, copyOf: effect.copyOf });
      return effect.created
        ? withGuest(snapshot, {
            vmid,
            type: kind.kind,
            node: effect.node,
            text: newConfig(kind, vmid, effect.set),
          })
        : predictSet(kind, snapshot, vmid, effect);
  }
}

/** Its firewall file and its place in a pool go with a guest (PVE::AccessControl remove_vm_access). */
function withoutTraces(snapshot: Snapshot, vmid: number): Snapshot {
  const pools = poolsOf(snapshot);
  const path = `/etc/pve/firewall/${vmid}.fw`;
  const without =
    typeof readFile(snapshot, path) === 'string' ? withFile(snapshot, path, undefined) : snapshot;
  return !isUnknown(pools) && pools.ofGuest.has(vmid) ? withPool(without, vmid, null) : without;
}

/** Pending changes are applied when a guest stops (pitfalls 6). */
function predictPower(
  kind: GuestKind,
  snapshot: Snapshot,
  vmid: number,
  { node, is, how }: Effect & { brings: 'power' },
): Snapshot {
  const powered = withPower(snapshot, node, kind.kind, vmid, is === 'running');
  const guest = readGuest(kind, snapshot, vmid);
  if (guest === undefined || isUnknown(guest)) return powered;
  const wasHibernated = guest.active['lock'] === 'suspended';
  if (is === 'running' && how !== 'restart' && !wasHibernated) return powered;
  const config =
    how === 'hibernation'
      ? setOption(guest.config, 'current', 'lock', 'suspended')
      : is === 'running' && wasHibernated
        ? HIBERNATION_OPTIONS.reduce(
            (before, option) => removeOption(before, 'current', option),
            guest.config,
          )
        : withPendingApplied(kind, snapshot, guest);
  return withGuest(powered, { vmid, type: kind.kind, node: guest.node, text: rewriteGuestConfig(config) });
}

/** What PVE keeps of a hibernated VM until it runs again (recording vm-17). */
const HIBERNATION_OPTIONS = ['lock', 'vmstate', 'runningcpu', 'runningmachine', 'running-nets-host-mtu'];

function withPendingApplied(kind: GuestKind, snapshot: Snapshot, guest: Guest): GuestConfig {
  let config = guest.config;
  const kept = keptVolumes(kind, guest.vmid, snapshot, guest.active, guest.pending.remove);
  for (const option of guest.pending.remove) config = removeOption(config, 'current', option);
  for (const [option, text] of Object.entries(guest.pending.set))
    config = removeOption(setOption(config, 'current', option, text), 'pending', option);
  return settleUnused(kind, removeOption(config, 'pending', 'delete'), kept);
}

/** The snapshot's options take the place of those that there are. */
function predictRollback(
  kind: GuestKind,
  snapshot: Snapshot,
  vmid: number,
  { name, runs }: Effect & { brings: 'rolled-back' },
): Snapshot {
  const guest = readGuest(kind, snapshot, vmid);
  if (guest === undefined || isUnknown(guest)) return snapshot;
  const kept = optionsOfSnapshot(guest.config, name);
  let config = guest.config;
  for (const option of Object.keys(guest.active))
    if (!(option in kept) && !STAYS.test(option)) config = removeOption(config, 'current', option);
  for (const [option, text] of Object.entries({ ...kept, parent: name }))
    config = setOption(config, 'current', option, text);
  for (const option of [...Object.keys(guest.pending.set), ...guest.pending.remove])
    config = dropPending(config, option);
  const powered = withPower(snapshot, guest.node, kind.kind, vmid, runs === true);
  return withGuest(powered, { vmid, type: kind.kind, node: guest.node, text: rewriteGuestConfig(config) });
}

function predictSet(
  kind: GuestKind,
  snapshot: Snapshot,
  vmid: number,
  effect: Effect & { brings: 'options' },
): Snapshot {
  const guest = readGuest(kind, snapshot, vmid);
  if (guest === undefined || isUnknown(guest)) return snapshot;
  const written = withWrittenLines(kind, guest.config, effect);
  if (written !== undefined)
    return withGuest(snapshot, { vmid, type: kind.kind, node: guest.node, text: encodeGuestConfig(written) });
  let config = guest.config;
  const texts = Object.entries(effect.set).map(([option, value]): [string, string] => [
    option,
    // A disk that is to leave at the next stop is still there to grow.
    textAfter(kind, vmid, option, guest.effective[option] ?? guest.active[option], value),
  ]);
  const boot = kind.bootOrderAfter?.(guest.active['boot'], Object.fromEntries(texts), effect.remove);
  if (boot !== undefined && effect.set['boot'] === undefined) texts.push(['boot', boot]);
  for (const [option, text] of texts) {
    const section = text === options(config)[option] ? 'current' : sectionOf(kind, guest, option, text);
    // What takes effect at once takes the place of what was pending.
    config = setOption(section === 'current' ? dropPending(config, option) : config, section, option, text);
  }
  for (const option of effect.revert) config = dropPending(config, option);
  for (const option of effect.remove) {
    if (sectionOf(kind, guest, option, undefined) === 'current')
      config = removeOption(config, 'current', option);
    else
      config = setOption(
        removeOption(config, 'pending', option),
        'pending',
        'delete',
        [...new Set([...pendingOptions(config).remove, option])].toSorted().join(','),
      );
  }
  config = settleUnused(kind, config, effect.keeps ?? []);
  return withGuest(snapshot, { vmid, type: kind.kind, node: guest.node, text: rewriteGuestConfig(config) });
}

/** The config once lines were written into it, which is no set of PVE's: the rest stays as it is. */
function withWrittenLines(
  kind: GuestKind,
  config: GuestConfig,
  effect: Effect & { brings: 'options' },
): GuestConfig | undefined {
  const named = [...Object.keys(effect.set), ...effect.remove];
  const isLines = (option: string): boolean => findProperty(kind.properties, option)?.shape === 'lines';
  if (named.length === 0 || !named.every(isLines)) return undefined;
  return named.reduce((before, option) => {
    const value = effect.set[option];
    return setRawLines(before, lineKey(option), typeof value === 'string' ? value.split('\n') : []);
  }, config);
}

/** Without the pending value of an option, or its pending removal. */
function dropPending(config: GuestConfig, option: string): GuestConfig {
  const left = pendingOptions(config).remove.filter((each) => each !== option);
  const without = removeOption(config, 'pending', option);
  return left.length === 0
    ? removeOption(without, 'pending', 'delete')
    : setOption(without, 'pending', 'delete', left.join(','));
}

function sectionOf(
  kind: GuestKind,
  guest: Guest,
  option: string,
  after: string | undefined,
): 'current' | 'pending' {
  const row = findProperty(kind.properties, option);
  const before = guest.active[option];
  const value = (text: string | undefined): PropertyValue | undefined =>
    text === undefined ? undefined : propertyValue(kind, option, text);
  return row !== undefined && optionEffect(row, option, guest, value(before), value(after)) === 'restart'
    ? 'pending'
    : 'current';
}

/** The config of a new guest; PVE adds what it makes up itself (MAC addresses, ids), which nobody can know yet. */
function newConfig(
  kind: GuestKind,
  vmid: number,
  set: Readonly<Record<string, NonNullable<WantedValue>>>,
): string {
  const kept = Object.entries(set).filter(
    ([option]) => findProperty(kind.properties, option)?.transient !== true,
  );
  return encodeNewConfig(
    kind.kind,
    Object.fromEntries(
      kept.map(([option, value]) => [option, textAfter(kind, vmid, option, undefined, value)]),
    ),
  );
}
