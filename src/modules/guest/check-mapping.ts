import type { Diagnostic } from '../../diagnostic.ts';
import type { MappingType } from '../../snapshot/mappings.ts';
import { mappingsOf } from '../../snapshot/mappings.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { Wanted, WantedValue } from '../module.ts';
import { refusal } from './check-place.ts';

/** What a VM has by a mapping: its option, without the number, and the sub-property with the mapping's name. */
const byMapping: Readonly<Record<string, readonly [type: MappingType, part: string, noun: string]>> = {
  hostpci: ['pci', 'mapping', 'PCI device'],
  usb: ['usb', 'mapping', 'USB device'],
  virtiofs: ['dir', 'dirid', 'directory'],
};

/** A mapping must be there, and have something on the node: PVE takes any name, and the VM does not start then. */
export function checkMapping(
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
  option: string,
  wish: WantedValue,
): readonly Diagnostic[] {
  const [type, part, noun] = byMapping[option.replace(/\d+$/u, '')] ?? [];
  if (type === undefined || part === undefined || typeof wish !== 'object') return [];
  const name = wish?.[part];
  const known = mappingsOf(snapshot, type);
  if (typeof name !== 'string' || isUnknown(known)) return [];
  const nodes = known.get(name);
  if (nodes?.includes(node) === true) return [];
  const path = [option, part];
  const names = [...known.keys()];
  if (nodes === undefined) {
    const what = `there is no mapping "${name}" of a ${noun}${didYouMean(name, names)}`;
    return [
      refusal(wanted, path, 'guest/no-mapping', what, `Mappings there are ${names.join(', ') || 'none'}.`),
    ];
  }
  const what = `mapping ${name} has no ${noun} on node ${node}`;
  return [
    refusal(
      wanted,
      path,
      'guest/mapping-not-on-node',
      what,
      `It has one on ${nodes.join(', ') || 'no node'}.`,
    ),
  ];
}
