import type { HostRecap, Outcome } from '../../apply/event.ts';
import { recapRows } from '../task-lines.ts';
import type { Html } from './markup.ts';
import { html } from './markup.ts';

const order = [
  'ok',
  'changed',
  'unreachable',
  'failed',
  'skipped',
  'left',
] as const satisfies readonly Outcome[];
const moods: Readonly<Partial<Record<Outcome, string>>> = {
  failed: 'old',
  unreachable: 'old',
  changed: 'new',
};

/** The counts of each host; of many, those with the same ones share a row. */
export function recapTable(hosts: Readonly<Record<string, HostRecap>>): readonly Html[] {
  const rows = recapRows(hosts);
  if (rows.length === 0) return [];
  const shown = order.filter((each) => each !== 'left' || rows.some(({ counts }) => (counts.left ?? 0) > 0));
  const head = shown.map((outcome) => html`<th class="n">${outcome}</th>`);
  return [
    html`<div class="scroll">
      <table>
        <tr>
          <th>Host</th>
          ${head}
        </tr>
        ${rows.map((row) => recapRow(row, shown))}
      </table>
    </div>`,
  ];
}

function recapRow({ host, counts }: ReturnType<typeof recapRows>[number], shown: readonly Outcome[]): Html {
  const cells = shown.map((outcome) => {
    const count = counts[outcome] ?? 0;
    return html`<td class="n ${count === 0 ? 'zero' : (moods[outcome] ?? '')}">${count}</td>`;
  });
  return html`<tr>
    <td>${host}</td>
    ${cells}
  </tr>`;
}
