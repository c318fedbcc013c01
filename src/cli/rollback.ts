import { applyCommand, applyFlags } from './apply-command.ts';
import type { CliContext, Help } from './command.ts';
import type { Flags } from './flags.ts';

export const flags = {
  files: { help: 'show what differs in the files between before the run and now' },
  'to-snapshot': {
    help: 'put guests back to the snapshots that the run took (--checkpoint snapshot): their disks too',
  },
  'allow-destroy': { help: 'remove what the run has made, or what was written since a snapshot' },
  ...applyFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'RUN',
  about: [
    'Takes back what a run changed by plans (run, apply, rollback): shows what is to be done, asks, and does it, as "apply" does. RUN is its id, the beginning of it, or "last" (the last one that changed something). It is a run too, and can be rolled back itself.',
    'What cannot come back is said first: a guest or a disk that was removed, a disk that has grown, what commands did. What others changed since the run is named with its values, and is not overwritten. What the run made is removed with --allow-destroy, if nobody has changed it since.',
    'With --to-snapshot guests go back to the snapshots that the run took of them, disks and all: what was written since is lost, so it wants --allow-destroy.',
    'Only what was really begun is taken back: of a run that failed or was interrupted, that part. Exit 0: all is as it was before the run; 2: what could be was taken back, and something stays as it is.',
  ],
  examples: [
    ['pvefleet rollback last', 'Take the last run back:'],
    ['pvefleet rollback 20260131 --target vm/101', 'Of a run only what it did to one guest:'],
    ['pvefleet rollback last --files', 'With the files, as they were before and as they are now:'],
  ],
};

export async function run(context: CliContext<typeof flags>): Promise<number> {
  return applyCommand(context, 'rollback', async () => {
    const { readRollbackInput } = await import('./rollback-input.ts');
    return readRollbackInput(context);
  });
}
