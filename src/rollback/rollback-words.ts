import type { Address } from '../address.ts';
import { formatAddress } from '../address.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Back } from './property-back.ts';
import type { Touched } from './touched.ts';

/** What does not come back by its nature. */
export function lasts(
  touched: Touched,
  { name, before, why }: Omit<Back['lasting'][number], 'now'>,
): Diagnostic {
  const was = before === undefined ? '' : ` (it was ${before})`;
  return stays('lasting', touched, `${name} of`, `${why}${was}; it is left as it is`);
}

/** What was done to a guest, and is not undone by declaring something. */
export function actStays(touched: Touched, what: string): Diagnostic {
  return stays('lasting', touched, '', `${what}; it is left as it is`);
}

export function changedSince(
  touched: Touched,
  { name, before, left, now }: Back['changedSince'][number],
): Diagnostic {
  const said = (value: string | undefined): string => value ?? 'not set';
  return stays(
    'changed-since',
    touched,
    `${name} of`,
    `the run left it ${said(left)}, and now it is ${said(now)}; it is left as it is`,
    `Before the run it was ${said(before)}.`,
  );
}

/** It was there before the run, and is not any more. */
export function goneSince(touched: Touched): Diagnostic {
  return touched.removed === undefined
    ? stays('changed-since', touched, '', 'somebody has removed it since the run')
    : stays('lasting', touched, '', `it was removed, and ${touched.removed}`, HOW_IT_WAS);
}

/** The run removed it, and somebody has made one of that name since. */
export function madeAnew(touched: Touched): Diagnostic {
  return stays(
    'lasting',
    touched,
    '',
    'it was removed; the one that is there now was made since, and is left as it is',
    HOW_IT_WAS,
  );
}

/** The run put it back to a snapshot. */
export function wasReset(touched: Touched): Diagnostic {
  return stays(
    'lasting',
    touched,
    '',
    'it was put back to a snapshot, and what was written between is lost; it is left as it is',
    HOW_IT_WAS,
  );
}

/** The run made it, and it is not any more as the run left it. */
export function madeChanged(touched: Touched, options: readonly string[]): Diagnostic {
  const what = options.length === 0 ? 'it was changed since' : `${options.join(', ')} changed since`;
  return {
    ...stays('changed-since', touched, '', ''),
    message: `Cannot remove ${formatAddress(touched.address)}: the run made it, but ${what}; it is left as it is`,
    hint: `If it is to go all the same, declare it with "state: absent".`,
  };
}

/** The run made it, and nobody knows how its last step on it ended. */
export function madeInDoubt(touched: Touched): Diagnostic {
  return {
    ...stays('changed-since', touched, '', ''),
    message: `Cannot remove ${formatAddress(touched.address)}: the run made it, but how it left it is not known, as a step has no end; it is left as it is`,
    hint: 'Find that out first: pvefleet resume RUN. If it is to go all the same, declare it with "state: absent".',
  };
}

/** What the run made is not removed without consent. */
export function consentWanted(address: Address): Diagnostic {
  return {
    code: 'rollback/destroy',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot remove ${formatAddress(address)}: the run made it, and that destroys its disks; consent is wanted`,
    hint: 'Run again with --allow-destroy if that is meant, or with --target for the others alone.',
  };
}

/** Going back to a snapshot loses what was written since. */
export function writtenSince({ address }: Touched): Diagnostic {
  return {
    code: 'rollback/destroy',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot put ${formatAddress(address)} back to its snapshot: what was written to its disks since is lost; consent is wanted`,
    hint: 'Run again with --allow-destroy if that is meant.',
  };
}

/** It was asked for, and the run took none of this one, or it was removed since. */
export function noCheckpoint(touched: Touched): Diagnostic {
  return stays(
    'lasting',
    touched,
    'the disks of',
    'there is no snapshot of it from before the run; only its options are taken back',
  );
}

/** What commands did that were no part of a plan. */
export function commandsStay(commands: readonly string[]): Diagnostic {
  const [first = ''] = commands;
  const what =
    commands.length === 1 ? `the command "${first}"` : `${commands.length} commands (the first: "${first}")`;
  return {
    code: 'rollback/lasting',
    severity: 'warning',
    trouble: 'refused',
    message: `Cannot bring back what ${what} changed: nobody knows what a command did; it is left as it is`,
  };
}

const HOW_IT_WAS = 'Its config as it was: pvefleet show RUN --files';

function stays(
  what: 'lasting' | 'changed-since',
  { address }: Touched,
  part: string,
  why: string,
  hint?: string,
): Diagnostic {
  return {
    code: `rollback/${what}`,
    severity: 'warning',
    trouble: 'refused',
    message: `Cannot bring back ${part === '' ? '' : `${part} `}${formatAddress(address)}: ${why}`,
    ...(hint !== undefined && { hint }),
  };
}
