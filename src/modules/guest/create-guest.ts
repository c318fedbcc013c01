import type { Diagnostic, Result } from '../../diagnostic.ts';
import { ok, positionAt } from '../../diagnostic.ts';
import type { Difference } from '../../plan/plan.ts';
import { checkCall, checkOption } from '../../pve/check-call.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import type { PveCall } from '../../pve/call.ts';
import { guestArea } from '../../pve/guest-area.ts';
import { guestConfigPath, guests } from '../../snapshot/guests.ts';
import { pveMajor } from '../../snapshot/pve-major.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Draft, Wanted, WantedValue } from '../module.ts';
import { findProperty } from '../property.ts';
import { checkDisk } from './check-disk.ts';
import { checkBridge, checkNode, refusal } from './check-place.ts';
import { checkVolume, pathRisk } from './check-volume.ts';
import { allocationText, diskChange } from './disk-change.ts';
import { tagsAsKept, tellsTagCase } from './tag-list.ts';
import type { GuestKind } from './guest-kind.ts';
import { wantedText } from './option-change.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock, startStep, titleOf } from './power-step.ts';
import { storageLock } from './storage-lock.ts';
import { emptyGuest } from './read-guest.ts';

/** Seconds: a template is unpacked, disks are formatted. */
const CREATE_SECONDS = 1800;

/** Makes a guest with one call that carries all its options, and starts it when it is to run. */
export function createGuest(kind: GuestKind, wanted: Wanted, snapshot: Snapshot): Result<Draft> {
  const vmid = Number(wanted.address.name);
  const node = wanted.node ?? wanted.defaultNode;
  const taken = refuseTaken(kind, wanted, snapshot, vmid);
  if (taken.length > 0) return { ok: false, diagnostics: taken };
  if (node === undefined) {
    return {
      ok: false,
      diagnostics: [
        refusal(
          wanted,
          [],
          'guest/no-node',
          'it is not there yet, and the spec names no node to make it on',
          `Add "node:" with one of ${Object.keys(snapshot.nodes).join(', ')}.`,
        ),
      ],
    };
  }
  const wishes = tagsAsKept(kind, { ...kind.createDefaults, ...wanted.options }, tellsTagCase(snapshot));
  const texts = optionTexts(kind, wishes);
  const call: PveCall = {
    method: 'POST',
    path: `/nodes/${node}/${kind.type}`,
    params: { vmid: String(vmid), ...texts },
  };
  const notReached = checkNode(wanted, snapshot, node);
  const diagnostics =
    notReached.length > 0
      ? [...notReached]
      : [...refuseMissing(kind, wanted), ...checkOptions(kind, wanted, snapshot, node)];
  if (diagnostics.length === 0)
    diagnostics.push(...callRefusals(kind, wanted, call, pveMajor(snapshot, node)));
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const target: Target = {
    kind,
    vmid,
    node,
    cluster: snapshot.cluster,
    path: guestConfigPath(vmid, kind.kind, node),
  };
  const steps = [
    createStep(target, call, wishes, snapshot),
    ...(wanted.state === 'running' ? [startStep(target)] : []),
  ];
  return ok({
    title: titleOf(kind, vmid, texts[kind.nameOption]),
    node,
    differences: differences(wanted, wishes),
    risks: Object.entries(wishes).flatMap(([option, wish]) => {
      const volume = typeof wish === 'object' ? wish?.[kind.volumeKey] : undefined;
      return typeof volume === 'string' ? pathRisk({ option, volume }) : [];
    }),
    digests: {},
    steps,
  });
}

function createStep(
  target: Target,
  call: PveCall,
  wishes: Readonly<Record<string, WantedValue>>,
  snapshot: Snapshot,
): DraftStep {
  const { kind, vmid, node, cluster } = target;
  const allocated = Object.values(wishes).flatMap((wish) =>
    typeof wish === 'object' && typeof wish?.['storage'] === 'string' ? [wish['storage']] : [],
  );
  return {
    node,
    act: { run: 'call', call },
    guards: [{ require: 'quorum' }, { require: 'vmid-free', vmid }],
    locks: [guestLock(target), ...new Set(allocated.map((id) => storageLock(snapshot, id, node)))],
    effects: [
      {
        brings: 'options',
        address: { kind: kind.kind, name: String(vmid), cluster },
        node,
        created: true,
        set: setValues(wishes),
        remove: [],
        revert: [],
      },
    ],
    undo: [
      { run: 'call', call: { method: 'DELETE', path: `/nodes/${node}/${kind.type}/${vmid}`, params: {} } },
    ],
    detached: kind.createDetached,
    timeoutSeconds: CREATE_SECONDS,
  };
}

/** What an effect says of the wishes; options that are removed stand apart there. */
export function setValues(
  wishes: Readonly<Record<string, WantedValue>>,
): Readonly<Record<string, NonNullable<WantedValue>>> {
  return Object.fromEntries(
    Object.entries(wishes).flatMap(([option, wish]) => (wish === null ? [] : [[option, wish]])),
  );
}

function optionTexts(kind: GuestKind, wishes: Readonly<Record<string, WantedValue>>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [option, wish] of Object.entries(wishes)) {
    if (wish === null) continue;
    const disk = findProperty(kind.properties, option)?.shape === 'disk' && typeof wish === 'object';
    const text = disk ? allocationText(kind, option, wish) : wantedText(kind, option, undefined, wish);
    if (text !== undefined) texts[option] = text;
  }
  return texts;
}

function differences(wanted: Wanted, wishes: Readonly<Record<string, WantedValue>>): readonly Difference[] {
  const state: Readonly<Record<string, WantedValue>> = wanted.state === 'running' ? { state: 'running' } : {};
  return Object.entries(setValues({ ...wishes, ...state })).map(([property, wish]) => {
    const at = positionAt(wanted.positions, [property]);
    return {
      property,
      after: typeof wish === 'string' ? wish : namedOnly(wish),
      effect: 'now' as const,
      ...(at && { at }),
    };
  });
}

/** The sub-properties that a wish names, without those that it removes. */
export function namedOnly(wish: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(wish).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  );
}

function refuseTaken(
  kind: GuestKind,
  wanted: Wanted,
  snapshot: Snapshot,
  vmid: number,
): readonly Diagnostic[] {
  const all = guests(snapshot);
  const other = isUnknown(all) ? undefined : all.find((guest) => guest.vmid === vmid);
  if (other === undefined) return [];
  return [
    refusal(
      wanted,
      ['vmid'],
      'guest/vmid-taken',
      `VMID ${vmid} is a ${other.type === 'vm' ? 'VM' : 'container'} on ${other.node}; a ${kind.label} can't have it`,
      `Give it a number that is free, or declare it as a ${other.type}.`,
    ),
  ];
}

function refuseMissing(kind: GuestKind, wanted: Wanted): readonly Diagnostic[] {
  return kind.required
    .filter((option) => wanted.options[option] === undefined)
    .map((option) =>
      refusal(
        wanted,
        [],
        'guest/incomplete',
        `it is not there yet, and a new ${kind.label} needs ${option}`,
        `Add "${option}:" to it.`,
      ),
    );
}

function checkOptions(kind: GuestKind, wanted: Wanted, snapshot: Snapshot, node: string): Diagnostic[] {
  return Object.entries(wanted.options).flatMap(([option, wish]) => {
    const row = findProperty(kind.properties, option);
    if (row === undefined || wish === null) return [];
    if (row.transient === true && typeof wish === 'string')
      return checkVolume(wanted, snapshot, node, { option, volume: wish, content: 'vztmpl' });
    if (row.shape !== 'disk') return checkNetwork(wanted, snapshot, node, option, wish);
    const disk = diskChange(kind, row, option, wish, emptyGuest(kind, node));
    return [...checkDisk(kind, wanted, snapshot, node, option, disk)];
  });
}

/** A network card's bridge must be there. */
export function checkNetwork(
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
  option: string,
  wish: WantedValue,
): readonly Diagnostic[] {
  if (!/^net\d+$/u.test(option) || typeof wish !== 'object' || typeof wish?.['bridge'] !== 'string')
    return [];
  return checkBridge(wanted, [option, 'bridge'], snapshot, node, wish['bridge']);
}

/** What PVE would refuse about a call: first each option at its own place, then the call as a whole. */
export function callRefusals(
  kind: GuestKind,
  wanted: Wanted,
  call: PveCall,
  major: number,
): readonly Diagnostic[] {
  const options = Object.entries(call.params).flatMap(([option, text]) => {
    if (
      typeof text !== 'string' ||
      wanted.options[option] === undefined ||
      optionSchema(kind.kind, option) === undefined
    )
      return [];
    return checkOption(kind.kind, option, text, major).map(({ message, path = [] }) =>
      refusal(wanted, [option, ...path], 'guest/refused-value', `${[option, ...path].join('.')}: ${message}`),
    );
  });
  if (options.length > 0) return options;
  const at = positionAt(wanted.positions, []);
  return checkCall(call, guestArea, major).map((diagnostic) =>
    at === undefined ? diagnostic : { ...diagnostic, at },
  );
}
