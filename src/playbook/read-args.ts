import type { Positions } from '../diagnostic.ts';
import { pointer } from '../diagnostic.ts';
import { plannerKinds } from '../plan/planners.ts';
import type { Written } from './playbook.ts';
import type { Mapping, Reading } from './reading.ts';
import { isMapping, kindOfValue } from './reading.ts';
import { splitPairs } from './split-pairs.ts';

type Path = readonly (string | number)[];

/** Modules whose text is one thing, and no "key=value key=value". */
const FREE_FORM = ['command', 'shell', 'raw', 'script', 'meta', 'include_tasks', 'include_vars'];

/** Whose text is a file; that of the others is a command. */
const NAMES_A_FILE = ['include_tasks', 'include_vars'];

/** The arguments of a task's module: as they stand under it, as "key=value" text, or some of them under "args". */
export function readArgs(reading: Reading, module: string, task: Mapping, key: string, path: Path): Written {
  const place = [...path, key];
  // What PVE calls "on" is a word of its own.
  const own = (given: unknown, at: Path): unknown =>
    plannerKinds.includes(module) ? reading.asText(given, at) : given;
  const value = fromWords(module, own(task[key], place));
  const written = { ...reading.written(task[key], place), value };
  const placeOfMore = [...path, 'args'];
  const more = own(task['args'], placeOfMore);
  if (more === undefined || more === null) return written;
  if (!isMapping(more)) {
    reading.wrong(placeOfMore, `Cannot read "args": it is ${kindOfValue(more)}; a mapping is wanted`);
    return written;
  }
  const others = reading.written(more, placeOfMore).positions;
  if (isMapping(value) || value === null || value === undefined)
    return { value: { ...more, ...value }, positions: { ...others, ...written.positions } };
  const name = NAMES_A_FILE.includes(module) ? 'file' : 'cmd';
  return {
    value: { ...more, [name]: value },
    positions: { ...others, ...below(written.positions, pointer([name])) },
  };
}

function below(positions: Positions, prefix: string): Positions {
  const moved = Object.entries(positions).map(([key, at]) => [prefix + key, at] as const);
  return { ...Object.fromEntries(moved), ...(positions[''] && { '': positions[''] }) };
}

/** Text of the form "msg=hello when=now" as a mapping; anything else as it is. */
function fromWords(module: string, value: unknown): unknown {
  if (typeof value !== 'string' || FREE_FORM.includes(module)) return value;
  const words = splitPairs(value) ?? [];
  const pairs = words.filter((word) => typeof word !== 'string');
  return pairs.length === 0 || pairs.length < words.length ? value : Object.fromEntries(pairs);
}
