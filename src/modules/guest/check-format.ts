import type { Diagnostic } from '../../diagnostic.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { storages } from '../../snapshot/storages.ts';
import type { Wanted } from '../module.ts';
import { refusal } from './check-place.ts';
import { formatsOf } from './storage-formats.ts';

/** PVE would take another format than the one that was asked for, with a warning only. */
export function checkFormat(
  wanted: Wanted,
  path: readonly string[],
  snapshot: Snapshot,
  storage: string | undefined,
  format: string | undefined,
): readonly Diagnostic[] {
  const all = storages(snapshot);
  const found = isUnknown(all) ? undefined : all.find(({ id }) => id === storage);
  const formats = found && formatsOf(found);
  if (format === undefined || formats === undefined || formats.includes(format)) return [];
  return [
    refusal(
      wanted,
      path,
      'guest/disk-format',
      `storage ${storage} keeps disks as ${formats.join(' or ')}, and the spec wants ${format}`,
      'Leave "format" out, or take a storage of files.',
    ),
  ];
}
