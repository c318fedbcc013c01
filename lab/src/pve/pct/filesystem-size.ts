import type { Machine } from '../../machine.ts';

/** A file of the lab's own: how large the file system on a volume is where it did not grow with it. */
function markOf(volume: string): string {
  return `/run/pvefleet-lab/filesystems/${volume}`;
}

/** Bytes of the file system on a volume of `bytes`: those, unless it could not be grown. */
export function filesystemBytes(machine: Machine, volume: string, bytes: number): number {
  return Number(machine.files.read(markOf(volume)) ?? bytes);
}

/** Notes that a volume grew and its file system did not. */
export function leaveBehind(machine: Machine, volume: string, bytes: number): void {
  if (!machine.files.exists(markOf(volume))) machine.files.write(markOf(volume), `${bytes}\n`);
}

/** Notes that the file system fills its volume. */
export function catchUp(machine: Machine, volume: string): void {
  machine.files.remove(markOf(volume));
}
