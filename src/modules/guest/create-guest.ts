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
import { secretName } from '../../plan/secrets.ts';
import { checkBootOrder } from './check-boot.ts';
import { checkDisk } from './check-disk.ts';
import { checkMac } from './check-mac.ts';
import { checkBridge, checkNode, refusal } from './check-place.ts';
import { checkTogether } from './check-together.ts';
import { checkVolume, pathRisk } from './check-volume.ts';
import { allocationText, diskChange } from './disk-change.ts';
import { tagsAsKept, tellsTagCase } from './tag-list.ts';
import type { GuestKind } from './guest-kind.ts';
import { linesStep } from './lines-step.ts';
import { wantedText } from './option-change.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock, startStep, titleOf } from './power-step.ts';
import { decodeKeys } from './public-keys.ts';
import { namedSecrets, secretStep } from './secret-step.ts';
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
    params: { vmid: String(vmid), ...texts, ...firstSecrets(kind, wanted) },
  };
  const notReached = checkNode(wanted, snapshot, node);
  const diagnostics =
    notReached.length > 0
      ? [...notReached]
      : [
          ...refuseMissing(kind, wanted),
          ...refuseTwoInputs(kind, wanted),
          ...checkOptions(kind, wanted, snapshot, node),
          ...checkTogether(kind, wanted, texts),
        ];
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
    ...laterSteps(target, wishes),
    ...(wanted.state === 'running' ? [startStep(target)] : []),
  ];
  return ok({
    title: titleOf(kind, vmid, texts[kind.nameOption]),
    node,
    differences: differences(kind, wanted, wishes),
    risks: Object.entries(wishes).flatMap(([option, wish]) => {
      const volume = typeof wish === 'object' ? wish?.[kind.volumeKey] : undefined;
      return typeof volume === 'string' ? pathRisk({ option, volume }) : [];
    }),
    digests: {},
    steps,
    secrets: namedSecrets(wanted),
  });
}

/** Secrets that a guest is given only when it is made go with the call that makes it. */
function firstSecrets(kind: GuestKind, wanted: Wanted): PveCall['params'] {
  return Object.fromEntries(
    Object.keys(wanted.secrets)
      .filter((option) => findProperty(kind.properties, option)?.transient === true)
      .map((option) => [option, { secret: secretName(wanted.address, option) }]),
  );
}

/** What a new guest gets after it was made: lines of its file, and secrets, which a create keeps in clear (recording vm-02). */
function laterSteps(target: Target, wishes: Readonly<Record<string, WantedValue>>): readonly DraftStep[] {
  const { properties } = target.kind;
  const lines = Object.entries(wishes).filter(
    ([option, wish]) => wish !== null && findProperty(properties, option)?.shape === 'lines',
  );
  const texts = Object.fromEntries(
    lines.map(([option, wish]) => [option, typeof wish === 'string' ? wish : '']),
  );
  const secrets = Object.keys(wishes).filter((option) => {
    const row = findProperty(properties, option);
    return row?.shape === 'secret' && row.transient !== true && wishes[option] !== null;
  });
  return [
    ...(lines.length === 0
      ? []
      : [linesStep(target, texts, Object.fromEntries(lines.map(([option]) => [option, ''])))]),
    ...secrets.map((option) => secretStep(target, option)),
  ];
}

/** The command that makes a container reads one thing only from its input. */
function refuseTwoInputs(kind: GuestKind, wanted: Wanted): readonly Diagnostic[] {
  const read = Object.keys(wanted.options).filter((option) => {
    const row = findProperty(kind.properties, option);
    return row?.transient === true && (row.shape === 'keys' || row.shape === 'secret');
  });
  const [, second] = read;
  if (second === undefined) return [];
  return [
    refusal(
      wanted,
      [second],
      'guest/two-inputs',
      `${read.join(' and ')} are both declared, and ${kind.command} create reads only one of them from its input`,
      'Declare the keys, and set the password inside the guest.',
    ),
  ];
}

function createStep(
  target: Target,
  call: PveCall,
  wishes: Readonly<Record<string, WantedValue>>,
  snapshot: Snapshot,
): DraftStep {
  const { kind, vmid, node, cluster } = target;
  const made = emptyGuest(kind, node);
  const allocated = Object.entries(wishes).flatMap(([option, wish]) => {
    const row = findProperty(kind.properties, option);
    return row?.shape === 'disk' ? (diskChange(kind, row, option, wish, made).allocates ?? []) : [];
  });
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
        set: setValues(madeWith(kind, wishes)),
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

/** The wishes that the call that makes a guest carries. */
function madeWith(
  kind: GuestKind,
  wishes: Readonly<Record<string, WantedValue>>,
): Readonly<Record<string, WantedValue>> {
  return Object.fromEntries(
    Object.entries(wishes).filter(([option]) => {
      const shape = findProperty(kind.properties, option)?.shape;
      return shape !== 'lines' && shape !== 'secret';
    }),
  );
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
  for (const [option, wish] of Object.entries(madeWith(kind, wishes))) {
    if (wish === null) continue;
    const disk = findProperty(kind.properties, option)?.shape === 'disk' && typeof wish === 'object';
    const text = disk ? allocationText(kind, option, wish) : textOf(kind, option, wish);
    if (text !== undefined) texts[option] = text;
  }
  return texts;
}

function textOf(kind: GuestKind, option: string, wish: NonNullable<WantedValue>): string | undefined {
  const row = findProperty(kind.properties, option);
  // What PVE keeps is URL-encoded; what goes into the guest is not.
  if (row?.shape === 'keys' && row.transient === true && typeof wish === 'string')
    return `${decodeKeys(wish).join('\n')}\n`;
  return wantedText(kind, option, undefined, wish);
}

function differences(
  kind: GuestKind,
  wanted: Wanted,
  wishes: Readonly<Record<string, WantedValue>>,
): readonly Difference[] {
  const state: Readonly<Record<string, WantedValue>> = wanted.state === 'running' ? { state: 'running' } : {};
  return Object.entries(setValues({ ...wishes, ...state })).map(([property, wish]) => {
    const at = positionAt(wanted.positions, [property]);
    return {
      property,
      after: typeof wish === 'string' ? shownText(kind, property, wish) : namedOnly(wish),
      effect: 'now' as const,
      ...(at && { at }),
    };
  });
}

const shownText = (kind: GuestKind, option: string, wish: string): string =>
  findProperty(kind.properties, option)?.shape === 'keys' ? decodeKeys(wish).join('\n') : wish;

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
  const named = Object.entries(wanted.options).map(([option, wish]) => ({ option, wanted: wish }));
  return [...checkBootOrder(kind, wanted, {}, named), ...checkEach(kind, wanted, snapshot, node)];
}

function checkEach(kind: GuestKind, wanted: Wanted, snapshot: Snapshot, node: string): readonly Diagnostic[] {
  return Object.entries(wanted.options).flatMap(([option, wish]) => {
    const row = findProperty(kind.properties, option);
    if (row === undefined || wish === null) return [];
    if (row.transient === true && row.shape === 'scalar' && typeof wish === 'string')
      return checkVolume(wanted, snapshot, node, { option, volume: wish, content: 'vztmpl' });
    if (row.shape !== 'disk')
      return [
        ...checkNetwork(wanted, snapshot, node, option, wish),
        ...checkMac(kind, wanted, snapshot, option, wish),
      ];
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
