import { foldNodeSet } from '../inventory/node-set.ts';

/** More names than these are folded: nobody reads a hundred of them. */
const MOST_NAMES = 6;

/** Names of hosts: "pve1, pve2", many of them as a node set: "pve[1-300]". */
export function hostNames(names: readonly string[]): string {
  const isFoldable = names.length > MOST_NAMES && names.every((name) => !/[[\],]/u.test(name));
  return isFoldable ? foldNodeSet(names) : names.join(', ');
}
