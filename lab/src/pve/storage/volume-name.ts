import { die } from '../failure.ts';
import type { StorageSection } from './config.ts';

/** A volume's name taken apart. */
export interface VolumeName {
  /** images, iso, vztmpl, backup, snippets, import. */
  readonly type: string;
  /** The file's or logical volume's own name. */
  readonly name: string;
  /** The guest it belongs to. */
  readonly owner: string | undefined;
  readonly format: string;
  readonly isBase: boolean;
  /** `100/base-100-disk-0.qcow2` of a linked clone. */
  readonly base: string | undefined;
}

/** Splits `data:100/vm-100-disk-0.raw` at its storage; undefined if it is no volume ID. */
export function splitVolumeId(
  volume: string,
): { readonly storage: string; readonly name: string } | undefined {
  const match = /^([a-z][a-z0-9\-_.]*[a-z0-9]):(.+)$/i.exec(volume);
  return match === null ? undefined : { storage: match[1] ?? '', name: match[2] ?? '' };
}

/** The same for a text that must be one. Throws Failure. */
export function requireVolumeId(volume: string): { readonly storage: string; readonly name: string } {
  return splitVolumeId(volume) ?? die(`unable to parse volume ID '${volume}'`);
}

const ISO = /^iso\/([^/]+\.(?:iso|img))$/i;
const TEMPLATE = /^vztmpl\/([^/]+\.tar\.(?:gz|xz|zst|bz2))$/;
const BACKUP = /^backup\/([^/]+\.(?:tgz|(?:tar|vma)(?:\.(?:gz|zst|lzo|bz2))?))$/;

/** Takes a volume's name apart as the storage's plugin does. Throws Failure in its words. */
export function parseVolumeName(storage: StorageSection, name: string): VolumeName {
  return storage.type === 'lvm' || storage.type === 'lvmthin' || storage.type === 'zfspool'
    ? blockName(storage, name)
    : fileName(storage, name);
}

function blockName(storage: StorageSection, name: string): VolumeName {
  const match = /^((vm|base|subvol)-(\d+)-\S+)$/.exec(name);
  if (match === null || !/^[a-z0-9+.\-_]+$/i.test(name))
    die(`unable to parse ${storage.type === 'zfspool' ? 'zfs' : 'lvm'} volume name '${name}'`);
  return {
    type: 'images',
    name,
    owner: match[3],
    format: match[2] === 'subvol' ? 'subvol' : 'raw',
    isBase: match[2] === 'base',
    base: undefined,
  };
}

function fileName(storage: StorageSection, name: string): VolumeName {
  const linked = /^(\d+\/\S+)\/(\d+)\/(\S+)$/.exec(name);
  if (linked !== null) return image(linked[3] ?? '', linked[2], linked[1]);
  const plain = /^(\d+)\/(\S+)$/.exec(name);
  if (plain !== null) return image(plain[2] ?? '', plain[1], undefined);
  const other = otherName(name);
  if (other === undefined)
    die(`unable to parse ${storage.type === 'btrfs' ? 'btrfs' : 'directory'} volume name '${name}'`);
  return other;
}

function image(name: string, owner: string | undefined, base: string | undefined): VolumeName {
  if (/^snap-.*\.qcow2$/.test(name)) die(`'${name}' is a snapshot filename, not a volume!`);
  const match = /^(base-)?[^/\s]+\.(raw|qcow2|vmdk|subvol)$/.exec(name);
  if (match === null) die(`unable to parse volume filename '${name}'`);
  return { type: 'images', name, owner, format: match[2] ?? 'raw', isBase: match[1] !== undefined, base };
}

function otherName(name: string): VolumeName | undefined {
  const plain = { owner: undefined, format: 'raw', isBase: false, base: undefined };
  const iso = ISO.exec(name)?.[1];
  if (iso !== undefined) return { ...plain, type: 'iso', name: iso };
  const template = TEMPLATE.exec(name)?.[1];
  if (template !== undefined) return { ...plain, type: 'vztmpl', name: template };
  const backup = BACKUP.exec(name)?.[1];
  if (backup !== undefined)
    return {
      ...plain,
      type: 'backup',
      name: backup,
      owner: /^vzdump-(?:openvz|lxc|qemu)-(\d+)-/.exec(backup)?.[1],
    };
  const snippet = /^snippets\/([^/]+)$/.exec(name)?.[1];
  if (snippet !== undefined) return { ...plain, type: 'snippets', name: snippet };
  const imported = /^import\/([^/]+\.(ova|ovf|qcow2|raw|vmdk))$/.exec(name);
  return imported === null
    ? undefined
    : { ...plain, type: 'import', name: imported[1] ?? '', format: imported[2] ?? 'raw' };
}

const FOLDERS: Readonly<Record<string, string>> = {
  iso: 'template/iso',
  vztmpl: 'template/cache',
  backup: 'dump',
  images: 'images',
  snippets: 'snippets',
  import: 'import',
};

/** Where content of a type lies in a storage with a path. */
export function folderOf(storage: StorageSection, type: string): string {
  return `${storage.options['path'] ?? ''}/${FOLDERS[type] ?? type}`;
}
