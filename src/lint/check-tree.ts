import { findDoubled } from './find-doubled.ts';
import { findFirewallNames } from './find-firewall-names.ts';
import { findMissing } from './find-missing.ts';
import type { FoundAt, Tree } from './tree.ts';

/** What is only wrong in the light of other files: what one names and is not there, and what is there twice. */
export function checkTree(tree: Tree): readonly FoundAt[] {
  return [...findMissing(tree), ...findFirewallNames(tree), ...findDoubled(tree.files)];
}
