import type { Difference, PropertyValue } from '../plan/plan.ts';

/** Default keys of PVE's property strings that often stand alone, and then without a name: "memory: 2048". */
const unnamed = new Set(['current', 'cputype', 'enabled', 'type', 'file', 'volume']);

/** One line of a diff: "net0.bridge", before and after. Undefined: not set. */
export interface DifferenceRow {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly effect: Difference['effect'];
  /** Of what was there before: what the guest runs with while that is pending, null: without it. */
  readonly runs?: string | null;
}

/** One property before → after; of a property string that was there before, only the sub-properties that differ. */
export function differenceRows(difference: Difference): readonly DifferenceRow[] {
  const { property, before, after, effect, runs } = difference;
  const keys = [
    ...new Set([before, after].flatMap((value) => (isStructured(value) ? Object.keys(value) : []))),
  ];
  const alone = keys.length === 1 && unnamed.has(keys[0] ?? '');
  if (alone || !isStructured(before) || !isStructured(after))
    return [
      {
        name: property,
        before: show(before),
        after: show(after),
        effect,
        ...(runs !== undefined && { runs: runs === null ? null : (show(runs) ?? null) }),
      },
    ];
  return keys
    .filter((key) => before[key] !== after[key])
    .map((key) => ({
      name: `${property}.${key}`,
      before: before[key],
      after: after[key],
      effect,
      ...runsPart(runs, key),
    }));
}

function runsPart(runs: Difference['runs'], key: string): Pick<DifferenceRow, 'runs'> {
  if (runs === undefined) return {};
  return { runs: runs !== null && isStructured(runs) ? (runs[key] ?? null) : null };
}

/** "4 is pending, it runs with 2"; undefined where nothing waited. */
export function pendingNote({ before, runs }: DifferenceRow): string | undefined {
  if (runs === undefined || (runs ?? undefined) === before) return undefined;
  const waits = before === undefined ? 'its removal' : before === '' ? '""' : before;
  return `${waits} is pending, it runs ${runs === null ? 'without' : `with ${runs}`}`;
}

function isStructured(value: PropertyValue | undefined): value is Readonly<Record<string, string>> {
  return typeof value === 'object';
}

function show(value: PropertyValue | undefined): string | undefined {
  if (!isStructured(value)) return value;
  const parts = Object.entries(value);
  return parts
    .map(([key, part]) => (parts.length === 1 && unnamed.has(key) ? part : `${key}=${part}`))
    .join(',');
}

/** A line of a text before and after; "same" in both. */
export interface TextLine {
  readonly is: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Two texts as in a diff; equal lines at both ends are told once. */
export function differentLines(before: readonly string[], after: readonly string[]): readonly TextLine[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const lines = (is: TextLine['is'], texts: readonly string[]): readonly TextLine[] =>
    texts.map((text) => ({ is, text }));
  return [
    ...lines('same', before.slice(0, head)),
    ...lines('removed', before.slice(head, before.length - tail)),
    ...lines('added', after.slice(head, after.length - tail)),
    ...lines('same', before.slice(before.length - tail)),
  ];
}
