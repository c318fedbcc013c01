import { restoreWords } from '../guest-acts/copy-words.ts';
import { actArguments, actFlags } from './act-command.ts';
import type { ApplyContext } from './apply-command.ts';
import { applyCommand, carryOutFlags } from './apply-command.ts';
import type { CliContext, Help } from './command.ts';
import type { Flags } from './flags.ts';

const args = restoreWords.args.filter(({ name }) => name !== 'archive');

export const flags: Flags = {
  ...actFlags(args),
  'allow-destroy': { help: 'consent to the loss of the disks that are replaced' },
  ...carryOutFlags,
};

export const help: Help = {
  usage: 'VMID ARCHIVE',
  about: [
    'Restores a guest from an archive of vzdump or of a backup server, under the VMID that is named; MAC addresses and ids are kept. When the VMID is taken it is refused, unless --force and --allow-destroy are given; a guest that runs is never replaced.',
  ],
  examples: [
    [
      'pvefleet restore 100 nas:backup/vzdump-qemu-100-2026_11_29-01_00_00.vma.zst --node pve2',
      'A guest that is gone:',
    ],
    [
      'pvefleet restore 100 pbs:backup/vm/100/2026-11-29T01:00:00Z --force --allow-destroy',
      'In the place of what is there:',
    ],
  ],
};

export function run(context: CliContext): Promise<number> {
  return applyCommand(context as ApplyContext, 'restore', async () => {
    const { readRestoreInput } = await import('./restore-input.ts');
    return readRestoreInput(
      context.positionals,
      actArguments(args, context.flags),
      context.flags['allow-destroy'] === true,
    );
  });
}
