import type { Snapshot } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

/** PVE names of the members that the cluster sees online, by `.members`; those that answered when it isn't there. */
export function onlineMembers(snapshot: Snapshot): readonly string[] {
  const text = isUnknown(snapshot.files) ? undefined : snapshot.files['/etc/pve/.members'];
  const rows = [...(text ?? '').matchAll(/"(?<name>[^"]+)":\s*\{[^{}]*"online":\s*1\b/gu)];
  if (rows.length > 0) return rows.flatMap(({ groups }) => groups?.['name'] ?? []);
  return Object.entries(snapshot.nodes).flatMap(([name, state]) => (isUnknown(state) ? [] : [name]));
}
