import type { Event, HostRecap, Outcome } from '../apply/event.ts';
import { unifiedDiff } from '../fanout/unified-diff.ts';
import { padEnd } from '../text/columns.ts';
import { diagnosticLines } from './diagnostic-text.ts';
import type { Paint, Style } from './paint.ts';
import { hostNames } from './host-names.ts';
import { indented, printable } from './printable.ts';

type TextDiff = NonNullable<TaskResult['diffs']>[number];

export type TaskResult = Extract<Event, { type: 'task-finished' }>;

const outcomeStyle: Readonly<Record<Outcome, Style>> = {
  ok: 'green',
  changed: 'yellow',
  skipped: 'cyan',
  failed: 'red',
  unreachable: 'red',
  left: 'yellow',
};

/** Results of a task; hosts with the same one share a line. */
export function resultLines(results: readonly TaskResult[], paint: Paint): readonly string[] {
  const groups = new Map<string, { readonly result: TaskResult; readonly hosts: string[] }>();
  for (const result of results) {
    const { outcome, rescued, item, message, stdout, diffs, diagnostics } = result;
    const key = JSON.stringify([outcome, rescued, item, message, stdout, diffs, diagnostics]);
    const group = groups.get(key) ?? { result, hosts: [] };
    group.hosts.push(result.host);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(
    ({ result: { outcome, rescued, item, message, stdout, diffs = [], diagnostics }, hosts }) => [
      `${rescued === true ? paint('yellow', 'rescued:') : paint(outcomeStyle[outcome], `${outcome}:`)} ${hostNames(hosts)}${item === undefined ? '' : `  (item ${printable(item)})`}`,
      ...indented(message ?? '', '    '),
      ...indented(stdout ?? '', '    '),
      ...diffs.flatMap((diff) => diffOf(diff, paint)),
      ...diagnostics.flatMap((diagnostic) => diagnosticLines(diagnostic, paint)).map((line) => `    ${line}`),
    ],
  );
}

/** As `diff -u` shows it. */
function diffOf({ path, before, after }: TextDiff, paint: Paint): readonly string[] {
  const lines = [`--- ${path}`, `+++ ${path}`, ...unifiedDiff(before, after)];
  return lines.map((line) => {
    const style = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : undefined;
    const text = `    ${printable(line)}`;
    return style === undefined ? text : paint(style, text);
  });
}

const recapOrder = [
  'ok',
  'changed',
  'unreachable',
  'failed',
  'skipped',
] as const satisfies readonly Outcome[];

/** Shown where there are any. */
const rareCounts = ['left', 'rescued', 'ignored'] as const;

/** Of more hosts than these, those that came out the same share a row. */
const MANY_HOSTS = 20;

/** One aligned row a host: "pve1 : ok=3 changed=2 unreachable=0 failed=0 skipped=0". */
export function recapLines(hosts: Readonly<Record<string, HostRecap>>, paint: Paint): readonly string[] {
  const rows = recapRows(hosts);
  const widthOf = (cells: readonly string[]): number => Math.max(0, ...cells.map((cell) => cell.length));
  const nameWidth = widthOf(rows.map(({ host }) => host));
  return rows.map(({ host, counts }) => {
    const cells = recapOrder.map((outcome) => {
      const width = widthOf(rows.map((row) => `${outcome}=${row.counts[outcome]}`));
      const cell = padEnd(`${outcome}=${counts[outcome]}`, width);
      return counts[outcome] === 0 ? cell : paint(outcomeStyle[outcome], cell);
    });
    const rare = rareCounts.flatMap((how) => ((counts[how] ?? 0) > 0 ? [`${how}=${counts[how]}`] : []));
    return `${padEnd(host, nameWidth)} : ${[...cells, ...rare].join(' ')}`.trimEnd();
  });
}

/** The rows of a recap: a host each, of many hosts those with the same counts together. */
export function recapRows(
  hosts: Readonly<Record<string, HostRecap>>,
): readonly { readonly host: string; readonly counts: HostRecap }[] {
  const rows = Object.entries(hosts).map(([host, counts]) => ({ host, counts }));
  if (rows.length <= MANY_HOSTS) return rows;
  const alike = new Map<string, { readonly counts: HostRecap; readonly names: string[] }>();
  for (const { host, counts } of rows) {
    const key = [...recapOrder, ...rareCounts].map((how) => counts[how] ?? 0).join(' ');
    const group = alike.get(key) ?? { counts, names: [] };
    group.names.push(host);
    alike.set(key, group);
  }
  return [...alike.values()].map(({ counts, names }) => ({ host: hostNames(names), counts }));
}
