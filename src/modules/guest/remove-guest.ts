import type { Result } from '../../diagnostic.ts';
import { ok } from '../../diagnostic.ts';
import { guestTraces } from '../../snapshot/guest-traces.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Draft, PlanOptions, Wanted } from '../module.ts';
import { findProperty } from '../property.ts';
import type { GuestKind } from './guest-kind.ts';
import { SHUTDOWN_SECONDS } from './guest-kind.ts';
import { haStopSteps } from './ha-step.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock, guestPath, shutdownStep, titleOf } from './power-step.ts';
import { propertyValue } from './read-guest.ts';
import { removeRefusals } from './remove-refusals.ts';
import { removeRisks } from './remove-risks.ts';
import type { Guest } from './read-guest.ts';
import { SECRET } from './secret-option.ts';

const DESTROY_SECONDS = 600;

/** Removes a guest and its disks: shuts it down first when it runs; what is refused is said in remove-refusals.ts, what goes with it in remove-risks.ts. */
export function removeGuest(
  kind: GuestKind,
  wanted: Wanted,
  guest: Guest,
  snapshot: Snapshot,
  options: PlanOptions,
): Result<Draft> {
  const sid = `${kind.kind === 'vm' ? 'vm' : 'ct'}:${guest.vmid}`;
  const traces = guestTraces(snapshot, guest.vmid, sid);
  const diagnostics = removeRefusals(wanted, guest, traces, snapshot, options);
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
      before:
        findProperty(kind.properties, property)?.shape === 'secret'
          ? SECRET
          : propertyValue(kind, property, text),
      effect: 'now' as const,
    })),
    risks: removeRisks(kind, guest, traces, wanted),
    digests: digest === undefined ? {} : { [guest.path]: digest },
    steps: [...stopSteps(target, guest, wanted), destroyStep(target, wanted)],
  });
}

/** A guest that HA decides about is stopped by HA, any other one by itself. */
function stopSteps(target: Target, guest: Guest, { words }: Wanted): readonly DraftStep[] {
  if (guest.power !== 'running') return [];
  const seconds = Number(words['timeout'] ?? SHUTDOWN_SECONDS);
  return guest.service === undefined
    ? [shutdownStep(target, seconds, words['forceStop'] === '1')]
    : haStopSteps(target, guest.service, seconds);
}

function destroyStep(target: Target, { words }: Wanted): DraftStep {
  const { kind, vmid, node, cluster, path } = target;
  const said = ['purge', 'destroy-unreferenced-disks'].filter((word) => words[word] === '1');
  return {
    node,
    act: {
      run: 'call',
      call: {
        method: 'DELETE',
        path: guestPath(target),
        params: Object.fromEntries(said.map((word) => [word, '1'])),
      },
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
