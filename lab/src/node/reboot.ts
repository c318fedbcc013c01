import type { Kernel } from '../files/proc.ts';
import type { Machine } from '../machine.ts';
import { isHaManaged } from '../pve/cluster/ha.ts';
import { configText, guestIds } from '../pve/guest/store.ts';
import { runsOn, startOn } from '../pve/guest/power.ts';
import { cutPower } from './power-cut.ts';

/** Seconds between going down and answering again. */
const BOOT_SECONDS = 0.3;

/** Restarts a node: its guests go down with it, and those with onboot that HA leaves alone are started again. */
export async function reboot(machine: Machine, kernel: Kernel, turnOff: () => () => void): Promise<void> {
  const turnOn = turnOff();
  cutPower({ machine, kernel });
  await machine.sleep(BOOT_SECONDS);
  kernel.release = newestKernel(machine) ?? kernel.release;
  turnOn();
  if (machine.cluster.quorate()) startGuests(machine);
}

function newestKernel({ files }: Machine): string | undefined {
  return files
    .list('/boot')
    .flatMap((file) => /^vmlinuz-(.+)$/.exec(file)?.[1] ?? [])
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
}

/** pve-guests.service: "pvesh create /nodes/localhost/startall". */
function startGuests(machine: Machine): void {
  for (const [kind, type] of [
    ['qemu', 'vm'],
    ['lxc', 'ct'],
  ] as const) {
    for (const vmid of guestIds(machine, kind)) {
      const sid = `${type}:${vmid}`;
      const [main = ''] = configText(machine, kind, vmid).split(/^\[/m);
      if (/^onboot: 1$/m.test(main) && !isHaManaged(machine, sid) && !runsOn(machine, sid))
        startOn(machine, sid);
    }
  }
}
