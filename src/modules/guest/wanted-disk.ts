import { formatSize, parseSize } from '../../pve/size.ts';
import type { VolumeId } from '../../pve/volume-id.ts';
import { parseVolumeId } from '../../pve/volume-id.ts';
import { fileNameOf, isUrl, parseChecksum } from './image-url.ts';
import type { GuestKind } from './guest-kind.ts';
import type { Problem } from './parse-option.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

type Values = Readonly<Record<string, string | null>>;

/**
 * A disk as it is declared: `local-lvm:20` and {storage: local-lvm, size: 20G} both declare storage and size, and
 * neither means "allocate" on a slot that exists (pitfalls 12). A volume id, a path or "none" stays the volume.
 */
export function wantedDisk(
  guest: GuestKind,
  option: string,
  values: Values,
): { readonly values: Values; readonly problems: readonly Problem[] } {
  const { storage, size, [guest.volumeKey]: volume, ...rest } = values;
  const problems: Problem[] = [];
  const disk: Record<string, string | null> = {};
  const parsed = typeof volume === 'string' ? parseVolumeId(volume) : undefined;
  if (typeof volume === 'string' && parsed === undefined) {
    problems.push({
      path: [guest.volumeKey],
      message: `"${volume}" is no volume; STORAGE:VOLUME, STORAGE:GIB, a path or none is wanted`,
    });
  }
  if (parsed?.kind === 'allocate') {
    if (parsed.storage === undefined)
      problems.push({ path: [], message: `"${volume}" names no storage; STORAGE:GIB is wanted` });
    else disk['storage'] = parsed.storage;
    disk['size'] = formatSize(Number(parsed.gib) * GIB);
    if (storage !== undefined || size !== undefined)
      problems.push({ path: [], message: 'storage and size are declared twice; once is wanted' });
  } else if (volume !== undefined) {
    disk[guest.volumeKey] = volume;
  }
  if (typeof storage === 'string') {
    if (parsed !== undefined && parsed.kind !== 'allocate')
      problems.push({
        path: ['storage'],
        message: `the volume ${volume} names the storage; "storage" beside it is one too many`,
      });
    disk['storage'] = storage;
  } else if (storage === null)
    problems.push({ path: ['storage'], message: 'it is empty; the name of a storage is wanted' });
  if (typeof size === 'string') {
    const bytes = parseSize(size);
    if (bytes === undefined)
      problems.push({
        path: ['size'],
        message: `"${size}" is no size; a number with K, M, G or T is wanted, like "20G"`,
      });
    else if (bytes < MIB && bytes !== 0 && !/[KMGT]/u.test(size))
      problems.push({
        path: ['size'],
        message: `"${size}" means ${size} bytes; a unit is wanted`,
        hint: `Write "${size}G" for GiB.`,
      });
    else disk['size'] = formatSize(bytes);
  } else if (size === null)
    problems.push({ path: ['size'], message: 'it is empty; a size is wanted, like "20G"' });
  const bytes = typeof disk['size'] === 'string' ? parseSize(disk['size']) : undefined;
  if (bytes !== undefined && bytes % MIB !== 0 && parsed?.kind !== 'volume')
    problems.push({
      path: ['size'],
      message: `${disk['size']} is no whole number of MiB; PVE would round it`,
    });
  problems.push(...imageProblems(rest));
  if (typeof rest['import-from'] === 'string' && bytes === 0) delete disk['size'];
  const deletes = rest['delete-source'];
  if (deletes !== undefined) {
    const said = deletes === null ? undefined : flagOf(deletes);
    if (said === undefined)
      problems.push({
        path: ['delete-source'],
        message: `"${deletes ?? ''}" is neither yes nor no; yes has the old copy destroyed when the disk is moved`,
      });
    else disk['delete-source'] = said;
  }
  // Their size is PVE's to decide: in `local-lvm:1` it says nothing.
  if (option === 'efidisk0' || option === 'tpmstate0') delete disk['size'];
  return { values: { ...rest, ...disk }, problems };
}

/** An image by its URL needs a checksum: the file is kept by it, and what is there already is known by it. */
function imageProblems(values: Values): readonly Problem[] {
  const { 'import-from': source, checksum, 'image-storage': storage } = values;
  if (typeof source !== 'string' || !isUrl(source))
    return [checksum, storage].some((each) => each !== undefined)
      ? [
          {
            path: ['import-from'],
            message:
              'checksum and image-storage are for an image by its URL, and there is none; https://… is wanted',
          },
        ]
      : [];
  const problems: Problem[] = [];
  if (typeof checksum !== 'string' || parseChecksum(checksum) === undefined)
    problems.push({
      path: [checksum === undefined ? 'import-from' : 'checksum'],
      message:
        checksum === undefined
          ? 'an image by its URL has no checksum; one is wanted'
          : `"${checksum}" is no checksum; ALGORITHM:DIGITS is wanted, like "sha256:0f3c…"`,
      hint: 'Whoever publishes the image publishes it too, as SHA256SUMS or SHA512SUMS. Write it as checksum: sha512:…',
    });
  if (fileNameOf(source, '') === undefined)
    problems.push({
      path: ['import-from'],
      message: `"${source}" does not end like an image that PVE imports; .qcow2, .img, .raw or .vmdk is wanted`,
    });
  return problems;
}

function flagOf(text: string): '0' | '1' | undefined {
  if (/^(?:1|on|yes|true)$/iu.test(text)) return '1';
  return /^(?:0|off|no|false)$/iu.test(text) ? '0' : undefined;
}

/** A new slot for what can only be in a CD drive is one; PVE itself wants "media=cdrom" said for an ISO. */
export function withMedium(guest: GuestKind, values: Values): Values {
  const { [guest.volumeKey]: volume, media } = values;
  const parsed = typeof volume === 'string' ? parseVolumeId(volume) : undefined;
  const isCd = guest.volumeKey === 'file' && parsed !== undefined && isMedium(parsed);
  return isCd && media === undefined ? { ...values, media: 'cdrom' } : values;
}

function isMedium(volume: VolumeId): boolean {
  switch (volume.kind) {
    case 'none':
    case 'cdrom':
    case 'cloudinit':
      return true;
    case 'volume':
      return volume.volname.startsWith('iso/');
    case 'allocate':
    case 'path':
      return false;
  }
}
