import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { digestOf, type GuestConfig } from '../guest/config.ts';
import { guestNode } from '../guest/place.ts';
import { configText, refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { splitVolumeId } from '../storage/volume-name.ts';
import { renameVolume } from '../storage/rename.ts';
import { bootOrder, printBootOrder } from './boot.ts';
import { isCdrom, isDriveName, parseDrive, printDrive, type Drive } from './drive.ts';
import { runningPid } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';
import { isVolumeInUse } from './unused.ts';
import { updateLockedVm } from './update.ts';

/** `qm disk move --target-vmid`: gives a disk to another VM of the node. Throws Failure for what is refused before the task. */
export async function reassignDisk(
  session: Session,
  parameters: Parameters,
  target: string,
  slot: string,
): Promise<TaskEnd> {
  const { vmid = '', disk = '' } = parameters;
  if (vmid === target)
    refuseParameters({ 'target-vmid': 'must be different than source VMID to reassign disk' });
  loadChecked(session, parameters, target, slot);
  return runTask(session, 'qmmove', `${vmid}-${disk}>${target}-${slot}`, () =>
    withGuestLock(session, 'qemu', vmid, 10, () =>
      withGuestLock(session, 'qemu', target, 10, () => reassign(session, parameters, target, slot)),
    ),
  );
}

interface Found {
  readonly source: GuestConfig;
  readonly receiver: GuestConfig;
  readonly drive: Drive;
}

function loadChecked(
  session: Session,
  { vmid = '', disk = '', digest, 'target-digest': targetDigest }: Parameters,
  target: string,
  slot: string,
): Found {
  const { machine } = session;
  const here = guestNode(machine, vmid) ?? die(`could not find VM ${vmid}`);
  const there = guestNode(machine, target) ?? die(`could not find target VM ${target}`);
  if (here !== there) die(`Both VMs need to be on the same node (${here} != ${there})`);
  const source = loadVm(session, vmid);
  refuseLocked('qemu', source);
  const receiver = loadVm(session, target);
  refuseLocked('qemu', receiver);
  if ([source, receiver].some(({ main }) => main.get('template') === '1'))
    die("Can't move disks from or to template VMs");
  const changed = 'checksum mismatch (file change by other user?)';
  if (digest !== undefined && digest !== digestOf(configText(machine, 'qemu', vmid)))
    die(`VM ${vmid}: ${changed}`);
  if (targetDigest !== undefined && targetDigest !== digestOf(configText(machine, 'qemu', target)))
    die(`VM ${target}: ${changed}`);
  const text = source.main.get(disk) ?? die(`Disk '${disk}' for VM '${vmid}' does not exist`);
  if (receiver.main.has(slot)) die(`Target disk key '${slot}' is already in use for VM '${target}'`);
  const drive = isDriveName(disk)
    ? (parseDrive(disk, text) ?? die('failed to parse source disk - '))
    : { file: text };
  const volume = drive['file'] ?? die(`disk '${disk}' has no associated volume`);
  if (isCdrom(drive, true)) die("CD drive contents can't be moved to another VM");
  if (splitVolumeId(volume) === undefined) die(`Volume '${volume}' not managed by PVE`);
  if (isVolumeInUse(source, disk, volume)) die("Can't move disk used by a snapshot to another VM");
  if (runningPid(machine, vmid) !== undefined && !disk.startsWith('unused'))
    die('Cannot move disk to another VM while the source VM is running - detach first');
  const own = isDriveName(slot) ? parseDrive(slot, text) : { file: volume };
  return {
    source,
    receiver,
    drive: own ?? die('failed to parse source disk for target disk format - '),
  };
}

async function reassign(
  session: Session,
  parameters: Parameters,
  target: string,
  slot: string,
): Promise<void> {
  const { vmid = '', disk = '', 'target-digest': digest } = parameters;
  const { source, receiver, drive } = loadChecked(session, parameters, target, slot);
  session.print(`reassign disk '${disk}' from VM '${vmid}' as '${slot}' to VM '${target}'\n`);
  drive['file'] = await renameVolume(session, drive['file'] ?? '', target);
  const order = bootOrder(source.main.get('boot'));
  if (order.includes(disk)) {
    session.print(`removing disk '${disk}' from boot order config\n`);
    source.main.set('boot', printBootOrder(order.filter((name) => name !== disk)));
  }
  source.main.delete(disk);
  session.print(`removing disk '${disk}' from VM '${vmid}' config\n`);
  saveVm(session, vmid, source);
  if (!isDriveName(slot)) {
    receiver.main.set(slot, drive['file']);
    saveVm(session, target, receiver);
    return;
  }
  const given = { vmid: target, [slot]: printDrive(slot, drive) };
  await updateLockedVm(session, digest === undefined ? given : { ...given, digest });
}
