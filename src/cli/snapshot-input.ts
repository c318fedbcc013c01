import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { readAge } from '../guest-acts/text-forms.ts';
import { nameProblem } from '../modules/snapshot/snapshot-address.ts';
import { power } from '../snapshot/guests.ts';
import type { ClusterGuest } from '../snapshot/selectable-guests.ts';
import type { Spec } from '../spec.ts';
import { actInput, readSelector, specOf } from './act-input.ts';
import type { ApplyInput } from './apply-input.ts';
import { usageError } from './parse-flags.ts';
import type { SnapshotContext } from './snapshot.ts';

/** What "snapshot" is to do to the guests that are meant, at that time. */
export function readSnapshotInput(
  context: Pick<SnapshotContext, 'flags' | 'positionals' | 'afterDashes'>,
  now: Date,
): Result<ApplyInput> {
  const { flags: given } = context;
  const selector = readSelector('snapshot', context);
  if (!selector.ok) return selector;
  const problem = flagProblem(given);
  if (problem !== undefined)
    return fail(usageError('cli/flag', `Cannot run snapshot: ${problem}`, 'snapshot'));
  return ok(
    actInput(selector.value, (guest) => [specFor(given, guest, now)], { allowDestroy: given.remove }),
  );
}

type Given = SnapshotContext['flags'];

function isAutomatic({ keep, 'max-age': age }: Given): boolean {
  return keep !== undefined || age !== undefined;
}

/** What is wrong with the flags, as the end of a sentence. */
function flagProblem(given: Given): string | undefined {
  const { name, remove, rollback, start, 'max-age': age } = given;
  if (name === undefined) return 'no --name is given; the name of a snapshot is wanted';
  const ways = [
    ...(remove ? ['--remove'] : []),
    ...(rollback ? ['--rollback'] : []),
    ...(isAutomatic(given) ? ['--keep or --max-age'] : []),
  ];
  if (ways.length > 1) return `${ways.join(' and ')} are given; one of them is wanted`;
  if (start && !rollback) return '--start is given without --rollback';
  if (age !== undefined && readAge(age) === undefined)
    return `--max-age is "${age}"; a time as in 30m, 12h, 14d or 2w is wanted`;
  return nameProblem(isAutomatic(given) ? `${name}-${stampOf(new Date(0))}` : name);
}

function specFor(given: Given, guest: ClusterGuest, now: Date): Spec {
  const { name, keep, 'max-age': age, description, vmstate } = given;
  if (isAutomatic(given))
    return specOf('auto_snapshot', guest, {
      prefix: name,
      at: stampOf(now),
      ...(keep !== undefined && { keep }),
      ...(age !== undefined && { max_age: age }),
      vmstate,
    });
  if (given.rollback) return specOf('rollback', guest, { name, start: given.start });
  if (given.remove) return specOf('snapshot', guest, { name, state: 'absent' });
  const runs = guest.type === 'vm' && power(guest.snapshot, guest.vmid) === 'running';
  return specOf('snapshot', guest, {
    name,
    vmstate: vmstate && runs,
    ...(description !== undefined && { description }),
  });
}

/** "20261129T1200", UTC. */
function stampOf(time: Date): string {
  return time.toISOString().slice(0, 16).replaceAll(/[-:]/gu, '');
}
