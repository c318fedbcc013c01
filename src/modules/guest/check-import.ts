import type { Diagnostic } from '../../diagnostic.ts';
import { parseVolumeId } from '../../pve/volume-id.ts';
import { guests } from '../../snapshot/guests.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Wanted } from '../module.ts';
import { checkStorage, refusal } from './check-place.ts';

/** Whether a disk can be made from what the spec names: a file of the node, a disk, an image in a storage's import folder. */
export function checkImport(
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
  option: string,
  source: string,
): readonly Diagnostic[] {
  const parsed = parseVolumeId(source);
  if (parsed?.kind === 'path') return [];
  const path = [option, 'import-from'];
  const folder =
    parsed?.kind === 'volume' ? /^(?<folder>[a-z]+)\//u.exec(parsed.volname)?.groups?.['folder'] : '';
  if (parsed?.kind !== 'volume' || (folder !== undefined && folder !== 'import'))
    return [
      refusal(
        wanted,
        path,
        'guest/import-source',
        `${source} is no image of a disk; a volume like "local:import/NAME.qcow2" or "local-lvm:vm-100-disk-0", a path or a URL is wanted`,
      ),
    ];
  const content = folder === 'import' ? 'import' : 'images';
  const storage = checkStorage(wanted, path, snapshot, node, parsed.storage, content);
  return storage.length > 0 ? storage : refuseElsewhere(wanted, snapshot, node, path, source);
}

/** PVE copies a guest's disk only on the node where that guest is (API2/Qemu.pm, import_from_volid). */
function refuseElsewhere(
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
  path: readonly string[],
  source: string,
): readonly Diagnostic[] {
  const owner = /[:/](?:vm|base)-(?<vmid>\d+)-[^/]*$/u.exec(source)?.groups?.['vmid'];
  const all = guests(snapshot);
  const found = isUnknown(all) ? undefined : all.find(({ vmid }) => String(vmid) === owner);
  if (found === undefined || found.node === node) return [];
  return [
    refusal(
      wanted,
      path,
      'guest/import-source',
      `${source} is a disk of ${found.type} ${owner}, which is on ${found.node}; PVE copies it only there, and the new disk is for ${node}`,
      `Move ${found.type} ${owner} to ${node}, or this one to ${found.node}.`,
    ),
  ];
}
