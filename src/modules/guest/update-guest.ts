import type { Diagnostic, Result } from '../../diagnostic.ts';
import { ok, positionAt } from '../../diagnostic.ts';
import type { Act, Difference, PropertyValue } from '../../plan/plan.ts';
import type { Argument, PveCall } from '../../pve/call.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Draft, Wanted, WantedValue } from '../module.ts';
import type { Property } from '../property.ts';
import { findProperty } from '../property.ts';
import { checkNode, checkStorage, refusal } from './check-place.ts';
import { callRefusals, checkNetwork, setValues } from './create-guest.ts';
import { diskChange } from './disk-change.ts';
import type { DiskChange } from './disk-change.ts';
import type { GuestKind } from './guest-kind.ts';
import { SHUTDOWN_SECONDS } from './guest-kind.ts';
import { optionChange } from './option-change.ts';
import type { OptionChange } from './option-change.ts';
import { optionEffect } from './option-effect.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock, guestPath, shutdownStep, startStep, titleOf } from './power-step.ts';
import { propertyValue } from './read-guest.ts';
import type { Guest } from './read-guest.ts';
import { powerRefusals, lockRefusals } from './guest-refusals.ts';

/** Seconds: a set may allocate a disk, a resize may wait for a storage. */
const SET_SECONDS = 600;

/** What is to be done to one named option. */
interface Wish {
  readonly option: string;
  readonly row: Property;
  readonly wanted: WantedValue;
  readonly disk: DiskChange;
}

/** Brings a guest that exists to its spec: one call for all options, a resize for each disk that grows, then its power. */
export function updateGuest(
  kind: GuestKind,
  wanted: Wanted,
  guest: Guest,
  snapshot: Snapshot,
): Result<Draft> {
  const wishes = Object.entries(wanted.options).flatMap(([option, wish]): Wish[] => {
    const row = findProperty(kind.properties, option);
    return row === undefined
      ? []
      : [{ option, row, wanted: wish, disk: wishOf(kind, row, option, wish, guest) }];
  });
  const changes = wishes.flatMap(({ disk }) => disk.change ?? []);
  const grows = wishes.filter(({ disk }) => disk.grow !== undefined);
  const power = powerChange(wanted, guest);
  const draft = {
    title: titleOf(kind, guest.vmid, guest.effective[kind.nameOption]),
    node: guest.node,
    risks: [],
    digests: digestOf(snapshot, guest),
  };
  const warnings = wanted.node !== undefined && wanted.node !== guest.node ? [misplaced(wanted, guest)] : [];
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
  const diagnostics: Diagnostic[] = [
    ...checkNode(wanted, snapshot, guest.node),
    ...refused,
    ...lockRefusals(wanted, guest),
    ...(power === undefined ? [] : powerRefusals(wanted, guest)),
  ];
  if (call !== undefined && diagnostics.length === 0) diagnostics.push(...callRefusals(kind, wanted, call));
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const steps: DraftStep[] = [
    ...(call === undefined ? [] : [setStep(target, call, changes, wishes, guest)]),
    ...grows.map((wish) => growStep(target, wish)),
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
  return ok({ ...draft, differences: differences(kind, wishes, power, wanted, guest), steps }, warnings);
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
  const refused = disk.refusals.map(({ code, message, hint }) =>
    refusal(wanted, [option], code, message, hint),
  );
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
  if (disk.allocates !== undefined)
    refused.push(
      ...checkStorage(wanted, [option, 'storage'], snapshot, guest.node, disk.allocates, kind.diskContent),
    );
  return [...refused, ...checkNetwork(wanted, snapshot, guest.node, option, wish)];
}

function setCall(target: Target, changes: readonly OptionChange[]): PveCall {
  const named = (how: OptionChange['how']): string =>
    changes
      .filter((change) => change.how === how)
      .map(({ option }) => option)
      .join(',');
  const params: Record<string, Argument> = {};
  for (const { option, text } of changes) if (text !== undefined) params[option] = text;
  if (named('remove') !== '') params['delete'] = named('remove');
  if (named('revert') !== '') params['revert'] = named('revert');
  params['digest'] = { digest: target.path };
  return { method: 'PUT', path: `${guestPath(target)}/config`, params };
}

function setStep(
  target: Target,
  call: PveCall,
  changes: readonly OptionChange[],
  wishes: readonly Wish[],
  guest: Guest,
): DraftStep {
  const { kind, vmid, node, cluster } = target;
  const allocated = wishes.flatMap(({ disk }) => disk.allocates ?? []);
  const wanted = Object.fromEntries(
    wishes
      .filter(({ disk }) => disk.change?.how === 'set' || disk.change?.how === 'revert')
      .map((wish) => [wish.option, withoutGrowth(wish)]),
  );
  return {
    node,
    act: { run: 'call', call },
    guards: [],
    locks: [guestLock(target), ...[...new Set(allocated)].map((id) => `storage/${id}@${cluster}/${node}`)],
    effects: [
      {
        brings: 'options',
        address: { kind: kind.kind, name: String(vmid), cluster },
        node,
        created: false,
        set: setValues(wanted),
        remove: changes.filter(({ how }) => how === 'remove').map(({ option }) => option),
      },
    ],
    undo: undoSet(target, changes, allocated, guest),
    detached: false,
    timeoutSeconds: SET_SECONDS,
  };
}

/** A disk that also grows has its new size only after its own step. */
function withoutGrowth({ wanted, disk }: Wish): WantedValue {
  if (disk.grow === undefined || typeof wanted !== 'object' || wanted === null) return wanted;
  const { size: _later, ...rest } = wanted;
  return rest;
}

/** The options as they were; a disk that was made can't be unmade by it. */
function undoSet(
  target: Target,
  changes: readonly OptionChange[],
  allocated: readonly string[],
  guest: Guest,
): DraftStep['undo'] {
  if (allocated.length > 0)
    return { impossible: 'it makes a disk, and a disk is not removed on the way back' };
  const params: Record<string, Argument> = {};
  const gone: string[] = [];
  for (const { option } of changes) {
    const before = guest.effective[option];
    if (before === undefined) gone.push(option);
    else params[option] = before;
  }
  if (gone.length > 0) params['delete'] = gone.join(',');
  const act: Act = { run: 'call', call: { method: 'PUT', path: `${guestPath(target)}/config`, params } };
  return [act];
}

function growStep(target: Target, { option, disk: { grow } }: Wish): DraftStep {
  const { kind, vmid, node, cluster } = target;
  const size = grow?.to ?? '';
  return {
    node,
    act: {
      run: 'call',
      call: {
        method: 'PUT',
        path: `${guestPath(target)}/resize`,
        params: { disk: option, size, digest: { digest: target.path } },
      },
    },
    guards: [],
    locks: [guestLock(target)],
    effects: [
      {
        brings: 'options',
        address: { kind: kind.kind, name: String(vmid), cluster },
        node,
        created: false,
        set: { [option]: { size } },
        remove: [],
      },
    ],
    undo: { impossible: `${option} has grown, and a disk is never shrunk` },
    detached: false,
    timeoutSeconds: SET_SECONDS,
  };
}

function differences(
  kind: GuestKind,
  wishes: readonly Wish[],
  power: 'running' | 'stopped' | undefined,
  wanted: Wanted,
  guest: Guest,
): readonly Difference[] {
  const found = wishes.flatMap(({ option, row, disk }): Difference[] => {
    if (disk.change === undefined && disk.grow === undefined) return [];
    const before = valueOf(kind, option, disk.change?.before ?? guest.effective[option]);
    const changed = valueOf(
      kind,
      option,
      disk.change === undefined ? guest.effective[option] : disk.change.after,
    );
    const after =
      disk.grow !== undefined && typeof changed === 'object' ? { ...changed, size: disk.grow.to } : changed;
    const at = positionAt(wanted.positions, [option]);
    const effect = disk.change?.how === 'revert' ? 'now' : optionEffect(row, guest, before, after);
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
