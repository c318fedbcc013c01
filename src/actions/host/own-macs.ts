import { networkInterfaces } from 'node:os';

/** MAC addresses of the machine that this program runs on, upper case. */
export function ownMacs(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ mac }) => mac));
  return [...new Set(all)].filter((mac) => mac !== '00:00:00:00:00:00').map((mac) => mac.toUpperCase());
}
