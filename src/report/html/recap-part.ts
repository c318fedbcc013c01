import type { HostRecap, Outcome } from '../../apply/event.ts';
import { recapRows } from '../task-lines.ts';
import type { Html } from './markup.ts';
import { html } from './markup.ts';

const order = ['ok', 'changed', 'unreachable', 'failed', 'skipped'] as const satisfies readonly Outcome[];
const moods: Readonly<Partial<Record<Outcome, string>>> = {
  failed: 'old',
  unreachable: 'old',
  changed: 'new',
};

/** The counts of each host; of many, those with the same ones share a row. */
export function recapTable(hosts: Readonly<Record<string, HostRecap>>): readonly Html[] {
  const rows = recapRows(hosts);
  if (rows.length === 0) return [];
  return [
    html`<div class="scroll">
      <table>
        <tr>
          <th>
            Host${order.map((outcome) => html`<th class="n">${outcome}</th>`)}${rows.map(
              ({ host, counts }) =>
                html`<tr>
                  <td>
                    ${host}${order.map(
                      (outcome) =>
                        html`<td class="n ${counts[outcome] === 0 ? 'zero' : (moods[outcome] ?? '')}">
                          ${counts[outcome]}
                        </td>`,
                    )}
                  </td>
                </tr>`,
            )}
          </th>
        </tr>
      </table>
    </div>`,
  ];
}
