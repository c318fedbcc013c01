import { parseProperties } from '../cli/verify.ts';
import { splitList } from '../formats/values.ts';
import type { Section } from '../guest/config.ts';
import { firstDisk, isCdrom, isDriveName, parseDrive } from './drive.ts';

/** The devices of `boot: order=`; empty for the old form and for none. */
export function bootOrder(boot: string | undefined): string[] {
  if (boot === undefined || boot === '' || boot === '0') return [];
  return splitList(parseProperties('pve-qm-boot', boot)['order'] ?? '');
}

/** The value of `boot` for these devices. */
export function printBootOrder(devices: readonly string[]): string {
  return devices.length === 0 ? '' : `order=${devices.join(';')}`;
}

/** What PVE lets a new VM boot from: the first disk, the first CD drive, the first network card. */
export function defaultBootOrder(section: Section): string {
  const net = Array.from({ length: 32 }, (_, index) => `net${index}`).find((name) => section.has(name));
  return printBootOrder(
    [firstDisk(section, false), firstDisk(section, true), net].filter((name) => name !== undefined),
  );
}

/** Bytes of the disk that the VM boots from, as `qm list` shows it; 0 if there is none. */
export function bootDiskBytes(section: Section): number {
  const boot = section.get('boot');
  const legacy =
    boot === undefined || boot === '' || parseProperties('pve-qm-boot', boot)['legacy'] !== undefined;
  const devices = legacy ? [section.get('bootdisk') ?? ''] : bootOrder(boot);
  for (const name of devices.filter(isDriveName)) {
    const text = section.get(name);
    const drive = text === undefined ? undefined : parseDrive(name, text);
    if (drive !== undefined && !isCdrom(drive)) return Number(drive['size'] ?? 0);
  }
  return 0;
}
