import type { Reread } from '../snapshot/read-back.ts';
import { refresh } from '../snapshot/read-back.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';

/**
 * What was read again after the steps of an apply. It is laid over the survey only when somebody asks, as that costs the
 * more the larger a cluster is.
 */
export interface Rereads {
  note(cluster: string, reread: Reread | undefined): void;
  /** A cluster as it was last read; but for one reread: as it was before that. */
  snapshot(cluster: string, before?: Reread): Snapshot | undefined;
  /** All clusters as they were last read. */
  survey(): Survey;
}

export function createRereads(surveyed: Survey): Rereads {
  const noted = new Map<string, Reread[]>();
  const of = (cluster: string): readonly Reread[] => noted.get(cluster) ?? [];
  return {
    note(cluster, reread) {
      if (reread === undefined) return;
      const others = noted.get(cluster);
      if (others === undefined) noted.set(cluster, [reread]);
      else others.push(reread);
    },
    snapshot(cluster, before) {
      const found = surveyed.clusters.find((each) => each.cluster === cluster);
      return (
        found &&
        refresh(
          found,
          of(cluster).filter((each) => each !== before),
        )
      );
    },
    survey: () => ({
      ...surveyed,
      clusters: surveyed.clusters.map((snapshot) => refresh(snapshot, of(snapshot.cluster))),
    }),
  };
}
