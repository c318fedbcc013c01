import type { Diagnostic } from '../../diagnostic.ts';
import { parseVolumeId } from '../../pve/volume-id.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { storages } from '../../snapshot/storages.ts';
import { checkNode, refusal } from '../guest/check-place.ts';
import type { Wanted } from '../module.ts';
import type { SnapshotGuest } from './snapshot-guest.ts';

/** What stands against work on a guest's snapshots: its node, a lock, that it is a template. */
export function checkGuest(wanted: Wanted, guest: SnapshotGuest, snapshot: Snapshot): readonly Diagnostic[] {
  const found = [...checkNode(wanted, snapshot, guest.node)];
  const { lock, template } = guest.options;
  if (lock !== undefined)
    found.push(
      refusal(
        wanted,
        [],
        'guest/locked',
        `its guest is locked (${lock})`,
        `Something works on it, or left the lock behind: see its tasks on ${guest.node}. When nothing does: ${guest.kind.kind === 'vm' ? 'qm' : 'pct'} unlock ${guest.vmid}`,
      ),
    );
  if (template !== undefined && /^(?:1|on|yes|true)$/iu.test(template))
    found.push(refusal(wanted, [], 'snapshot/template', 'its guest is a template, which has no snapshots'));
  return found;
}

/** Disks that PVE can't snapshot (pve-storage, volume_has_feature of its plugins); types that are not named are left to PVE. */
export function checkDisks(wanted: Wanted, guest: SnapshotGuest, snapshot: Snapshot): readonly Diagnostic[] {
  const all = storages(snapshot);
  if (isUnknown(all)) return [];
  return volumesOf(guest).flatMap(({ option, volume }): readonly Diagnostic[] => {
    const parsed = parseVolumeId(volume);
    const storage = parsed?.kind === 'volume' ? all.find(({ id }) => id === parsed.storage) : undefined;
    if (storage === undefined) return [];
    const { type } = storage;
    const isRaw = !/\.(?:qcow2|qed|vmdk)$/u.test(volume);
    const isFile = ['dir', 'nfs', 'cifs', 'glusterfs'].includes(type);
    const isChain = type === 'lvm' && storage.options['snapshot-as-volume-chain'] === '1' && !isRaw;
    const cannot =
      (isFile && (isRaw || guest.kind.kind === 'container')) ||
      (type === 'lvm' && !isChain) ||
      type === 'iscsi' ||
      type === 'iscsidirect';
    if (!cannot) return [];
    return [
      refusal(
        wanted,
        [],
        'snapshot/disk',
        `${option} is ${volume}, and PVE can't snapshot that on a storage of type ${type}`,
        guest.kind.kind === 'vm' && isFile
          ? `Move it to a qcow2 image: qm disk move ${guest.vmid} ${option} ${storage.id} --format qcow2`
          : 'Move it to a storage that has snapshots: lvmthin, zfspool, rbd, btrfs.',
      ),
    ];
  });
}

const DISK = /^(?:ide|sata|scsi|virtio|efidisk|tpmstate)\d+$|^(?:rootfs|mp\d+)$/u;

/** Disks with a volume; no CD-ROM, no cloud-init drive, no mount of a directory. */
function volumesOf({
  options,
}: SnapshotGuest): readonly { readonly option: string; readonly volume: string }[] {
  return Object.entries(options).flatMap(([option, text]) => {
    if (!DISK.test(option) || /(?:^|,)media=cdrom(?:,|$)/u.test(text)) return [];
    const [first = ''] = text.split(',');
    return [{ option, volume: first.replace(/^(?:file|volume)=/u, '') }];
  });
}
