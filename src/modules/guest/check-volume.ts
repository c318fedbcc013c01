import type { Diagnostic } from '../../diagnostic.ts';
import { parseVolumeId } from '../../pve/volume-id.ts';
import { guests } from '../../snapshot/guests.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Wanted } from '../module.ts';
import { checkStorage, refusal } from './check-place.ts';

/** Folders of a storage and the content type that a storage must have for what is in them (PVE::Storage, vtype). */
const FOLDERS: Readonly<Record<string, string>> = {
  iso: 'iso',
  vztmpl: 'vztmpl',
  backup: 'backup',
  import: 'import',
  snippets: 'snippets',
};

/** A volume as a spec names it for one of its options. */
export interface NamedVolume {
  readonly option: string;
  readonly volume: string;
  /** Content type of a storage for volumes that lie in no folder: images, rootdir. */
  readonly content: string;
}

/**
 * Whether a volume that the spec names can be used: its storage is there, on that node, for such content, and no other
 * guest has the disk. Whether the volume itself is there only the node knows.
 */
export function checkVolume(
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
  { option, volume, content }: NamedVolume,
): readonly Diagnostic[] {
  const parsed = parseVolumeId(volume);
  if (parsed?.kind !== 'volume') return [];
  const folder = /^(?<folder>[a-z]+)\//u.exec(parsed.volname)?.groups?.['folder'] ?? '';
  const needed = Object.hasOwn(FOLDERS, folder) ? (FOLDERS[folder] ?? content) : content;
  return [
    ...checkStorage(wanted, [option], snapshot, node, parsed.storage, needed),
    ...refuseForeign(wanted, snapshot, option, volume),
  ];
}

/** The node's own files and devices stand in no storage; giving one to a guest is worth a word. */
export function pathRisk({ option, volume }: Pick<NamedVolume, 'option' | 'volume'>): readonly string[] {
  return volume.startsWith('/') ? [`gives ${volume} of the node to the guest as ${option}`] : [];
}

/** Two guests that write one disk destroy it. The last part of a volume's name says whose it is (PVE::Storage::Plugin, parse_name_dir). */
export function refuseForeign(
  wanted: Wanted,
  snapshot: Snapshot,
  option: string,
  volume: string,
): readonly Diagnostic[] {
  const owner = /(?:^|[:/])(?:vm|subvol)-(?<vmid>\d+)-[^/]*$/u.exec(volume)?.groups?.['vmid'];
  if (owner === undefined || owner === wanted.address.name) return [];
  const all = guests(snapshot);
  const other = isUnknown(all) ? undefined : all.find(({ vmid }) => String(vmid) === owner);
  if (other === undefined) return [];
  return [
    refusal(
      wanted,
      [option],
      'guest/foreign-disk',
      `${option} would get ${volume}, a disk of ${other.type} ${owner}; two guests must not write one disk`,
      `To give it to this one: pvefleet reassign ${owner} --disk SLOT --target-vmid ${wanted.address.name}`,
    ),
  ];
}
