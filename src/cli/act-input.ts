import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import { planDocument } from '../documents/plan-document.ts';
import type { GuestSelector } from '../inventory/guest-selector.ts';
import { parseGuestSelector, selectGuests } from '../inventory/guest-selector.ts';
import type { ClusterGuest } from '../snapshot/selectable-guests.ts';
import { guestsOfSurvey } from '../snapshot/guests-of-survey.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Spec } from '../spec.ts';
import type { ApplyInput } from './apply-input.ts';
import type { CliContext } from './command.ts';
import { usageError } from './parse-flags.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** Reads which guests a command is for, and makes one spec of each when the nodes were asked. */
export function readActInput(
  command: string,
  context: Pick<CliContext, 'positionals' | 'afterDashes'>,
  args: Arguments,
  ofOne: boolean,
): Result<ApplyInput> {
  const selector = readSelector(command, context);
  if (!selector.ok) return selector;
  const tooMany = ofOne ? (guests: readonly ClusterGuest[]) => severalGuests(command, guests) : undefined;
  return ok(actInput(selector.value, (guest) => [specOf(command, guest, args)], { tooMany }));
}

function severalGuests(command: string, guests: readonly ClusterGuest[]): readonly Diagnostic[] {
  if (guests.length < 2) return [];
  const named = guests.map(
    ({ type, vmid, name, snapshot }) =>
      `${type}/${vmid}@${snapshot.cluster}${name === undefined ? '' : ` (${name})`}`,
  );
  const what = `${named.join(', ')} are meant; one guest is wanted`;
  return [usageError('cli/arguments', `Cannot run ${command}: ${what}`, command)];
}

/** Words that follow one another are one selector; one that begins with "-" may follow a "--". */
export function readSelector(
  command: string,
  { positionals, afterDashes = [] }: Pick<CliContext, 'positionals' | 'afterDashes'>,
): Result<GuestSelector> {
  const words = [...positionals, ...afterDashes];
  if (words.length > 0) return parseGuestSelector(words.join(','));
  const what = 'no guests are named; a selector is wanted, as in 100:110,-105 or @tag-web';
  return fail(usageError('cli/arguments', `Cannot run ${command}: ${what}`, command));
}

interface ActOptions {
  readonly allowDestroy?: boolean;
  /** Why it can't be for so many. */
  readonly tooMany?: ((guests: readonly ClusterGuest[]) => readonly Diagnostic[]) | undefined;
}

/** A plan over the guests that a selector means. */
export function actInput(
  selector: GuestSelector,
  specsOf: (guest: ClusterGuest) => readonly Spec[],
  { tooMany, ...options }: ActOptions = {},
): ApplyInput {
  return {
    is: 'acts',
    plan: (survey) => Promise.resolve(planActs(selector, specsOf, survey, { tooMany, ...options })),
    nothing: ({ specs }) =>
      specs.length === 0
        ? 'Nothing to do: there is no such guest.'
        : specs.length === 1
          ? 'Nothing to do: it is so already.'
          : `Nothing to do: it is so already with all ${specs.length} guests.`,
  };
}

function planActs(
  selector: GuestSelector,
  specsOf: (guest: ClusterGuest) => readonly Spec[],
  survey: Survey,
  { tooMany, allowDestroy = false }: ActOptions,
): Result<DocumentPlan> {
  const selected = selectGuests(selector, guestsOfSurvey(survey), nodesOf(survey));
  if (!selected.ok) return fail(...survey.unreachable, ...selected.diagnostics);
  const refused = tooMany?.(selected.value) ?? [];
  if (refused.length > 0) return fail(...refused);
  return planDocument(selected.value.flatMap(specsOf), survey, { allowDestroy });
}

/** Every node as a selector names it: one without guests is no misspelling. */
function nodesOf({ clusters }: Survey): ReadonlySet<string> {
  return new Set(clusters.flatMap(({ nodes }) => Object.keys(nodes).map((node) => `@node-${node}`)));
}

export function specOf(kind: string, { vmid, snapshot }: ClusterGuest, args: Arguments): Spec {
  return {
    kind,
    args: { vmid, ...args },
    positions: {},
    cluster: snapshot.cluster,
    declaredBy: `pvefleet ${kind}`,
  };
}
