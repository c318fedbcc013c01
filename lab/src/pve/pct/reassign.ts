import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { digestOf, type GuestConfig } from '../guest/config.ts';
import { guestNode } from '../guest/place.ts';
import { configText, refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { logWarning, runTask, type Session, type TaskEnd } from '../session.ts';
import { renameVolume } from '../storage/rename.ts';
import { isRunning } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';
import { changeConfig } from './update.ts';
import { isInSnapshot, isVolume, parseMount, printMount, unusedVolume, type MountPoint } from './volume.ts';

/** `pct move-volume --target-vmid`: gives a volume to another container, or another slot. Throws Failure for what is refused before the task. */
export async function reassignVolume(
  session: Session,
  parameters: Parameters,
  target: string,
): Promise<TaskEnd> {
  const { vmid = '', volume: name = '', 'target-volume': slot = name } = parameters;
  loadChecked(session, parameters, target, slot);
  const work = (): Promise<void> => reassign(session, parameters, target, slot);
  return runTask(session, 'move_volume', `${vmid}-${name}>${target}-${slot}`, () =>
    withGuestLock(session, 'lxc', vmid, 10, () =>
      vmid === target ? work() : withGuestLock(session, 'lxc', target, 10, work),
    ),
  );
}

interface Found {
  readonly source: GuestConfig;
  readonly receiver: GuestConfig;
  readonly mount: MountPoint;
}

function loadChecked(
  session: Session,
  { vmid = '', volume: name = '', digest, 'target-digest': targetDigest }: Parameters,
  target: string,
  slot: string,
): Found {
  const { machine } = session;
  if (name === 'rootfs' || slot === 'rootfs') die("Cannot move to/from 'rootfs'");
  if (name.startsWith('unused') && !slot.startsWith('unused'))
    die('Moving an unused volume to a used one is not possible');
  const here = guestNode(machine, vmid) ?? die(`could not find CT ${vmid}`);
  const there = guestNode(machine, target) ?? die(`could not find CT ${target}`);
  if (here !== there) die(`Both containers need to be on the same node (${here} != ${there})`);
  const source = loadCt(session, vmid);
  refuseLocked('lxc', source);
  const receiver = vmid === target ? source : loadCt(session, target);
  refuseLocked('lxc', receiver);
  if ([source, receiver].some(({ main }) => main.get('template') === '1'))
    die("Can't move volumes from or to template CT");
  const changed = 'detected modified configuration - file changed by other user? Try again.';
  if (digest !== undefined && digest !== digestOf(configText(machine, 'lxc', vmid)))
    die(`Container ${vmid}: ${changed}`);
  if (targetDigest !== undefined && targetDigest !== digestOf(configText(machine, 'lxc', target)))
    die(`Container ${target}: ${changed}`);
  const text = source.main.get(name) ?? die(`volume '${name}' for container '${vmid}' does not exist`);
  if (receiver.main.has(slot)) die(`Target volume key '${slot}' is already in use for container '${target}'`);
  const mount = name.startsWith('unused') ? { volume: unusedVolume(text) } : parseMount(name, text);
  if (isInSnapshot(source, mount['volume'] ?? ''))
    die('Cannot move volume used by a snapshot to another container');
  if (!isVolume(mount)) die('Storage does not support moving of this disk to another container');
  if (isRunning(machine, vmid) && !name.startsWith('unused'))
    die('Cannot move in-use volume while the source CT is running - detach or shutdown first');
  return { source, receiver, mount };
}

async function reassign(
  session: Session,
  parameters: Parameters,
  target: string,
  slot: string,
): Promise<void> {
  const { vmid = '', volume: name = '' } = parameters;
  const { source, receiver, mount } = loadChecked(session, parameters, target, slot);
  session.print(`moving volume '${name}' from container '${vmid}' to '${target}'\n`);
  mount['volume'] = await renameVolume(session, mount['volume'] ?? '', target);
  source.main.delete(name);
  session.print(`removing volume '${name}' from container '${vmid}' config\n`);
  saveCt(session, vmid, source);
  if (slot.startsWith('unused')) {
    receiver.main.set(slot, mount['volume']);
  } else {
    const errors = await changeConfig(session, target, receiver, { [slot]: printMount(slot, mount) });
    for (const error of Object.values(errors)) logWarning(session, error.trimEnd());
  }
  saveCt(session, target, receiver);
  session.print(`target container '${target}' updated with '${slot}'\n`);
}
