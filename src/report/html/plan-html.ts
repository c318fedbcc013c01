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
import { isError, troubleBlock, troubles } from './trouble-part.ts';

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
  readonly diagnostics: readonly Diagnostic[];
  readonly clusters: readonly { readonly name: string; readonly nodes: readonly string[] }[];
  readonly compared: number;
  readonly brakes: Brakes;
}

export function planHtml(
  { plans, diagnostics, clusters, compared, brakes }: PlanToShow,
  { at, user, argv, file }: MadeBy,
): string {
  const changes = plans.flatMap(({ cluster, changes: own }) =>
    own.map((change) => ({ cluster, change, outcome: undefined, diagnostics: [], steps: [] })),
  );
  return pageText({
    title: `Plan of ${file}`,
    verdict: verdictOf(plans, diagnostics, compared),
    tiles: tilesOf(plans, diagnostics),
    facts: [
      ['Made', shownTime(at)],
      ['By', user],
      ['Command', html`<code>pvefleet ${argv.join(' ')}</code>`],
      ['Clusters', clustersText(clusters)],
      ['Compared', counted(compared, 'declared resource')],
      ['Brakes', describeBrakes(brakes)],
    ],
    sections: [
      section('What stands in its way', troubles(diagnostics.filter(isError)).map(troubleBlock)),
      section('What would change', changeList(changes)),
      section('Warnings', troubles(diagnostics.filter((each) => !isError(each))).map(troubleBlock)),
    ],
  });
}

function verdictOf(
  plans: readonly Plan[],
  diagnostics: readonly Diagnostic[],
  compared: number,
): Page['verdict'] {
  const errors = diagnostics.filter(isError).length;
  const text = summaryLine(plans, compared);
  if (errors > 0 && plans.length === 0)
    return { text: `${counted(errors, 'thing stands', 'things stand')} in its way.`, mood: 'bad' };
  if (errors > 0)
    return { text: `${text} ${counted(errors, 'thing stands', 'things stand')} in its way.`, mood: 'bad' };
  return { text, mood: plans.length === 0 ? 'good' : 'plain' };
}

function tilesOf(plans: readonly Plan[], diagnostics: readonly Diagnostic[]): readonly Tile[] {
  const { add, change, destroy, restart } = summarize(plans);
  return [
    { count: add, label: 'to add', mood: 'plain' },
    { count: change, label: 'to change', mood: 'plain' },
    { count: destroy, label: 'to destroy', mood: destroy > 0 ? 'bad' : 'plain' },
    { count: restart, label: restart === 1 ? 'needs a restart' : 'need a restart', mood: 'mind' },
    { count: diagnostics.filter(isError).length, label: 'in its way', mood: 'bad' },
  ];
}
