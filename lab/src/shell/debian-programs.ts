import { putAt } from '../files/walk.ts';
import type { Program } from './program.ts';
import { done, failed } from './ran.ts';

/** Programs that change how the system is set up. */
export const debianPrograms: Readonly<Record<string, Program>> = {
  /** timedatectl(1): set-timezone. */
  timedatectl: ({ node, argv }) => {
    const [verb, zone = ''] = argv;
    if (verb !== 'set-timezone') return failed(`timedatectl: the lab does not simulate '${verb ?? ''}'`);
    const path = `/usr/share/zoneinfo/${zone}`;
    if (zone === '' || !node.machine.files.exists(path))
      return failed(`Failed to set time zone: Invalid or not installed time zone '${zone}'`);
    putAt(node.root, '/etc/localtime', { kind: 'link', target: path });
    return done();
  },
  /** update-initramfs(8): -u. */
  'update-initramfs': ({ node, argv }) =>
    argv.includes('-u')
      ? done(`update-initramfs: Generating /boot/initrd.img-${node.kernel.release}\n`)
      : failed('update-initramfs: the lab simulates only -u'),
};
