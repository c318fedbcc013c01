import type { Kernel } from '../files/proc.ts';
import type { Machine } from '../machine.ts';
import { isHaManaged } from '../pve/cluster/ha.ts';
import { configText, guestIds } from '../pve/guest/store.ts';
import { runsOn, startOn } from '../ha/guest-power.ts';
import { BOOT_PROCESSES } from './boot.ts';
import { makeDirectories } from './install.ts';

/** Seconds between going down and answering again. */
const BOOT_SECONDS = 0.3;

/** What lies in memory only. */
const VOLATILE = ['/run/qemu-server', '/run/pvefleet', '/run/pvefleet-lab', '/run/reboot-required'];

/** Restarts a node: its guests go down with it, and those with onboot that HA leaves alone are started again. */
export async function reboot(machine: Machine, kernel: Kernel, turnOff: () => () => void): Promise<void> {
  const { files, processes, clock, sleep, random, name, cluster } = machine;
  const turnOn = turnOff();
  for (const { pid } of processes.list())
    if (!BOOT_PROCESSES.some((each) => each.pid === pid)) processes.kill(pid);
  for (const path of VOLATILE) files.remove(path);
  await sleep(BOOT_SECONDS);
  Object.assign(kernel, {
    release: newestKernel(machine) ?? kernel.release,
    bootId: random.uuid(),
    booted: clock(),
  });
  makeDirectories(files, name);
  turnOn();
  if (cluster.quorate()) startGuests(machine);
  cluster.wakeHa?.();
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
