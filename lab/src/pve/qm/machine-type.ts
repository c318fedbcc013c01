import { die } from '../failure.ts';
import { parseProperties } from '../cli/verify.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import { isWindows } from './options.ts';

/** The newest machine version of the lab's QEMU. */
export const NEWEST = '10.0+pve1';

/**
 * Windows is confused by a machine that changes with QEMU, so PVE fixes its version (check_and_pin_machine_string). Returns the `machine`
 * option to store, or undefined for none. Throws Failure for one that contradicts itself.
 */
export function pinnedMachine(
  session: Session,
  machine: string | undefined,
  ostype: string | undefined,
): string | undefined {
  const [type = '', ...rest] = (machine ?? '').replace(/^type=/, '').split(',');
  const isBare = type === '' || type === 'pc' || type === 'q35' || type === 'virt';
  if (machine !== undefined) checkMachine(machine);
  if (!isWindows(ostype) || !isBare) return machine;
  const pinned = type === 'virt' ? `virt-${NEWEST}` : `pc-${type === 'q35' ? 'q35' : 'i440fx'}-${NEWEST}`;
  session.print(`pinning machine type to '${pinned}' for Windows guest OS\n`);
  return [pinned, ...rest].join(',');
}

/** Refuses a machine whose IOMMU cannot be (assert_valid_machine_property). Throws Failure. */
export function checkMachine(machine: string): void {
  const format = parametersOf('POST /nodes/{node}/qemu')['machine']?.format;
  if (format === undefined) throw new Error('machine has no keys in the schema');
  const { type = '', viommu, 'aw-bits': bits } = parseProperties(format, machine);
  if (viommu === 'intel' && !type.includes('q35'))
    die('to use Intel vIOMMU please set the machine type to q35');
  if (viommu === 'intel' && bits !== undefined && bits !== '39' && bits !== '48')
    die('Intel vIOMMU supports only 39 or 48 bits as address width');
  if (bits !== undefined && viommu === undefined) die('cannot set aw-bits if no vIOMMU is configured');
}
