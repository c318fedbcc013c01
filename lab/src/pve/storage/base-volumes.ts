import type { Machine } from '../../machine.ts';
import { locate } from './volumes.ts';

/** Makes a volume the base of linked clones: `vm-` becomes `base-` (vdisk_create_base). Returns its ID. Throws Failure. */
export function makeBase(machine: Machine, volume: string): string {
  const { path, name } = locate(machine, volume);
  if (name.isBase) return volume;
  const base = volume.replace(/(^|[:/])vm-(?=\d+-[^/]*$)/, '$1base-');
  machine.volumes.rename(path, locate(machine, base).path);
  return base;
}

/** Whether a linked clone rests on a base volume. */
export function isBaseInUse(machine: Machine, volume: string): boolean {
  const { name } = locate(machine, volume);
  return name.isBase && guestTexts(machine).some((text) => text.includes(`:${name.owner}/${name.name}/`));
}

function guestTexts(machine: Machine): readonly string[] {
  return machine.files.list('/etc/pve/nodes').flatMap((node) =>
    ['qemu-server', 'lxc'].flatMap((kind) => {
      const folder = `/etc/pve/nodes/${node}/${kind}`;
      return machine.files.list(folder).map((name) => machine.files.read(`${folder}/${name}`) ?? '');
    }),
  );
}
