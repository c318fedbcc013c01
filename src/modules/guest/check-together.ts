import type { Diagnostic } from '../../diagnostic.ts';
import type { Wanted } from '../module.ts';
import { refusal } from './check-place.ts';
import type { GuestKind } from './guest-kind.ts';
import type { OptionChange } from './option-change.ts';

type Options = Readonly<Record<string, string>>;

/** What a new guest's options do to one another. */
export function checkTogether(kind: GuestKind, wanted: Wanted, options: Options): readonly Diagnostic[] {
  return mismatches(kind, wanted, options, Object.keys(options));
}

/** The same of a guest that is there, as far as what changes has a part in it. */
export function checkChanged(
  kind: GuestKind,
  wanted: Wanted,
  options: Options,
  changes: readonly Pick<OptionChange, 'option' | 'after'>[],
): readonly Diagnostic[] {
  const after: Record<string, string> = { ...options };
  for (const change of changes) {
    if (change.after === undefined) delete after[change.option];
    else after[change.option] = change.after;
  }
  return mismatches(
    kind,
    wanted,
    after,
    changes.map(({ option }) => option),
  );
}

function mismatches(
  kind: GuestKind,
  wanted: Wanted,
  options: Options,
  changed: readonly string[],
): readonly Diagnostic[] {
  return (kind.refuseTogether?.(options) ?? []).flatMap(({ option, with: other, message }) => {
    const named = [option, other].find((each) => changed.includes(each));
    return named === undefined ? [] : [refusal(wanted, [named], 'guest/mismatch', message)];
  });
}
