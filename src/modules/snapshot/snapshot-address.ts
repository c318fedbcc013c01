import type { Address } from '../../address.ts';
import { address } from '../../address.ts';

/** Which snapshot of which guest. */
export interface SnapshotName {
  readonly vmid: number;
  readonly name: string;
}

/** snapshot/100/before-update@prod */
export function snapshotAddress({ vmid, name }: SnapshotName, cluster: string): Address {
  return address('snapshot', `${vmid}/${name}`, cluster);
}

export function snapshotNameOf({ name: text }: Address): SnapshotName {
  const slash = text.indexOf('/');
  return { vmid: Number(text.slice(0, slash)), name: text.slice(slash + 1) };
}

/** What is wrong with a snapshot's name, as the end of a sentence; undefined: nothing (pve-configid, at most 40 characters). */
export function nameProblem(name: string): string | undefined {
  if (name === 'current' || name === 'pending')
    return `"${name}" is a word of PVE's own; another name is wanted`;
  return /^[a-z][a-z0-9_-]{1,39}$/iu.test(name)
    ? undefined
    : `"${name}" is no name of a snapshot; a letter, then letters, digits, "_" and "-" are wanted, 2 to 40 in all`;
}
