import type { Result } from '../../diagnostic.ts';
import { ok } from '../../diagnostic.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Draft, PlanOptions, Wanted } from '../module.ts';
import { findProperty } from '../property.ts';
import { checkNode } from './check-place.ts';
import type { GuestKind } from './guest-kind.ts';
import { SHUTDOWN_SECONDS } from './guest-kind.ts';
import { removeRefusals } from './guest-refusals.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock, guestPath, shutdownStep, titleOf } from './power-step.ts';
import { propertyValue } from './read-guest.ts';
import type { Guest } from './read-guest.ts';

const DESTROY_SECONDS = 600;

/** Removes a guest and its disks: shuts it down first when it runs; what is refused is said in guest-refusals.ts. */
export function removeGuest(
  kind: GuestKind,
  wanted: Wanted,
  guest: Guest,
  snapshot: Snapshot,
  options: PlanOptions,
): Result<Draft> {
  const diagnostics = [
    ...checkNode(wanted, snapshot, guest.node),
    ...removeRefusals(wanted, guest, options.allowDestroy),
  ];
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const target: Target = {
    kind,
    vmid: guest.vmid,
    node: guest.node,
    cluster: snapshot.cluster,
    path: guest.path,
  };
  const known = Object.entries(guest.effective).filter(
    ([option]) => findProperty(kind.properties, option) !== undefined,
  );
  const digest = snapshot.digests[guest.path];
  return ok({
    title: titleOf(kind, guest.vmid, guest.effective[kind.nameOption]),
    node: guest.node,
    differences: known.map(([property, text]) => ({
      property,
      before: propertyValue(kind, property, text),
      effect: 'now' as const,
    })),
    risks: risksOf(kind, guest),
    digests: digest === undefined ? {} : { [guest.path]: digest },
    steps: [
      ...(guest.power === 'running'
        ? [
            shutdownStep(
              target,
              Number(wanted.words['timeout'] ?? SHUTDOWN_SECONDS),
              wanted.words['forceStop'] === '1',
            ),
          ]
        : []),
      destroyStep(target, wanted.words['purge'] === '1'),
    ],
  });
}

function destroyStep(target: Target, purge: boolean): DraftStep {
  const { kind, vmid, node, cluster, path } = target;
  return {
    node,
    act: {
      run: 'call',
      call: { method: 'DELETE', path: guestPath(target), params: purge ? { purge: '1' } : {} },
    },
    guards: [
      { require: 'quorum' },
      { require: 'unchanged', path },
      { require: 'power', guest: kind.kind, vmid, is: 'stopped' },
    ],
    locks: [guestLock(target)],
    effects: [{ brings: 'absence', address: { kind: kind.kind, name: String(vmid), cluster }, node }],
    undo: { impossible: 'its disks are destroyed' },
    detached: false,
    timeoutSeconds: DESTROY_SECONDS,
  };
}

function risksOf(kind: GuestKind, guest: Guest): readonly string[] {
  const volumes = Object.entries(guest.effective).flatMap(([option, text]) => {
    const row = findProperty(kind.properties, option);
    if (row?.shape !== 'disk' && !option.startsWith('unused')) return [];
    const value = propertyValue(kind, option, text);
    const volume = typeof value === 'object' ? value[kind.volumeKey] : value;
    return volume === undefined ||
      volume === 'none' ||
      (typeof value === 'object' && value['media'] === 'cdrom')
      ? []
      : [volume];
  });
  return volumes.length === 0
    ? []
    : [`destroys ${volumes.length === 1 ? '1 disk' : `${volumes.length} disks`}: ${volumes.join(', ')}`];
}
