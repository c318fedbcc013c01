import type { Expanded } from './expand-range.ts';
import { expandRange } from './expand-range.ts';

const mostNames = 100_000;

/** What stands in the brackets of a node set: numbers and runs of them, with steps ("1-3,7", "01-12/2"). */
const numbers = /^\d+(?:-\d+(?:\/\d+)?)?(?:,\d+(?:-\d+(?:\/\d+)?)?)*$/u;
/** Inventory ranges: [1:3], [01:12:2], [a:c]. */
const range = /^(?:\d*:\d+(?::\d+)?|[a-z]:[a-z](?::\d+)?)$/iu;

/**
 * The names of one part of a node set as clush writes it: `pve[1-3,7]`, `pve[01-12/2]`, `r[1-2]n[1-4]`, and of the
 * inventory's own ranges, `pve[1:3]`. Other brackets are those of globs and are left as they stand (`pve[!1]`).
 */
export function expandNodeSet(text: string): Expanded {
  const found = /^([^[]*)\[([^\]]*)\](.*)$/su.exec(text);
  if (found === null) return { names: [text] };
  const [, before = '', inside = '', rest = ''] = found;
  const heads = headsOf(before, inside);
  if ('problem' in heads) return heads;
  const tails = expandNodeSet(rest);
  if ('problem' in tails) return tails;
  if (heads.names.length * tails.names.length > mostNames)
    return { problem: `"${text}" is more than ${mostNames} names` };
  return { names: heads.names.flatMap((head) => tails.names.map((tail) => head + tail)) };
}

function headsOf(before: string, inside: string): Expanded {
  if (range.test(inside)) return expandRange(`${before}[${inside}]`);
  if (!numbers.test(inside)) return { names: [`${before}[${inside}]`] };
  const names: string[] = [];
  for (const run of inside.split(',')) {
    const values = valuesOf(run);
    if ('problem' in values) return values;
    names.push(...values.names.map((value) => before + value));
  }
  return { names };
}

/** A run is padded when its first number is. */
function valuesOf(run: string): Expanded {
  const [, first = '', last = first, step = '1'] = /^(\d+)(?:-(\d+)(?:\/(\d+))?)?$/u.exec(run) ?? [];
  const [from, to, by] = [BigInt(first), BigInt(last), BigInt(step)];
  if (from > to) return { problem: `[${run}] ends before it starts` };
  if (by === 0n) return { problem: `the step of [${run}] is 0; a number from 1 on is wanted` };
  if ((to - from) / by > mostNames) return { problem: `[${run}] is more than ${mostNames} names` };
  const width = first.startsWith('0') ? first.length : 0;
  const names: string[] = [];
  for (let value = from; value <= to; value += by) names.push(String(value).padStart(width, '0'));
  return { names };
}
