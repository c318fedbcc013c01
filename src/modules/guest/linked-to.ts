import { options } from '../../pve/guest-config.ts';
import { oncePerSnapshot } from '../../snapshot/files.ts';
import { guests } from '../../snapshot/guests.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';

/** VMID of a template → the guests whose disks rest on its; a linked clone's volume names its base where the storage needs that. */
const clonesByBase = oncePerSnapshot((snapshot): ReadonlyMap<number, readonly string[]> => {
  const found = new Map<number, Set<string>>();
  const all = guests(snapshot);
  for (const { vmid, type, config } of isUnknown(all) ? [] : all) {
    if (isUnknown(config)) continue;
    const active = options(config);
    const name = active['name'] ?? active['hostname'];
    const title = `${type}/${vmid}${name === undefined ? '' : ` (${name})`}`;
    const texts = config.sections.flatMap(({ lines }) => lines.map(({ text }) => text));
    for (const [, base] of texts.join('').matchAll(/[:/]base(?:vol)?-(\d+)-[^/,\s]+\//gu)) {
      const owner = Number(base);
      if (owner !== vmid) found.set(owner, (found.get(owner) ?? new Set()).add(title));
    }
  }
  return new Map([...found].map(([base, titles]) => [base, [...titles]]));
});

export function linkedTo(snapshot: Snapshot, vmid: number): readonly string[] {
  return clonesByBase(snapshot).get(vmid) ?? [];
}
