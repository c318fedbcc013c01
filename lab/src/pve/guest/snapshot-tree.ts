import type { GuestConfig, Section } from './config.ts';

interface Row {
  readonly name: string;
  readonly time: number | undefined;
  readonly parent: string | undefined;
  readonly description: string;
}

/** The tree that `qm listsnapshot` and `pct listsnapshot` print, in the node's UTC (PVE::GuestHelpers::print_snapshot_tree). */
export function snapshotTree(config: GuestConfig): string {
  const rows: Row[] = [...config.snapshots].map(([name, section]) => rowOf(name, section));
  rows.push({
    name: 'current',
    time: undefined,
    parent: config.main.get('parent'),
    description: 'You are here!',
  });
  const names = new Set(rows.map((row) => row.name));
  const roots = rows.filter((row) => row.parent === undefined || !names.has(row.parent));
  return byTime(roots)
    .map((row) => branch(rows, row, '`->'))
    .join('');
}

function rowOf(name: string, section: Section): Row {
  const time = section.get('snaptime');
  return {
    name,
    time: time === undefined ? undefined : Number(time),
    parent: section.get('parent'),
    description: section.get('description')?.split('\n')[0] || 'no-description',
  };
}

function byTime(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => (a.time ?? Infinity) - (b.time ?? Infinity));
}

function branch(rows: readonly Row[], row: Row, prefix: string): string {
  const time =
    row.time === undefined ? '' : new Date(row.time * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const line = `${prefix} ${row.name.padEnd(Math.max(0, 30 - prefix.length))} ${time.padEnd(23)} ${row.description}\n`;
  return (
    line +
    byTime(rows.filter((one) => one.parent === row.name))
      .map((child) => branch(rows, child, ` ${prefix}`))
      .join('')
  );
}
