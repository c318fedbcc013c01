import { die } from '../failure.ts';
import type { Section } from '../guest/config.ts';

/** Options of a VM that are devices of its node (check_local_resources in PVE/QemuMigrate/Helpers.pm), by name. Throws Failure. */
export function localDevices(section: Section): readonly string[] {
  return [...section].flatMap(([name, value]) => (isLocalDevice(name, value) ? [name] : [])).toSorted();
}

function isLocalDevice(name: string, value: string): boolean {
  if (name === 'ivshmem') return true;
  if (!/^(usb|hostpci|serial|parallel|virtiofs)\d+$/.test(name)) return false;
  if (name.startsWith('serial') && value === 'socket') return false;
  if (name.startsWith('usb') && /(^|host=)spice/i.test(value)) return false;
  if (/(^|,)mapping=/.test(value) || name.startsWith('virtiofs'))
    die('pvefleet-lab: migration with mapped devices is not modelled');
  return true;
}
