import type { Result } from '../../diagnostic.ts';
import { ok, positionAt } from '../../diagnostic.ts';
import type { Difference } from '../../plan/plan.ts';
import { secretName } from '../../plan/secrets.ts';
import type { PveCall } from '../../pve/call.ts';
import { guestConfigPath } from '../../snapshot/guests.ts';
import { pveMajor } from '../../snapshot/pve-major.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Draft, Wanted, WantedValue } from '../module.ts';
import { findProperty } from '../property.ts';
import { callRefusals } from './call-refusals.ts';
import { checkCreate, refuseTaken } from './check-create.ts';
import { checkNode, refusal } from './check-place.ts';
import { checkTogether } from './check-together.ts';
import { pathRisk } from './check-volume.ts';
import { downloadStep, withImages } from './cloud-image.ts';
import type { DiskChange } from './disk-change.ts';
import { diskChange } from './disk-change.ts';
import type { GuestKind } from './guest-kind.ts';
import { linesStep } from './lines-step.ts';
import { asImported, madeWith, namedOnly, optionTexts, setValues, shownText } from './option-values.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock, startStep, titleOf } from './power-step.ts';
import { emptyGuest } from './read-guest.ts';
import { namedSecrets, secretStep } from './secret-step.ts';
import { IMPORT_SECONDS, growStep } from './set-step.ts';
import { checkSnippets, snippetSteps } from './snippets.ts';
import { storageLock } from './storage-lock.ts';
import { tagsAsKept, tellsTagCase } from './tag-list.ts';

/** Seconds: a template is unpacked, disks are formatted. */
const CREATE_SECONDS = 1800;

/** Makes a guest with one call that carries all its options, and starts it when it is to run. */
export function createGuest(kind: GuestKind, spec: Wanted, snapshot: Snapshot): Result<Draft> {
  const vmid = Number(spec.address.name);
  const node = spec.node ?? spec.defaultNode;
  const taken = refuseTaken(kind, spec, snapshot, vmid);
  if (taken.length > 0) return { ok: false, diagnostics: taken };
  if (node === undefined) {
    return {
      ok: false,
      diagnostics: [
        refusal(
          spec,
          [],
          'guest/no-node',
          'it is not there yet, and the spec names no node to make it on',
          `Add "node:" with one of ${Object.keys(snapshot.nodes).join(', ')}.`,
        ),
      ],
    };
  }
  const { wanted, images, refused } = withImages(kind, spec, snapshot, node, {});
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
      : refused.length > 0
        ? [...refused]
        : [
            ...checkSnippets(wanted, snapshot, node, {}),
            ...checkCreate(kind, wanted, snapshot, node),
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
    ...images.map((image) => downloadStep(image, node, snapshot)),
    ...snippetSteps(wanted, snapshot, node, {}),
    createStep(target, call, wishes, snapshot),
    ...growSteps(target, wishes),
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
    lines.map(([option, wish]) => [option, typeof wish === 'string' ? wish : undefined]),
  );
  const secrets = Object.keys(wishes).filter((option) => {
    const row = findProperty(properties, option);
    return row?.shape === 'secret' && row.transient !== true && wishes[option] !== null;
  });
  return [
    ...(lines.length === 0 ? [] : [linesStep(target, texts, {})]),
    ...secrets.map((option) => secretStep(target, option)),
  ];
}

/** Disks from an image have its size first. */
function growSteps(target: Target, wishes: Readonly<Record<string, WantedValue>>): readonly DraftStep[] {
  return Object.entries(wishes).flatMap(([option, wish]) => {
    const disk = diskOf(target, option, wish);
    return disk?.imports === undefined || disk.grow === undefined ? [] : [growStep(target, { option, disk })];
  });
}

function diskOf({ kind, node }: Target, option: string, wish: WantedValue): DiskChange | undefined {
  const row = findProperty(kind.properties, option);
  return row?.shape === 'disk' ? diskChange(kind, row, option, wish, emptyGuest(kind, node)) : undefined;
}

function createStep(
  target: Target,
  call: PveCall,
  wishes: Readonly<Record<string, WantedValue>>,
  snapshot: Snapshot,
): DraftStep {
  const { kind, vmid, node, cluster } = target;
  const disks = Object.entries(wishes).flatMap(([option, wish]) => diskOf(target, option, wish) ?? []);
  const allocated = disks.flatMap(({ allocates }) => allocates ?? []);
  const imports = disks.some((disk) => disk.imports !== undefined);
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
        set: setValues(asImported(madeWith(kind, wishes))),
        remove: [],
        revert: [],
      },
    ],
    undo: [
      { run: 'call', call: { method: 'DELETE', path: `/nodes/${node}/${kind.type}/${vmid}`, params: {} } },
    ],
    detached: kind.createDetached || imports,
    timeoutSeconds: imports ? IMPORT_SECONDS : CREATE_SECONDS,
  };
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
