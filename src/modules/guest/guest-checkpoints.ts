import { address } from '../../address.ts';
import type { Address } from '../../address.ts';
import type { Result } from '../../diagnostic.ts';
import { fail, ok } from '../../diagnostic.ts';
import type { Difference } from '../../plan/plan.ts';
import { sectionOptions, snapshotNames } from '../../pve/guest-config.ts';
import type { Options } from '../../pve/guest-config.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Snapshot, Unknown } from '../../snapshot/snapshot.ts';
import type { Checkpoints, KeptCheckpoint } from '../module.ts';
import { findProperty } from '../property.ts';
import type { GuestKind } from './guest-kind.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock, guestPath, startStep, titleOf } from './power-step.ts';
import type { Guest } from './read-guest.ts';
import { propertyValue, readGuest } from './read-guest.ts';
import { STAYS, optionsOfSnapshot } from './snapshot-options.ts';
import { backRefusals, noSnapshot, takeRefusals } from './snapshot-refusals.ts';

/** Seconds: large disks on slow storages; removing one may copy it. */
const SNAPSHOT_SECONDS = 1800;

/** Checkpoints of guests are PVE's snapshots, of the disks alone: memory is in none. */
export function guestCheckpoints(kind: GuestKind): Checkpoints {
  return {
    list(snapshot, at) {
      const guest = readGuest(kind, snapshot, Number(at.name));
      return guest === undefined ? [] : isUnknown(guest) ? guest : keptOf(guest);
    },
    take: (snapshot, at, checkpoint) => {
      const found = foundGuest(kind, snapshot, at);
      if (!found.ok) return found;
      const problems = takeRefusals(kind, snapshot, found.value, at);
      return problems.length > 0 ? fail(...problems) : ok(takeStep(kind, snapshot, found.value, checkpoint));
    },
    remove: (snapshot, at, name) => {
      const found = foundGuest(kind, snapshot, at);
      return found.ok ? ok(removeStep(kind, snapshot, found.value, name)) : found;
    },
    goBack: (snapshot, at, { name, power }) => {
      const found = foundGuest(kind, snapshot, at);
      if (!found.ok) return found;
      const guest = found.value;
      const problems = backRefusals(kind, snapshot, guest, { at, name });
      if (problems.length > 0) return fail(...problems);
      const target = targetOf(kind, snapshot, guest);
      const digest = snapshot.digests[guest.path];
      return ok({
        title: titleOf(kind, guest.vmid, guest.effective[kind.nameOption]),
        node: guest.node,
        differences: differencesTo(kind, guest, name, power),
        risks: risksOf(guest, name),
        digests: digest === undefined ? {} : { [guest.path]: digest },
        steps: [goBackStep(target, name), ...(power === 'running' ? [startStep(target)] : [])],
      });
    },
  };
}

function keptOf({ config }: Guest): readonly KeptCheckpoint[] {
  return snapshotNames(config).map((name) => ({
    name,
    description: sectionOptions(config, `snapshot:${name}`)['description'] ?? '',
  }));
}

function foundGuest(kind: GuestKind, snapshot: Snapshot, at: Address): Result<Guest> {
  const guest: Guest | undefined | Unknown = readGuest(kind, snapshot, Number(at.name));
  if (guest === undefined || isUnknown(guest))
    return fail(noSnapshot(at, guest === undefined ? 'it is not there' : guest.unknown));
  return ok(guest);
}

function targetOf(kind: GuestKind, { cluster }: Snapshot, { vmid, node, path }: Guest): Target {
  return { kind, vmid, node, cluster, path };
}

function snapshotStep(
  target: Target,
  name: string,
  there: boolean,
): Pick<DraftStep, 'node' | 'guards' | 'locks' | 'effects' | 'detached' | 'timeoutSeconds'> {
  const { kind, vmid, node, cluster, path } = target;
  return {
    node,
    guards: [{ require: 'quorum' }, { require: 'unchanged', path }],
    locks: [guestLock(target)],
    effects: [{ brings: 'snapshot', address: address(kind.kind, vmid, cluster), node, name, there }],
    detached: true,
    timeoutSeconds: SNAPSHOT_SECONDS,
  };
}

function takeStep(
  kind: GuestKind,
  snapshot: Snapshot,
  guest: Guest,
  { name, description }: KeptCheckpoint,
): DraftStep {
  const target = targetOf(kind, snapshot, guest);
  const params = { snapname: name, description };
  const path = `${guestPath(target)}/snapshot`;
  return {
    ...snapshotStep(target, name, true),
    act: { run: 'call', call: { method: 'POST', path, params } },
    undo: [{ run: 'call', call: { method: 'DELETE', path: `${path}/${name}`, params: {} } }],
  };
}

function removeStep(kind: GuestKind, snapshot: Snapshot, guest: Guest, name: string): DraftStep {
  const target = targetOf(kind, snapshot, guest);
  return {
    ...snapshotStep(target, name, false),
    act: {
      run: 'call',
      call: { method: 'DELETE', path: `${guestPath(target)}/snapshot/${name}`, params: {} },
    },
    undo: { impossible: 'a snapshot that was removed is gone' },
  };
}

function goBackStep(target: Target, name: string): DraftStep {
  const { kind, vmid, node, cluster } = target;
  return {
    ...snapshotStep(target, name, true),
    act: {
      run: 'call',
      call: { method: 'POST', path: `${guestPath(target)}/snapshot/${name}/rollback`, params: {} },
    },
    effects: [{ brings: 'rolled-back', address: address(kind.kind, vmid, cluster), node, name }],
    undo: { impossible: 'what was written to its disks since the snapshot is lost' },
  };
}

function differencesTo(
  kind: GuestKind,
  guest: Guest,
  name: string,
  power: 'running' | 'stopped',
): readonly Difference[] {
  const kept: Options = optionsOfSnapshot(guest.config, name);
  const options = [...new Set([...Object.keys(guest.effective), ...Object.keys(kept)])].filter(
    (option) => findProperty(kind.properties, option) !== undefined && !STAYS.test(option),
  );
  const changed = options.flatMap((option): readonly Difference[] => {
    const [before, after] = [guest.effective[option], kept[option]];
    if (before === after) return [];
    return [
      {
        property: option,
        ...(before !== undefined && { before: propertyValue(kind, option, before) }),
        ...(after !== undefined && { after: propertyValue(kind, option, after) }),
        effect: 'now',
      },
    ];
  });
  if (isUnknown(guest.power) || guest.power === power) return changed;
  return [...changed, { property: 'state', before: guest.power, after: power, effect: 'now' }];
}

function risksOf({ config, power }: Guest, name: string): readonly string[] {
  const taken = Number(sectionOptions(config, `snapshot:${name}`)['snaptime']);
  const since = Number.isFinite(taken) ? ` (${new Date(taken * 1000).toISOString().slice(0, 16)}Z)` : '';
  return [
    `all that was written to its disks since the snapshot${since} is lost`,
    ...(power === 'stopped' ? [] : ['it is stopped hard for it']),
  ];
}
