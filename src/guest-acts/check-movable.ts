import type { Diagnostic } from '../diagnostic.ts';
import { checkStorage, refusal } from '../modules/guest/check-place.ts';
import type { Asked } from './act.ts';
import type { GuestVolume } from './guest-volumes.ts';
import { guestVolumes } from './guest-volumes.ts';
import { mappedStorage } from './text-forms.ts';

/** Types whose volumes PVE copies to another node (QemuMigrate.pm scan_local_volumes, LXC/Migrate.pm phase1). */
const COPIED_TYPES = ['dir', 'btrfs', 'zfspool', 'lvmthin', 'lvm'];

/** What of a guest stands against its move: devices of the node, disks that can't be copied, snapshots on them. */
export function checkMovable(asked: Asked, target: string): readonly Diagnostic[] {
  const { guest, snapshot } = asked;
  const volumes = guestVolumes(guest, snapshot);
  return [...checkDevices(asked), ...volumes.flatMap((volume) => checkVolume(asked, target, volume))];
}

/** Devices of this node (QemuMigrate/Helpers.pm check_local_resources); a mapped one may be on the other, for a VM that is stopped. */
function checkDevices({ guest, wanted }: Asked): readonly Diagnostic[] {
  const isRunning = guest.power === 'running';
  const options = Object.entries(guest.options);
  const bound = options.filter(([option, text]) => {
    if (/^(?:ivshmem|parallel\d+)$/u.test(option)) return true;
    if (/^serial\d+$/u.test(option)) return text !== 'socket';
    if (/^usb\d+$/u.test(option)) return !/(?:^|[,=])spice(?:,|$)/iu.test(text) && isBound(text, isRunning);
    if (/^(?:hostpci|virtiofs)\d+$/u.test(option)) return isBound(text, isRunning);
    if (guest.type === 'container') return /^dev\d+$/u.test(option);
    return isRunning && /^(?:amd-sev|intel-tdx)$/u.test(option);
  });
  return bound.map(([option, text]) =>
    refusal(
      wanted,
      [],
      'guest/local-device',
      `${option} is ${text}, which is a device of ${guest.node}`,
      isRunning ? 'Shut it down, or take the device away.' : 'Take the device away, or map it to both nodes.',
    ),
  );
}

function isBound(text: string, isRunning: boolean): boolean {
  return isRunning || !/(?:^|,)(?:mapping|dirid)=/u.test(text);
}

function checkVolume(asked: Asked, target: string, disk: GuestVolume): readonly Diagnostic[] {
  const { guest, args, snapshot, wanted } = asked;
  const { option, volume, storage } = disk;
  const cannot = (code: string, what: string, hint?: string): readonly Diagnostic[] => [
    refusal(wanted, [], code, `${option} is ${volume}, ${what}`, hint),
  ];
  if (storage === undefined)
    return disk.shared
      ? []
      : cannot('guest/local-path', `which is of ${guest.node} alone`, 'Take it away, or say shared=1 of it.');
  const content =
    guest.type === 'container' ? 'rootdir' : disk.isMedium && !disk.isCloudInit ? 'iso' : 'images';
  if (disk.shared) return checkStorage(wanted, ['target'], snapshot, target, storage.id, content);
  if (disk.isMedium && !disk.isCloudInit)
    return cannot(
      'guest/local-medium',
      `and ${storage.id} is of ${guest.node} alone`,
      `Take the medium out: qm set ${guest.vmid} --${option} none,media=cdrom`,
    );
  if (!COPIED_TYPES.includes(storage.type))
    return cannot('guest/disk-type', `and PVE copies no local disks of type ${storage.type}`);
  if (/(?:^|[:/])base-\d+-[^/]+\/(?:\d+\/)?(?:vm|subvol)-/u.test(volume))
    return cannot('guest/linked-clone', 'a linked clone, and its base stays here');
  const stuck = stuckSnapshot(asked, disk);
  if (stuck !== undefined) return cannot('guest/local-snapshot', stuck);
  const isCopiedLive = guest.type === 'vm' && guest.power === 'running' && guest.ha === undefined;
  if (isCopiedLive && disk.isAttached && !disk.isCloudInit && args['with-local-disks'] !== '1')
    return cannot(
      'guest/local-disk',
      `and ${storage.id} is of ${guest.node} alone; consent to copying it is wanted`,
      'Say "with-local-disks: yes" (--with-local-disks).',
    );
  const to = mappedStorage(args['target-storage'], storage.id);
  const at = args['target-storage'] === undefined ? 'target' : 'target-storage';
  return checkStorage(wanted, [at], snapshot, target, to, content);
}

/** Why a disk with snapshots does not move; few types take them along, and none while the VM runs. */
function stuckSnapshot({ guest }: Asked, { volume, storage, snapshots }: GuestVolume): string | undefined {
  const [name] = snapshots;
  if (name === undefined || storage === undefined || /-state-/u.test(volume)) return undefined;
  const has = `which snapshot ${name} needs`;
  if (guest.type === 'vm' && guest.power === 'running')
    return `${has}; PVE copies no disk with snapshots while the VM runs`;
  const isKept =
    storage.type === 'zfspool' ||
    storage.type === 'btrfs' ||
    (guest.type === 'vm' && volume.endsWith('.qcow2') && storage.options['snapshot-as-volume-chain'] !== '1');
  return isKept ? undefined : `${has}; PVE copies no snapshots of type ${storage.type}`;
}
