import { address, formatAddress } from '../address.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';

/** A value that could not be read is "unknown"; one that there is none of is null. */
export type Cell = string | number | boolean | null | readonly string[];

/** One line of `ls`: what it lists, by the names that --json has; `id` is what -o name prints. */
export interface Row {
  readonly id: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

/** One column of a table; its heading is the key. */
export interface Column {
  readonly key: string;
  /** How it is written; left out, as it is. */
  readonly text?: (cells: Row['cells']) => string;
  /** Only with -o wide. */
  readonly wide: boolean;
}

/** What `ls KIND` lists. */
export interface Listing {
  readonly columns: readonly Column[];
  /** Pure. */
  readonly rows: (survey: Survey) => readonly Row[];
}

/** Columns by their keys, separated by spaces: those that are always shown, then those of -o wide. */
export function columns(
  shown: string,
  wide = '',
  texts: Readonly<Record<string, NonNullable<Column['text']>>> = {},
): readonly Column[] {
  const named = (keys: string, isWide: boolean): readonly Column[] =>
    keys
      .split(' ')
      .filter((key) => key !== '')
      .map((key) => {
        const text = texts[key];
        return { key, wide: isWide, ...(text !== undefined && { text }) };
      });
  return [...named(shown, false), ...named(wide, true)];
}

/** Rows of each cluster, one after the other. */
export function ofEachCluster(rows: (snapshot: Snapshot) => readonly Row[]): Listing['rows'] {
  return ({ clusters }) => clusters.flatMap(rows);
}

/** A row for a thing of the cluster, or of one node; its cluster (and node) are cells. */
export function rowOf(
  snapshot: Snapshot,
  kind: string,
  name: string | number,
  cells: Row['cells'],
  node?: string,
): Row {
  return {
    id: formatAddress(address(kind, name, snapshot.cluster, node)),
    cells: { ...cells, ...(node !== undefined && { node }), cluster: snapshot.cluster },
  };
}

/** The text, or null for none. */
export function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
