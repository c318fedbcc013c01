import { splitWords } from '../actions/split-words.ts';
import type { Positions } from '../diagnostic.ts';
import { pointer } from '../diagnostic.ts';
import type { Written } from './playbook.ts';
import type { Mapping, Reading } from './reading.ts';
import { isMapping, kindOfValue } from './reading.ts';

type Path = readonly (string | number)[];

/** Modules whose text is one thing, and no "key=value key=value". */
const FREE_FORM = ['command', 'shell', 'raw', 'script', 'meta', 'include_tasks', 'include_vars'];

/** The arguments of a task's module: as they stand under it, as "key=value" text, or some of them under "args". */
export function readArgs(reading: Reading, module: string, task: Mapping, key: string, path: Path): Written {
  const place = [...path, key];
  const value = fromWords(module, task[key]);
  const written = { ...reading.written(task[key], place), value };
  const more = task['args'];
  if (more === undefined || more === null) return written;
  const placeOfMore = [...path, 'args'];
  if (!isMapping(more)) {
    reading.wrong(placeOfMore, `Cannot read "args": it is ${kindOfValue(more)}; a mapping is wanted`);
    return written;
  }
  const others = reading.written(more, placeOfMore).positions;
  if (isMapping(value) || value === null || value === undefined)
    return { value: { ...more, ...value }, positions: { ...others, ...written.positions } };
  return {
    value: { ...more, cmd: value },
    positions: { ...others, ...below(written.positions, pointer(['cmd'])) },
  };
}

function below(positions: Positions, prefix: string): Positions {
  const moved = Object.entries(positions).map(([key, at]) => [prefix + key, at] as const);
  return { ...Object.fromEntries(moved), ...(positions[''] && { '': positions[''] }) };
}

/** Text of the form "msg=hello when=now" as a mapping; anything else as it is. */
function fromWords(module: string, value: unknown): unknown {
  if (typeof value !== 'string' || FREE_FORM.includes(module)) return value;
  const words = splitWords(value);
  if (words === undefined || words.length === 0 || !words.every((word) => /^\w+=/u.test(word))) return value;
  return Object.fromEntries(
    words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
}
