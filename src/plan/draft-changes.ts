import { formatAddress } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import type { PlanOptions, Wanted } from '../modules/module.ts';
import { findModule } from '../modules/registry.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Placed } from './merge-wanted.ts';
import type { Drafted } from './planner.ts';

/**
 * Drafts what each spec comes to. What is not there yet and is made of another that changes too is drafted against the
 * cluster as it is once that has changed.
 */
export function draftChanges(
  placed: readonly Placed[],
  options: PlanOptions,
): ReadonlyMap<Placed, Result<Drafted>> {
  const byAddress = new Map(placed.map((each) => [formatAddress(each.wanted.address), each]));
  const drafts = new Map<Placed, Result<Drafted>>();
  const after = new Map<Placed, Snapshot>();
  const open = new Set<Placed>();

  const draftOne = (each: Placed): Result<Drafted> => {
    const known = drafts.get(each);
    if (known !== undefined) return known;
    open.add(each);
    const made = draftAfterSource(each);
    open.delete(each);
    drafts.set(each, made);
    return made;
  };
  const draftAfterSource = (each: Placed): Result<Drafted> => {
    const { planner, wanted, snapshot } = each;
    const [source] = (planner.madeOf?.(wanted, snapshot) ?? []).flatMap(
      (at) => byAddress.get(formatAddress(at)) ?? [],
    );
    if (source === undefined) return withDigestsOf(planner.draft(wanted, snapshot, options), snapshot);
    const name = formatAddress(source.wanted.address);
    if (open.has(source)) return fail(cannot(wanted, `it is made of ${name}, and that of it`));
    if (source.wanted.state === 'absent')
      return fail(cannot(wanted, `it is made of ${name}, which is declared absent`));
    const first = draftOne(source);
    if (!first.ok) return fail(cannot(wanted, `it is made of ${name}, which can't be planned`));
    const changed = after.get(source) ?? predictDraft(source, first.value);
    after.set(source, changed);
    return withDigestsOf(planner.draft(wanted, changed, options), snapshot);
  };
  for (const each of placed) draftOne(each);
  return drafts;
}

function predictDraft({ snapshot }: Placed, { steps }: Drafted): Snapshot {
  return steps
    .flatMap(({ effects }) => effects)
    .reduce((before, effect) => findModule(effect.address.kind)?.predict(before, effect) ?? before, snapshot);
}

/** A plan is computed from files that are there, not from those that it foretells. */
function withDigestsOf(drafted: Result<Drafted>, { digests }: Snapshot): Result<Drafted> {
  if (!drafted.ok) return drafted;
  const { value, warnings } = drafted;
  const known = Object.entries(value.digests).filter(([path, digest]) => digests[path] === digest);
  return ok({ ...value, digests: Object.fromEntries(known) }, warnings);
}

function cannot(wanted: Wanted, what: string): Diagnostic {
  const at = positionAt(wanted.positions, []);
  return {
    code: 'plan/made-of',
    severity: 'error',
    trouble: 'refused',
    message: `Cannot plan ${formatAddress(wanted.address)}: ${what}`,
    ...(at && { at }),
  };
}
