import type { Machine } from '../../machine.ts';
import type { StorageSection } from './config.ts';
import { readImage } from './qcow2-image.ts';
import { folderOf, parseVolumeName } from './volume-name.ts';
import { attemptName } from './name-attempt.ts';

/** A volume as `pvesm list` and the API show it. */
export interface ContentRow {
  readonly volume: string;
  readonly format: string;
  readonly content: string;
  readonly bytes: number;
  readonly vmid: string | undefined;
}

/** What a storage holds of the wanted types, by volume ID; images of containers count as `rootdir`. */
export function contentOf(
  machine: Machine,
  storage: StorageSection,
  wanted: ReadonlySet<string> | undefined,
  vmid: string | undefined,
): readonly ContentRow[] {
  const types = wanted ?? storage.content;
  const rows = [...imageRows(machine, storage), ...(vmid === undefined ? fileRows(machine, storage) : [])];
  return rows
    .filter(
      (row) =>
        types.has(row.content) &&
        storage.content.has(
          row.content === 'rootdir' || row.content === 'images' ? anyImage(storage) : row.content,
        ),
    )
    .filter((row) => vmid === undefined || row.vmid === vmid)
    .toSorted((a, b) => (a.volume < b.volume ? -1 : 1));
}

function anyImage(storage: StorageSection): string {
  return storage.content.has('images') ? 'images' : 'rootdir';
}

function imageRows(machine: Machine, storage: StorageSection): readonly ContentRow[] {
  const path = storage.options['path'];
  const folder = path === undefined ? `/dev/${storage.options['vgname']}` : folderOf(storage, 'images');
  return machine.volumes.list(folder).flatMap((file) => {
    const name = file.path.slice(folder.length + 1).replace(/\/disk\.raw$/, '.raw');
    const parsed = attemptName(() => parseVolumeName(storage, name));
    if (parsed?.type !== 'images') return [];
    const { owner = '', format } = parsed;
    const isContainer = machine.files
      .list('/etc/pve/nodes')
      .some((node) => machine.files.exists(`/etc/pve/nodes/${node}/lxc/${owner}.conf`));
    const image = format === 'qcow2' ? readImage(machine, file.path) : undefined;
    const bytes = image?.bytes ?? file.bytes;
    const backing = image?.backing?.replace(/^\.\.\//, '');
    return [
      {
        volume: `${storage.id}:${backing === undefined ? '' : `${backing}/`}${name}`,
        format,
        content: isContainer ? 'rootdir' : 'images',
        bytes,
        vmid: owner,
      },
    ];
  });
}

const FORMATS: Readonly<Record<string, (name: string) => string>> = {
  iso: () => 'iso',
  vztmpl: (name) => `t${/\.tar\.(gz|xz|zst|bz2)$/.exec(name)?.[1] ?? 'gz'}`,
  backup: (name) => /\.(tgz|(?:tar|vma)(?:\.(?:gz|zst|lzo|bz2))?)$/.exec(name)?.[1] ?? 'tar',
  snippets: () => 'snippet',
  import: (name) => /\.([^.]+)$/.exec(name)?.[1] ?? 'raw',
};

function fileRows(machine: Machine, storage: StorageSection): readonly ContentRow[] {
  if (storage.options['path'] === undefined) return [];
  return Object.entries(FORMATS).flatMap(([content, formatOf]) => {
    const folder = folderOf(storage, content);
    return machine.volumes.list(folder).flatMap((file) => {
      const name = file.path.slice(folder.length + 1);
      const parsed = attemptName(() => parseVolumeName(storage, `${content}/${name}`));
      if (parsed === undefined || parsed.type !== content) return [];
      return [
        {
          volume: `${storage.id}:${content}/${name}`,
          format: formatOf(name),
          content,
          bytes: file.bytes,
          vmid: parsed.owner,
        },
      ];
    });
  });
}
