/** What the `file` or `volume` of a disk names. */
export type VolumeId =
  /** A volume that exists: storage "local-lvm", volname "vm-100-disk-0". */
  | { readonly kind: 'volume'; readonly storage: string; readonly volname: string }
  /** Make a new one; size in GiB as it was written, storage left out where the call has a default. */
  | { readonly kind: 'allocate'; readonly storage?: string; readonly gib: string }
  /** Make the cloud-init drive there. */
  | { readonly kind: 'cloudinit'; readonly storage: string }
  /** An empty CD drive, or the node's own. */
  | { readonly kind: 'none' | 'cdrom' }
  /** A file or device of the node, or a bind mount's directory. */
  | { readonly kind: 'path'; readonly path: string };

/**
 * Parts of a disk's volume text; undefined when it is none of the forms that PVE knows
 * (QemuServer/Drive.pm NEW_DISK_RE, QemuServer.pm verify_volume_id_or_qm_path, PVE::Storage::Plugin parse_volume_id).
 */
export function parseVolumeId(text: string): VolumeId | undefined {
  if (text === 'none' || text === 'cdrom') return { kind: text };
  if (text.startsWith('/')) return { kind: 'path', path: text };
  const { storage, rest } =
    /^(?:(?<storage>[a-z][a-z0-9\-_.]*[a-z0-9]):)?(?<rest>.+)$/iu.exec(text)?.groups ?? {};
  if (rest === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/u.test(rest)) {
    return storage === undefined ? { kind: 'allocate', gib: rest } : { kind: 'allocate', storage, gib: rest };
  }
  if (storage === undefined) return undefined;
  return rest === 'cloudinit' ? { kind: 'cloudinit', storage } : { kind: 'volume', storage, volname: rest };
}

/** The text form again. */
export function formatVolumeId(volume: VolumeId): string {
  switch (volume.kind) {
    case 'volume':
      return `${volume.storage}:${volume.volname}`;
    case 'allocate':
      return volume.storage === undefined ? volume.gib : `${volume.storage}:${volume.gib}`;
    case 'cloudinit':
      return `${volume.storage}:cloudinit`;
    case 'path':
      return volume.path;
    case 'none':
    case 'cdrom':
      return volume.kind;
  }
}
