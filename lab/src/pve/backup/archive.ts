import type { Machine } from '../../machine.ts';
import type { GuestKind } from '../guest/config.ts';

/** What a backup holds. The lab's disks have no content, so of one its size is all. */
export interface Archive {
  readonly kind: GuestKind;
  readonly vmid: string;
  /** The guest's config as it lies in the archive. */
  readonly config: string;
  readonly firewall: string | undefined;
  readonly disks: readonly ArchivedDisk[];
  /** Unix seconds. */
  readonly made: number;
}

export interface ArchivedDisk {
  /** `scsi0`. */
  readonly slot: string;
  readonly bytes: number;
  readonly storage: string;
  readonly format: string;
}

const MAGIC = 'VZDUMP ';

/** Writes an archive as a file that is so many bytes large. */
export function writeArchive(machine: Machine, path: string, archive: Archive, bytes: number): void {
  machine.files.write(path, `${MAGIC}${JSON.stringify(archive)}`, 0o644);
  machine.volumes.set(path, bytes);
}

/** Reads an archive; undefined for a file that is none of the lab's. */
export function readArchive(machine: Machine, path: string): Archive | undefined {
  const text = machine.files.read(path) ?? '';
  if (!text.startsWith(MAGIC)) return undefined;
  const found: unknown = JSON.parse(text.slice(MAGIC.length));
  return isArchive(found) ? found : undefined;
}

function isArchive(value: unknown): value is Archive {
  return typeof value === 'object' && value !== null && 'config' in value && 'disks' in value;
}

/** The parts of an archive's name: `vzdump-qemu-100-2026_11_23-19_56_54.vma.zst`. */
export function parseArchiveName(
  name: string,
):
  | { readonly kind: GuestKind; readonly vmid: string; readonly time: number; readonly stem: string }
  | undefined {
  const [, stem = '', kind, vmid = '', date = '', time = ''] =
    /^(vzdump-(qemu|lxc)-(\d+)-(\d{4}_\d\d_\d\d)-(\d\d_\d\d_\d\d))\.(?:tgz|(?:tar|vma)(?:\.(?:gz|zst|lzo|bz2))?)$/.exec(
      name,
    ) ?? [];
  if (kind !== 'qemu' && kind !== 'lxc') return undefined;
  const made = Date.parse(`${date.replaceAll('_', '-')}T${time.replaceAll('_', ':')}Z`) / 1000;
  return { kind, vmid, time: made, stem };
}

/** Removes a backup with its log and notes; undefined, or why it cannot go. */
export function removeArchive({ files }: Machine, path: string): string | undefined {
  if (files.exists(`${path}.protected`)) return `cannot remove protected archive '${path}'`;
  files.remove(path);
  const folder = path.slice(0, path.lastIndexOf('/'));
  const stem = parseArchiveName(path.slice(folder.length + 1))?.stem;
  if (stem !== undefined) files.remove(`${folder}/${stem}.log`);
  files.remove(`${path}.notes`);
  return undefined;
}
