import type { Address } from '../../address.ts';
import { formatAddress } from '../../address.ts';
import type { DriftReport } from '../../documents/drift-of-document.ts';
import type { Change, Difference } from '../../plan/plan.ts';
import { differenceRows } from '../difference-rows.ts';
import { driftLine } from '../drift-text.ts';
import { differenceRow, tag } from './change-part.ts';
import type { Html } from './markup.ts';
import { html } from './markup.ts';
import type { Tile } from './page.ts';
import { pageText, section, shownTime } from './page.ts';
import type { MadeBy } from './plan-html.ts';
import { isError, troubleBlock, troubles } from './trouble-part.ts';

type Shown = Omit<DriftReport, 'declared'>;

/** More blocks than these come folded. */
const FEW = 12;

export function driftHtml(drift: Shown, { at, user, argv, file }: MadeBy): string {
  const { different, needsRestart, undeclared, refusals, warnings, unreachable } = drift;
  const isDrift = different.length + undeclared.length > 0;
  const diagnostics = [...refusals.flatMap((refusal) => refusal.diagnostics), ...unreachable, ...warnings];
  const errors = diagnostics.filter(isError);
  return pageText({
    title: `Drift from ${file}`,
    verdict: { text: driftLine(drift), mood: isDrift || errors.length > 0 ? 'bad' : 'good' },
    tiles: tilesOf(drift),
    facts: [
      ['Looked at', shownTime(at)],
      ['By', user],
      ['Command', html`<code>pvefleet ${argv.join(' ')}</code>`],
    ],
    sections: [
      section(
        'Differs: what is → what is declared',
        different.map((each) => changed(each, different.length)),
      ),
      section(
        'Nobody declared',
        undeclared.map(
          ({ address, title, node }) =>
            html`<p>${named(address, title)} <span class="soft">on ${node}</span></p>`,
        ),
      ),
      section(
        'Needs a restart: what runs → what will be, as declared',
        needsRestart.map(({ address, node, differences }) =>
          block(
            html`${named(address, '')}<span class="soft">on ${node}</span>`,
            differences,
            needsRestart.length,
          ),
        ),
      ),
      section('Could not be compared', troubles(errors).map(troubleBlock)),
      section('Warnings', troubles(diagnostics.filter((each) => !isError(each))).map(troubleBlock)),
    ],
  });
}

function tilesOf({
  different,
  needsRestart,
  undeclared,
  refusals,
  unanswered,
  notAsked,
  unreachable,
  compared,
}: Shown): readonly Tile[] {
  return [
    { count: compared, label: 'compared', mood: 'plain' },
    { count: different.length, label: 'differ', mood: 'bad' },
    { count: undeclared.length, label: 'not declared', mood: 'bad' },
    { count: needsRestart.length, label: 'need a restart', mood: 'mind' },
    { count: refusals.length, label: "can't be planned", mood: 'bad' },
    { count: unanswered.length + notAsked.length, label: 'left out', mood: 'mind' },
    { count: unreachable.length, label: 'gave no answer', mood: 'bad' },
  ];
}

const states = {
  create: tag('is not there', 'bad'),
  update: html``,
  delete: tag('is there, declared absent', 'bad'),
} as const;

function changed({ address, title, node, action, declaredAt, differences }: Change, of: number): Html {
  const place =
    declaredAt === undefined
      ? undefined
      : html`<span class="soft push">${declaredAt.file}:${declaredAt.line}</span>`;
  const head = html`${named(address, title)}<span class="soft">on ${node}</span>${states[action]}${place}`;
  return block(head, action === 'delete' ? [] : differences, of);
}

function block(head: Html, differences: readonly Difference[], of: number): Html {
  const rows = differences.flatMap(differenceRows);
  return html`<details${of <= FEW ? html` open` : undefined}><summary>${head}</summary><div class="in"><table class="diff">${rows.map(differenceRow)}</table></div></details>
`;
}

function named(address: Address, title: string): Html {
  const name = html`<span class="name">${formatAddress(address)}</span>`;
  return title === '' || title === address.name ? name : html`${name} <span>${title}</span>`;
}
