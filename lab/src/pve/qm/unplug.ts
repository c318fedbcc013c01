import { die } from '../failure.ts';
import type { Session } from '../session.ts';

/** Seconds that PVE waits for a device to go: six looks with a second after each (qemu_devicedelverify). */
const WAIT_SECONDS = 6;

/** A file of the lab's own: the device was asked of the guest before, in vain. */
function askedFile(vmid: string, device: string): string {
  return `/run/pvefleet-lab/${vmid}.asked.${device}`;
}

/**
 * Takes a PCI device out of a running VM (vm_deviceunplug), which its system must allow. Where none answers, the request stands, and
 * QEMU carries it out at the next reset, which the firmware of a VM that can't boot makes again and again (reboot-timeout): too late
 * for the first who asks, and the next finds the device gone (recording vm-11, steps 23 and 25). Throws Failure.
 */
export async function unplugDevice(session: Session, vmid: string, device: string): Promise<void> {
  const { machine } = session;
  if (machine.traits.guestsAnswer) return;
  const asked = askedFile(vmid, device);
  if (machine.files.exists(asked)) {
    machine.files.remove(asked);
    return;
  }
  await machine.sleep(WAIT_SECONDS, session.input.signal);
  machine.files.write(asked, '1\n');
  die(`error on hot-unplugging device '${device}' - still busy in guest?`);
}

/** Forgets what was asked of a VM that has stopped. */
export function forgetUnplugs({ machine }: Pick<Session, 'machine'>, vmid: string): void {
  for (const name of machine.files.list('/run/pvefleet-lab'))
    if (name.startsWith(`${vmid}.asked.`)) machine.files.remove(`/run/pvefleet-lab/${name}`);
}
