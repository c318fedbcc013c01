import type { Diagnostic } from '../../diagnostic.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Wanted, WantedValue } from '../module.ts';
import { checkBridge } from './check-place.ts';

/** A network card's bridge must be there. */
export function checkNetwork(
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
  option: string,
  wish: WantedValue,
): readonly Diagnostic[] {
  if (!/^net\d+$/u.test(option) || typeof wish !== 'object' || typeof wish?.['bridge'] !== 'string')
    return [];
  return checkBridge(wanted, [option, 'bridge'], snapshot, node, wish['bridge']);
}
