import type { Diagnostic, Result } from '../../diagnostic.ts';
import { ok, positionAt } from '../../diagnostic.ts';
import type { Difference, PropertyValue } from '../../plan/plan.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { pveMajor } from '../../snapshot/pve-major.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Draft, Wanted, WantedValue } from '../module.ts';
import type { Property } from '../property.ts';
import { findProperty } from '../property.ts';
import { checkDisk } from './check-disk.ts';
import { checkNode, refusal } from './check-place.ts';
import { pathRisk } from './check-volume.ts';
import { callRefusals, checkNetwork, namedOnly } from './create-guest.ts';
import { diskChange } from './disk-change.ts';
import type { DiskChange } from './disk-change.ts';
import type { GuestKind } from './guest-kind.ts';
import { SHUTDOWN_SECONDS } from './guest-kind.ts';
import { optionChange } from './option-change.ts';
import { optionEffect } from './option-effect.ts';
import type { DraftStep, Target } from './power-step.ts';
import { shutdownStep, startStep, titleOf } from './power-step.ts';
import { propertyValue } from './read-guest.ts';
import { growStep, setCall, setStep } from './set-step.ts';
import type { Guest } from './read-guest.ts';
import { tagsAsKept } from './tag-list.ts';
import { powerRefusals, lockRefusals } from './guest-refusals.ts';

/** What is to be done to one named option. */
export interface Wish {
  readonly option: string;
  readonly row: Property;
  readonly wanted: WantedValue;
  readonly disk: DiskChange;
}

/**
 * Brings a guest that exists to its spec: a resize for each disk that grows, one call for all options, then its power.
 * The resize comes first: a disk option that waits for a restart is kept with the size that it was set with.
 */
export function updateGuest(
  kind: GuestKind,
  wanted: Wanted,
  guest: Guest,
  snapshot: Snapshot,
): Result<Draft> {
  const options = tagsAsKept(kind, wanted.options, guest.tellsTagCase);
  const wishes = Object.entries(options).flatMap(([option, wish]): Wish[] => {
    const row = findProperty(kind.properties, option);
    return row === undefined
      ? []
      : [{ option, row, wanted: wish, disk: wishOf(kind, row, option, wish, guest) }];
  });
  const changes = wishes.flatMap(({ disk }) => disk.change ?? []);
  const grows = wishes.filter(({ disk }) => disk.grow !== undefined);
  const notAsked = snapshot.copied === true && isUnknown(guest.power) ? guest.power.unknown : undefined;
  const power = notAsked === undefined ? powerChange(wanted, guest) : undefined;
  const draft = {
    title: titleOf(kind, guest.vmid, guest.effective[kind.nameOption]),
    node: guest.node,
    risks: wishes.flatMap(({ option, disk }) =>
      disk.volume === undefined ? [] : pathRisk({ option, volume: disk.volume }),
    ),
    digests: digestOf(snapshot, guest),
  };
  const warnings = [
    ...(wanted.node !== undefined && wanted.node !== guest.node ? [misplaced(wanted, guest)] : []),
    ...(notAsked !== undefined && wanted.state !== 'present' ? [powerNotPlanned(wanted, notAsked)] : []),
  ];
  const refused = wishes.flatMap((wish) => refuseWish(kind, wish, wanted, snapshot, guest));
  if (changes.length === 0 && grows.length === 0 && power === undefined && refused.length === 0) {
    return ok({ ...draft, differences: [], steps: [] }, warnings);
  }
  const target: Target = {
    kind,
    vmid: guest.vmid,
    node: guest.node,
    cluster: snapshot.cluster,
    path: guest.path,
  };
  const call = changes.length === 0 ? undefined : setCall(target, changes);
  const notReached = checkNode(wanted, snapshot, guest.node);
  const diagnostics: Diagnostic[] = [
    ...notReached,
    ...refused,
    ...lockRefusals(wanted, guest),
    ...(power === undefined || notReached.length > 0 ? [] : powerRefusals(wanted, guest)),
  ];
  if (call !== undefined && diagnostics.length === 0)
    diagnostics.push(...callRefusals(kind, wanted, call, pveMajor(snapshot, guest.node)));
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const steps: DraftStep[] = [
    ...grows.map((wish) => growStep(target, wish)),
    ...(call === undefined ? [] : [setStep(target, call, changes, wishes, guest, snapshot)]),
    ...(power === 'running' ? [startStep(target)] : []),
    ...(power === 'stopped'
      ? [
          shutdownStep(
            target,
            Number(wanted.words['timeout'] ?? SHUTDOWN_SECONDS),
            wanted.words['forceStop'] === '1',
          ),
        ]
      : []),
  ];
  const found = differences(kind, wishes, power, wanted, guest);
  const waits = found.some(({ effect }) => effect === 'restart');
  const guesses = notAsked !== undefined && waits ? [mayNotRun(wanted, notAsked)] : [];
  return ok({ ...draft, differences: found, steps }, [...warnings, ...guesses]);
}

function wishOf(
  kind: GuestKind,
  row: Property,
  option: string,
  wanted: WantedValue,
  guest: Guest,
): DiskChange {
  if (row.shape === 'disk') return diskChange(kind, row, option, wanted, guest);
  const change = optionChange(kind, row, option, wanted, guest);
  return { refusals: [], ...(change && { change }) };
}

/** The power that is wanted and is not there. Unknown power is never taken for stopped; refused in powerRefusals. */
function powerChange(wanted: Wanted, guest: Guest): 'running' | 'stopped' | undefined {
  if (wanted.state !== 'running' && wanted.state !== 'stopped') return undefined;
  return guest.power === wanted.state ? undefined : wanted.state;
}

function refuseWish(
  kind: GuestKind,
  { option, row, wanted: wish, disk }: Wish,
  wanted: Wanted,
  snapshot: Snapshot,
  guest: Guest,
): readonly Diagnostic[] {
  const refused = [...checkDisk(kind, wanted, snapshot, guest.node, option, disk)];
  if (disk.change === undefined) return refused;
  if (row.fixed === true) {
    refused.push(
      refusal(
        wanted,
        [option],
        'guest/fixed',
        `${option} is ${guest.effective[option] ?? 'not set'}, and can't be changed once a ${kind.label} is made`,
        `Declare what it is, or make another ${kind.label}.`,
      ),
    );
  }
  return [...refused, ...checkNetwork(wanted, snapshot, guest.node, option, wish)];
}

function differences(
  kind: GuestKind,
  wishes: readonly Wish[],
  power: 'running' | 'stopped' | undefined,
  wanted: Wanted,
  guest: Guest,
): readonly Difference[] {
  const found = wishes.flatMap(({ option, row, wanted: wish, disk }): Difference[] => {
    if (disk.change === undefined && disk.grow === undefined) return [];
    const before = valueOf(kind, option, disk.change?.before ?? guest.effective[option]);
    const changed =
      disk.allocates !== undefined && typeof wish === 'object' && wish !== null
        ? namedOnly(wish)
        : valueOf(kind, option, disk.change === undefined ? guest.effective[option] : disk.change.after);
    const after =
      disk.grow !== undefined && typeof changed === 'object' ? { ...changed, size: disk.grow.to } : changed;
    const at = positionAt(wanted.positions, [option]);
    // What waits for a restart comes when the guest stops.
    const atOnce = disk.change?.how === 'revert' || power === 'stopped';
    const effect = atOnce ? 'now' : optionEffect(row, guest, before, after);
    return [
      {
        property: option,
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after }),
        effect,
        ...(at && { at }),
      },
    ];
  });
  if (power === undefined || isUnknown(guest.power)) return found;
  const at = positionAt(wanted.positions, ['state']);
  return [
    ...found,
    { property: 'state', before: guest.power, after: power, effect: 'now', ...(at && { at }) },
  ];
}

function valueOf(kind: GuestKind, option: string, text: string | undefined): PropertyValue | undefined {
  return text === undefined ? undefined : propertyValue(kind, option, text);
}

function digestOf(snapshot: Snapshot, guest: Guest): Readonly<Record<string, string>> {
  const digest = snapshot.digests[guest.path];
  return digest === undefined ? {} : { [guest.path]: digest };
}

function powerNotPlanned(wanted: Wanted, why: string): Diagnostic {
  const found = refusal(
    wanted,
    ['state'],
    'guest/power-not-planned',
    `whether it runs is not known, as ${why}; its power is left out of the plan`,
  );
  return { ...found, severity: 'warning' };
}

function mayNotRun(wanted: Wanted, why: string): Diagnostic {
  const found = refusal(
    wanted,
    [],
    'guest/power-unknown',
    `whether it runs is not known, as ${why}; "after a restart" holds if it does`,
  );
  return { ...found, severity: 'warning' };
}

function misplaced(wanted: Wanted, guest: Guest): Diagnostic {
  const found = refusal(
    wanted,
    ['node'],
    'guest/misplaced',
    `it is on ${guest.node}, and the spec names ${wanted.node}; it is left where it is`,
    `Moving guests is not supported yet; by hand: ${wanted.address.kind === 'vm' ? 'qm' : 'pct'} migrate ${guest.vmid} ${wanted.node}`,
  );
  return { ...found, severity: 'warning' };
}
