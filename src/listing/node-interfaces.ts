import type { Interface } from '../pve/interfaces-view.ts';
import { interfaces } from '../pve/interfaces-view.ts';
import { decodeInterfaces } from '../pve/interfaces.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** The interfaces that a node's own files configure; undefined where they were not read. */
export function configuredInterfaces(snapshot: Snapshot, node: string): readonly Interface[] | undefined {
  const files = snapshot.nodeFiles?.[node] ?? {};
  const main = files['/etc/network/interfaces'];
  if (main === undefined) return undefined;
  const more = Object.keys(files).filter((path) => path.startsWith('/etc/network/interfaces.d/'));
  const texts = [main, ...more.toSorted().map((path) => files[path] ?? '')];
  return texts.flatMap((text) => interfaces(decodeInterfaces(text)));
}
