import type { HostAct } from './host-task.ts';
import { writeAct } from './write-file.ts';

/** A guest that was moved away from a node, to be brought back. */
export interface EvacuatedGuest {
  readonly vmid: number;
  /** Arguments of the migration that brings it back. */
  readonly how: Readonly<Record<string, unknown>>;
}

/** On the node itself, where it outlives the run and the reboot; only root reads it. */
export const EVACUATED = '/var/lib/pvefleet/evacuated';

/** The variable that stands for the file in check mode. */
export const FORETOLD = 'pvefleet_evacuated';

/** Reads the file; nothing where there is none, undefined where it is not what was written. */
export function parseEvacuated(content: Buffer | undefined): readonly EvacuatedGuest[] | undefined {
  if (content === undefined) return [];
  try {
    const value: unknown = JSON.parse(content.toString());
    return Array.isArray(value) && value.every(isGuest) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isGuest(value: unknown): value is EvacuatedGuest {
  return (
    typeof value === 'object' &&
    value !== null &&
    'vmid' in value &&
    typeof value.vmid === 'number' &&
    'how' in value &&
    typeof value.how === 'object' &&
    value.how !== null
  );
}

/** Writes it anew; no guests: takes it away. */
export function keepEvacuated(guests: readonly EvacuatedGuest[]): readonly HostAct[] {
  if (guests.length === 0) return [{ argv: ['rm', '-f', EVACUATED], title: `remove ${EVACUATED}` }];
  const content = Buffer.from(`${JSON.stringify(guests.toSorted((a, b) => a.vmid - b.vmid))}\n`);
  return [
    { argv: ['install', '-d', '-m', '700', '/var/lib/pvefleet'] },
    {
      ...writeAct({ path: EVACUATED, content, now: undefined, backup: false, mode: '0600' }),
      title: `keep in ${EVACUATED} which guests are away: ${guests.map(({ vmid }) => vmid).join(', ')}`,
    },
  ];
}
