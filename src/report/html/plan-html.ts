import type { Diagnostic } from '../../diagnostic.ts';
import type { Brakes } from '../../plan/brakes.ts';
import { describeBrakes } from '../../plan/brakes.ts';
import type { Plan } from '../../plan/plan.ts';
import { summarize } from '../../plan/summarize.ts';
import { summaryLine } from '../plan-summary.ts';
import { changeList } from './change-part.ts';
import { clustersText } from './clusters-text.ts';
import { html } from './markup.ts';
import type { Page, Tile } from './page.ts';
import { counted, pageText, section, shownTime } from './page.ts';
import { distinct, isError, troubleBlock } from './trouble-part.ts';

/** Who made a page, when, by which command. */
export interface MadeBy {
  /** ISO date. */
  readonly at: string;
  readonly user: string;
  readonly argv: readonly string[];
  /** The document. */
  readonly file: string;
}

/** What a page tells of a plan. */
export interface PlanToShow {
  readonly plans: readonly Plan[];
  /** Refusals, warnings, hosts that gave no answer. */
  readonly troubles: readonly Diagnostic[];
  readonly clusters: readonly { readonly name: string; readonly nodes: readonly string[] }[];
  readonly compared: number;
  readonly brakes: Brakes;
}

export function planHtml(
  { plans, troubles, clusters, compared, brakes }: PlanToShow,
  { at, user, argv, file }: MadeBy,
): string {
  const changes = plans.flatMap(({ cluster, changes: own }) =>
    own.map((change) => ({ cluster, change, outcome: undefined, diagnostics: [], steps: [] })),
  );
  const all = distinct(troubles);
  return pageText({
    title: `Plan of ${file}`,
    verdict: verdictOf(plans, all, compared),
    tiles: tilesOf(plans, all),
    facts: [
      ['Made', shownTime(at)],
      ['By', user],
      ['Command', html`<code>pvefleet ${argv.join(' ')}</code>`],
      ['Clusters', clustersText(clusters)],
      ['Compared', counted(compared, 'declared resource')],
      ['Brakes', describeBrakes(brakes)],
    ],
    sections: [
      section(
        'What stands in its way',
        all.filter(isError).map((each) => troubleBlock(each)),
      ),
      section('What would change', changeList(changes)),
      section(
        'Warnings',
        all.filter((each) => !isError(each)).map((each) => troubleBlock(each)),
      ),
    ],
  });
}

function verdictOf(
  plans: readonly Plan[],
  troubles: readonly Diagnostic[],
  compared: number,
): Page['verdict'] {
  const errors = troubles.filter(isError).length;
  const text = summaryLine(plans, compared);
  if (errors > 0 && plans.length === 0)
    return { text: `${counted(errors, 'thing stands', 'things stand')} in its way.`, mood: 'bad' };
  if (errors > 0)
    return { text: `${text} ${counted(errors, 'thing stands', 'things stand')} in its way.`, mood: 'bad' };
  return { text, mood: plans.length === 0 ? 'good' : 'plain' };
}

function tilesOf(plans: readonly Plan[], troubles: readonly Diagnostic[]): readonly Tile[] {
  const { add, change, destroy, restart } = summarize(plans);
  return [
    { count: add, label: 'to add', mood: 'plain' },
    { count: change, label: 'to change', mood: 'plain' },
    { count: destroy, label: 'to destroy', mood: destroy > 0 ? 'bad' : 'plain' },
    { count: restart, label: restart === 1 ? 'needs a restart' : 'need a restart', mood: 'mind' },
    { count: troubles.filter(isError).length, label: 'in its way', mood: 'bad' },
  ];
}
