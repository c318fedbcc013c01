import type { Diagnostic, Result } from '../diagnostic.ts';
import { diagnosticsOf } from '../diagnostic.ts';
import type { Survey } from '../snapshot/survey.ts';
import { shQuote } from '../text/sh-quote.ts';
import type { Leftover } from './leftovers.ts';
import { leftovers, removeCommand } from './leftovers.ts';
import { volumesOf } from './look-around.ts';
import type { Place } from './test-step.ts';
import type { TestMeans } from './try-step.ts';

/** Seconds before each try: what runs still may hold a lock for a while. */
const TRIES = [0, 5, 15];

/** What is there still, with the command that removes it where it is the test's own. */
export interface Left {
  readonly what: string;
  readonly remove?: string;
}

export interface CleanedUp {
  readonly left: readonly Left[];
  /** Why it is not known what is left, or was not removed. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Removes what the test has left of its own guests, and says what is there still: all that may be, where the node gives no
 * answer or nobody waits for it any more (`means.leave`).
 */
export async function cleanUp(means: TestMeans, begun: ReadonlySet<number>): Promise<CleanedUp> {
  const { place, leave } = means;
  let diagnostics: readonly Diagnostic[] = [];
  for (const seconds of TRIES) {
    await means.pause(seconds);
    if (leave?.aborted === true) return { left: mayBeLeft(place, begun), diagnostics: [] };
    const found = await means.survey();
    if (!isWhole(found)) {
      diagnostics = found.unreachable;
      continue;
    }
    const there = leftovers(found, place, begun);
    const own = there.filter(({ remove }) => remove !== undefined);
    if (own.length === 0) return settled(there, begun, means);
    const removed = await removeAll(own, means);
    diagnostics = removed.flatMap(diagnosticsOf);
  }
  const last = await means.survey();
  return isWhole(last)
    ? settled(leftovers(last, place, begun), begun, means)
    : {
        left: mayBeLeft(place, begun),
        diagnostics: last.unreachable.length > 0 ? last.unreachable : diagnostics,
      };
}

async function removeAll(
  own: readonly Pick<Leftover, 'remove'>[],
  { send }: TestMeans,
): Promise<readonly Result<unknown>[]> {
  const results: Result<unknown>[] = [];
  for (const { remove = '' } of own)
    results.push(await send(remove, `{ LC_ALL=C.UTF-8; export LC_ALL; ${remove}; } </dev/null`));
  return results;
}

/**
 * The guests are gone, or are not the test's own. Volumes may be there still that no config names: there were none of
 * these VMIDs before, so those of guests that it began to make are its own.
 */
async function settled(
  there: readonly Leftover[],
  begun: ReadonlySet<number>,
  means: TestMeans,
): Promise<CleanedUp> {
  const { place, exec } = means;
  const guests = there.map(({ vmid, node, remove }) => ({
    what: `guest ${vmid} on ${node}`,
    ...(remove !== undefined && { remove }),
  }));
  const taken = new Set(there.map(({ vmid }) => vmid));
  const gone = [...begun].filter((vmid) => !taken.has(vmid));
  const volumes = await volumesOf(place, gone, exec);
  if (!volumes.ok) return { left: guests, diagnostics: volumes.diagnostics };
  if (volumes.value.length === 0) return { left: guests, diagnostics: [] };
  await removeAll(volumes.value.map(volumeLeft), means);
  const still = await volumesOf(place, gone, exec);
  return {
    left: [...guests, ...(still.ok ? still : volumes).value.map(volumeLeft)],
    diagnostics: diagnosticsOf(still),
  };
}

function volumeLeft(volume: string): Left {
  return { what: `volume ${volume}`, remove: `pvesm free ${shQuote(volume)}` };
}

/** Nobody knows better: everything that was begun. */
function mayBeLeft({ node, vmids }: Place, begun: ReadonlySet<number>): readonly Left[] {
  const containers = new Set([vmids.container, vmids.containerClone]);
  return [...begun]
    .toSorted((a, b) => b - a)
    .map((vmid) => ({
      what: `guest ${vmid} on ${node}, if it is there`,
      remove: removeCommand({ vmid, type: containers.has(vmid) ? 'container' : 'vm' }),
    }));
}

function isWhole({ clusters, unreachable }: Survey): boolean {
  return clusters.length > 0 && unreachable.length === 0;
}
