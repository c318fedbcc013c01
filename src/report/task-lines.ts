import type { Event, HostRecap, Outcome } from '../apply/event.ts';
import { padEnd } from '../text/columns.ts';
import { diagnosticLines } from './diagnostic-text.ts';
import type { Paint, Style } from './paint.ts';
import { indented, printable } from './printable.ts';

export type TaskResult = Extract<Event, { type: 'task-finished' }>;

const outcomeStyle: Readonly<Record<Outcome, Style>> = {
  ok: 'green',
  changed: 'yellow',
  skipped: 'cyan',
  failed: 'red',
  unreachable: 'red',
};

/** Results of a task; hosts with the same one share a line. */
export function resultLines(results: readonly TaskResult[], paint: Paint): readonly string[] {
  const groups = new Map<string, { readonly result: TaskResult; readonly hosts: string[] }>();
  for (const result of results) {
    const { outcome, item, message, stdout, diagnostics } = result;
    const key = JSON.stringify([outcome, item, message, stdout, diagnostics]);
    const group = groups.get(key) ?? { result, hosts: [] };
    group.hosts.push(result.host);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(
    ({ result: { outcome, item, message, stdout, diagnostics }, hosts }) => [
      `${paint(outcomeStyle[outcome], `${outcome}:`)} ${hosts.join(', ')}${item === undefined ? '' : `  (item ${printable(item)})`}`,
      ...indented(message ?? '', '    '),
      ...indented(stdout ?? '', '    '),
      ...diagnostics.flatMap((diagnostic) => diagnosticLines(diagnostic, paint)).map((line) => `    ${line}`),
    ],
  );
}

const recapOrder = [
  'ok',
  'changed',
  'unreachable',
  'failed',
  'skipped',
] as const satisfies readonly Outcome[];

/** One aligned row a host: "pve1 : ok=3 changed=2 unreachable=0 failed=0 skipped=0". */
export function recapLines(hosts: Readonly<Record<string, HostRecap>>, paint: Paint): readonly string[] {
  const rows = Object.entries(hosts).map(([host, counts]) => ({ host, counts }));
  const widthOf = (cells: readonly string[]): number => Math.max(0, ...cells.map((cell) => cell.length));
  const nameWidth = widthOf(rows.map(({ host }) => host));
  return rows.map(({ host, counts }) => {
    const cells = recapOrder.map((outcome) => {
      const width = widthOf(rows.map((row) => `${outcome}=${row.counts[outcome]}`));
      const cell = padEnd(`${outcome}=${counts[outcome]}`, width);
      return counts[outcome] === 0 ? cell : paint(outcomeStyle[outcome], cell);
    });
    return `${padEnd(host, nameWidth)} : ${cells.join(' ')}`.trimEnd();
  });
}
