import { positionsUnder } from '../diagnostic.ts';
import type { Spec } from '../spec.ts';
import type { Defaults } from './read-guest.ts';
import type { Path, Reading } from './reading.ts';
import { complain, describe, isMapping } from './reading.ts';

/** A snapshot as a spec: its words are those of its kind. Undefined when it is no mapping. */
export function readSnapshot(
  snapshot: unknown,
  path: Path,
  { cluster }: Pick<Defaults, 'cluster'>,
  reading: Reading,
): Spec | undefined {
  if (!isMapping(snapshot)) {
    const message = `Cannot read this snapshot: it is ${describe(snapshot)}; a mapping with "vmid" and "name" is wanted`;
    complain(reading, path, 'wrong-type', message);
    return undefined;
  }
  return {
    kind: 'snapshot',
    args: snapshot,
    positions: positionsUnder(reading.positions, path),
    declaredBy: reading.file,
    ...(cluster && { cluster: cluster.name }),
  };
}
