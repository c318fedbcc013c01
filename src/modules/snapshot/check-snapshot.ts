import type { Diagnostic } from '../../diagnostic.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { noSnapshotOf } from '../../snapshot/snapshot-feature.ts';
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

/** Disks that PVE can't snapshot; a storage of a plugin is left to PVE. */
export function checkDisks(wanted: Wanted, guest: SnapshotGuest, snapshot: Snapshot): readonly Diagnostic[] {
  return volumesOf(guest).flatMap(({ option, volume }) => {
    const why = noSnapshotOf(snapshot, volume);
    if (why === undefined) return [];
    const hint = 'Move it to a storage that has snapshots, or to a qcow2 image.';
    return [refusal(wanted, [], 'snapshot/disk', `of ${option}, ${why}`, hint)];
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
