import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { digestOf } from '../guest/config.ts';
import { configText, refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { resizeVolume } from '../storage/resize.ts';
import { volumeBytes } from '../storage/volumes.ts';
import { isCdrom, parseDrive, printDrive } from './drive.ts';
import { runningPid } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';

const UNITS: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** Bytes of a size that may be relative to `current`: `+1G`, `3500M`. */
export function targetBytes(size: string, current: number): number {
  const [, plus, number = '0', unit = ''] = /^(\+)?(\d+(?:\.\d+)?)([KMGT])?$/.exec(size) ?? [];
  return Math.trunc(Number(number) * (UNITS[unit] ?? 1) + (plus === undefined ? 0 : current));
}

/** `qm disk resize`: what it refuses is the task's, so the tool exits 0. */
export async function resizeDisk(session: Session, parameters: Parameters): Promise<TaskEnd> {
  const { vmid = '', disk = '', size = '', digest, skiplock } = parameters;
  return runTask(session, 'resize', vmid, () =>
    withGuestLock(session, 'qemu', vmid, 10, async () => {
      const config = loadVm(session, vmid);
      if (digest !== undefined && digest !== digestOf(configText(session.machine, 'qemu', vmid)))
        die('checksum mismatch (file change by other user?)');
      if (skiplock !== '1') refuseLocked('qemu', config);
      const drive =
        parseDrive(disk, config.main.get(disk) ?? die(`disk '${disk}' does not exist`)) ??
        die(`disk '${disk}' does not exist`);
      const volume = drive['file'] ?? die(`disk '${disk}' has no associated volume`);
      if (isCdrom(drive)) die("you can't resize a cdrom");
      const found =
        volumeBytes(session.machine, volume) ?? die(`Could not determine current size of volume '${volume}'`);
      // The file of a qcow2 image with data in it does not tell the disk's size; the config does.
      const current = found % 1024 === 0 ? found : Number(drive['size'] ?? found);
      const bytes = targetBytes(size, current);
      if (bytes < current) die('shrinking disks is not supported');
      if (bytes === current) return;
      await resizeVolume(session, volume, bytes, runningPid(session.machine, vmid) !== undefined);
      drive['size'] = String(bytes);
      config.main.set(disk, printDrive(disk, drive));
      saveVm(session, vmid, config);
    }),
  );
}
