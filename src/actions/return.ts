import { ok } from '../diagnostic.ts';
import { findGuest } from '../snapshot/guests.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { Verbatim } from '../template/render.ts';
import type { ActionContext, ActionResult } from './action.ts';
import { EVACUATED, FORETOLD, keepEvacuated, parseEvacuated } from './host/evacuated-file.ts';
import type { EvacuatedGuest } from './host/evacuated-file.ts';
import { performAll } from './host/host-task.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {};

const table = { name: 'return', parameters, notYet: [] };

/** Brings back the guests that `evacuate` has moved away, and no others. */
export const returnGuests = tableAction({
  ...table,
  help: 'Brings back just the guests that `evacuate` has moved away from the node, in the same way.',
  changes: true,
  wholeCluster: true,
  run: (_values, context) => run(context),
});

async function run(context: ActionContext): Promise<ActionResult> {
  const { node, check } = context;
  const allowed = await context.mayChange();
  if (!allowed.ok) return failed(...allowed.diagnostics);
  const facts = await context.look([{ read: 'path', path: EVACUATED, content: true }], 'now');
  if (!facts.ok) return failed(...facts.diagnostics);
  const kept = parseEvacuated(facts.value.path(EVACUATED).content);
  if (kept === undefined)
    return failed(
      taskFailed(
        context,
        `Cannot bring guests back to ${node}: ${EVACUATED} is not what was written there; which ones are away is wanted`,
      ),
    );
  const foretold = check ? foretoldOf(context) : [];
  const away = [...new Map([...kept, ...foretold].map((guest) => [guest.vmid, guest])).values()];
  if (away.length === 0)
    return { outcome: 'ok', message: 'no guest is away', result: { moved: [] }, diagnostics: [] };
  const found = sortOut(away, await context.cluster(), node);
  if (found.unknown !== undefined)
    return failed(
      taskFailed(context, `Cannot bring guests back to ${node}: ${found.unknown}; their places are wanted`),
    );
  const { back, gone } = found;
  context.waitsFor(`guests to be moved back: ${back.map(({ vmid }) => vmid).join(', ')}`);
  const moved = await context.bringAbout(
    back.map(({ vmid, how }) => ({ kind: 'migrate', args: { ...how, vmid, target: node } })),
  );
  const troubles = moved.ok ? moved.value.flatMap(({ diagnostics }) => diagnostics) : moved.diagnostics;
  if (troubles.some(({ severity }) => severity === 'error')) return failed(...troubles);
  const forgotten = check ? ok({}) : await performAll(table.name, keepEvacuated([]), context);
  if (!forgotten.ok) return failed(...forgotten.diagnostics);
  const vmids = back.map(({ vmid }) => vmid);
  const lost = gone.length === 0 ? '' : `; ${gone.join(', ')} is there no more`;
  return {
    outcome: 'changed',
    message: `${check ? 'would be back' : 'back'}: ${vmids.length === 0 ? 'none that was not here' : vmids.join(', ')}${lost}`,
    result: { moved: vmids },
    diagnostics: troubles,
  };
}

/** What a check of `evacuate` would have kept. */
function foretoldOf({ variables }: ActionContext): readonly EvacuatedGuest[] {
  const kept = variables[FORETOLD];
  const value = kept instanceof Verbatim ? kept.value : kept;
  return value === undefined ? [] : (parseEvacuated(Buffer.from(JSON.stringify(value))) ?? []);
}

/** Those that are elsewhere, and those that somebody has removed meanwhile. */
function sortOut(
  away: readonly EvacuatedGuest[],
  snapshot: Snapshot,
  node: string,
): { readonly back: readonly EvacuatedGuest[]; readonly gone: readonly number[]; readonly unknown?: string } {
  const back: EvacuatedGuest[] = [];
  const gone: number[] = [];
  for (const guest of away) {
    const at = findGuest(snapshot, guest.vmid);
    if (isUnknown(at)) return { back, gone, unknown: at.unknown };
    if (at === undefined) gone.push(guest.vmid);
    else if (at.node !== node) back.push(guest);
  }
  return { back, gone };
}
