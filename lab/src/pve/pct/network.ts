import type { Machine } from '../../machine.ts';
import { parseProperties } from '../cli/verify.ts';
import { printProperties, type PropertyValues } from '../formats/property-string.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Properties } from '../schema/types.ts';

function netFormat(): Properties {
  const format = parametersOf('POST /nodes/{node}/lxc')['net0']?.format;
  if (format === undefined || typeof format === 'string') throw new Error('net0 has no keys in the schema');
  return format;
}

/** The keys of a container's `netN`. Throws Failure. */
export function parseNet(text: string): PropertyValues {
  return parseProperties(netFormat(), text);
}

/** A container's `netN` in PVE's spelling: always of the type veth, with a new MAC address if it has none. Throws Failure. */
export function normalNet(machine: Machine, text: string): string {
  const net = parseNet(text);
  net['type'] = 'veth';
  net['hwaddr'] ??= machine.random.mac();
  return printProperties(net, netFormat());
}
