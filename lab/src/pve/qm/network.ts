import type { Machine } from '../../machine.ts';
import { parseProperties } from '../cli/verify.ts';
import { printProperties, type PropertyValues } from '../formats/property-string.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Properties } from '../schema/types.ts';

function table(): Properties {
  const format = parametersOf('POST /nodes/{node}/qemu')['net0']?.format;
  if (format === undefined || typeof format === 'string') throw new Error('net0 has no keys in the schema');
  return format;
}

/** Reads a `netN` option of a VM. Throws Failure. */
export function parseNet(text: string): PropertyValues {
  return parseProperties(table(), text);
}

/** A `netN` option in PVE's spelling, with a new MAC address if it has none. Throws Failure. */
export function withMac(machine: Machine, text: string): string {
  const net = parseNet(text);
  net['macaddr'] ??= machine.random.mac();
  return printProperties(net, table());
}

/** Gives every `netN` among the parameters a MAC address, in place. */
export function addMacs(machine: Machine, parameters: Record<string, string>): void {
  for (const [name, text] of Object.entries(parameters)) {
    if (/^net\d+$/.test(name)) parameters[name] = withMac(machine, text);
  }
}
