import type { Diagnostic } from '../../diagnostic.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Wanted } from '../module.ts';
import { checkImport } from './check-import.ts';
import { checkStorage, refusal } from './check-place.ts';
import { checkVolume } from './check-volume.ts';
import type { DiskChange } from './disk-change.ts';
import type { GuestKind } from './guest-kind.ts';

/** What stands against a disk's change: its own refusals, the storage of a new volume, the volume that it names. */
export function checkDisk(
  kind: GuestKind,
  wanted: Wanted,
  snapshot: Snapshot,
  node: string,
  option: string,
  disk: DiskChange,
): readonly Diagnostic[] {
  const refused = disk.refusals.map(({ code, message, hint }) =>
    refusal(wanted, [option], code, message, hint),
  );
  const storage =
    disk.allocates === undefined
      ? []
      : checkStorage(wanted, [option, 'storage'], snapshot, node, disk.allocates, kind.diskContent);
  const volume =
    disk.volume === undefined
      ? []
      : checkVolume(wanted, snapshot, node, { option, volume: disk.volume, content: kind.diskContent });
  const source = disk.imports === undefined ? [] : checkImport(wanted, snapshot, node, option, disk.imports);
  return [...refused, ...storage, ...volume, ...source];
}
