import type { Diagnostic } from '../../diagnostic.ts';
import { positionAt } from '../../diagnostic.ts';
import { formatAddress } from '../../address.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { bridgesOf } from '../../snapshot/bridges.ts';
import { storages } from '../../snapshot/storages.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { Wanted } from '../module.ts';

/** A refusal about a wanted resource, at the place where the option was written. */
export function refusal(
  wanted: Wanted,
  path: readonly (string | number)[],
  code: string,
  what: string,
  hint?: string,
): Diagnostic {
  const at = positionAt(wanted.positions, path);
  return {
    code,
    severity: 'error',
    trouble: 'refused',
    message: `Cannot plan ${formatAddress(wanted.address)}: ${what}`,
    ...(at && { at }),
    ...(hint !== undefined && { hint }),
  };
}

/** Whether commands can be run on a node: it is a member, in the inventory, and answered. Of a copy of /etc/pve nobody was asked. */
export function checkNode(wanted: Wanted, snapshot: Snapshot, node: string): readonly Diagnostic[] {
  const state = snapshot.nodes[node];
  const names = Object.keys(snapshot.nodes);
  if (state === undefined) {
    return [
      refusal(
        wanted,
        ['node'],
        'guest/unknown-node',
        `node ${node} is not in cluster ${snapshot.cluster}${didYouMean(node, names)}`,
        `Its nodes are ${names.join(', ')}.`,
      ),
    ];
  }
  if (isUnknown(state) && snapshot.copied !== true) {
    return [
      refusal(
        wanted,
        ['node'],
        'guest/node-not-reached',
        `node ${node} can't be reached, as ${state.unknown}`,
        '"pvefleet ls nodes" shows every node, and what is wrong with it.',
      ),
    ];
  }
  return [];
}

/** Whether a storage is there, enabled, allowed on that node, and takes such content (pitfalls 14). */
export function checkStorage(
  wanted: Wanted,
  path: readonly string[],
  snapshot: Snapshot,
  node: string,
  id: string,
  content: string,
): readonly Diagnostic[] {
  const all = storages(snapshot);
  if (isUnknown(all))
    return [
      refusal(
        wanted,
        path,
        'guest/storage-unknown',
        `the storages of ${snapshot.cluster} are not known, as ${all.unknown}`,
      ),
    ];
  const storage = all.find((each) => each.id === id);
  if (storage === undefined) {
    const ids = all.map((each) => each.id);
    return [
      refusal(
        wanted,
        path,
        'guest/no-storage',
        `there is no storage "${id}"${didYouMean(id, ids)}`,
        `Storages are ${ids.join(', ')}.`,
      ),
    ];
  }
  if (storage.disabled)
    return [
      refusal(
        wanted,
        path,
        'guest/storage-disabled',
        `storage ${id} is disabled`,
        `Enable it with "pvesm set ${id} --disable 0", or take another one.`,
      ),
    ];
  if (storage.nodes !== undefined && !storage.nodes.includes(node)) {
    return [
      refusal(
        wanted,
        path,
        'guest/storage-not-on-node',
        `storage ${id} is not on node ${node}`,
        `It is on ${storage.nodes.join(', ')}.`,
      ),
    ];
  }
  if (!storage.content.includes(content)) {
    const fit = all
      .filter(
        (each) =>
          each.content.includes(content) &&
          !each.disabled &&
          (each.nodes === undefined || each.nodes.includes(node)),
      )
      .map((each) => each.id);
    return [
      refusal(
        wanted,
        path,
        'guest/storage-content',
        `storage ${id} is not for ${content}; its content is ${storage.content.join(', ') || 'nothing'}`,
        fit.length === 0
          ? `No storage on ${node} is for ${content}.`
          : `On ${node} these are: ${fit.join(', ')}.`,
      ),
    ];
  }
  return [];
}

/** Whether a bridge is there: live ones and SDN vnets count (pitfalls 14). */
export function checkBridge(
  wanted: Wanted,
  path: readonly string[],
  snapshot: Snapshot,
  node: string,
  bridge: string,
): readonly Diagnostic[] {
  const known = bridgesOf(snapshot, node);
  if (isUnknown(known) || known.includes(bridge)) return [];
  return [
    refusal(
      wanted,
      path,
      'guest/no-bridge',
      `there is no bridge "${bridge}" on node ${node}${didYouMean(bridge, known)}`,
      `Bridges there are ${known.join(', ') || 'none'}.`,
    ),
  ];
}
