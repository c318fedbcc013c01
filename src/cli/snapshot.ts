import { applyCommand, carryOutFlags } from './apply-command.ts';
import { selectorHelp } from './act-command.ts';
import type { CliContext, Help } from './command.ts';
import type { Flags } from './flags.ts';

export const flags = {
  name: { value: 'NAME', help: 'the name of the snapshot; with --keep or --max-age what it begins with' },
  description: { value: 'TEXT', help: 'what it is for' },
  vmstate: { help: 'keep the memory of VMs that run, too' },
  keep: {
    value: 'N',
    atLeast: 1,
    help: 'an automatic one, with the time in its name; remove those that are more than this',
  },
  'max-age': { value: 'TIME', help: 'the same; remove those that are older than this: 30m, 12h, 14d, 2w' },
  remove: { help: 'remove the snapshot of that name' },
  rollback: { help: 'roll back to the snapshot of that name' },
  start: { help: 'with --rollback: start the guest then' },
  ...carryOutFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'SELECTOR --name NAME',
  about: [
    'Takes a snapshot of each guest that has none of that name; removes it with --remove; goes back to it with --rollback, which loses what was written since.',
    'With --keep or --max-age, as from cron: the snapshot is called NAME-20261129T1200 (UTC), and once it is taken those of that NAME are removed that are too many or too old. Snapshots with other names are never touched.',
    selectorHelp,
  ],
  examples: [
    ['pvefleet snapshot @tag-web --name before-update', 'Before an update:'],
    ['pvefleet snapshot @tag-web --name before-update --rollback', 'Back to it:'],
    [
      'pvefleet snapshot @all --name auto --keep 7 --max-age 14d --yes',
      'Every night by cron, seven kept, none older than two weeks:',
    ],
  ],
};

export type SnapshotContext = CliContext<typeof flags>;

export function run(context: SnapshotContext): Promise<number> {
  return applyCommand(context, 'snapshot', async () => {
    const { readSnapshotInput } = await import('./snapshot-input.ts');
    return readSnapshotInput(context, new Date());
  });
}
