import { checkTemplates } from '../template/syntax.ts';
import { LOOPS_BY_LOOKUP } from './keywords.ts';
import type { Loop } from './playbook.ts';
import type { Mapping, Reading } from './reading.ts';
import {
  checkVariableName,
  isMapping,
  isTemplate,
  kindOfValue,
  readSwitch,
  readText,
  refuseKeyword,
} from './reading.ts';

type Path = readonly (string | number)[];

const CONTROLS = ['loop_var', 'index_var', 'label', 'pause', 'extended', 'extended_allitems'];
const CONTROLS_NOT_YET = ['break_when'];

/** Words that make a task a loop. */
export const LOOP_WORDS = ['loop', ...LOOPS_BY_LOOKUP.keys()];

/** The loop of a task, by "loop" or "with_…". */
export function readLoop(reading: Reading, task: Mapping, path: Path): Loop | undefined {
  const control = readControl(reading, task, path);
  const keys = LOOP_WORDS.filter((key) => task[key] !== undefined);
  const [key, second] = keys;
  if (second !== undefined)
    reading.wrong(
      [...path, second],
      `Cannot read a task: it has "${key ?? ''}" and "${second}"; one of them is wanted`,
    );
  if (key === undefined) {
    if (task['loop_control'] !== undefined)
      reading.wrong([...path, 'loop_control'], 'Cannot use "loop_control" without a loop; "loop" is wanted');
    return undefined;
  }
  const value = task[key];
  const lookup = LOOPS_BY_LOOKUP.get(key);
  if (!Array.isArray(value) && !isTemplate(value) && (lookup === undefined || value === null))
    reading.wrong(
      [...path, key],
      `Cannot read "${key}": it is ${kindOfValue(value)}; a list is wanted, or a template that gives one, as in ${key}: "{{ webs }}"`,
    );
  const items = reading.written(value, [...path, key]);
  reading.diagnostics.push(...checkTemplates(value, items.positions));
  return { items, ...(lookup !== undefined && { lookup }), ...control };
}

function readControl(reading: Reading, task: Mapping, path: Path): Omit<Loop, 'items' | 'lookup'> {
  const value = task['loop_control'] ?? {};
  const place = [...path, 'loop_control'];
  const otherwise = { itemName: 'item', pauseSeconds: 0 };
  if (!isMapping(value)) {
    reading.wrong(place, `Cannot read "loop_control": it is ${kindOfValue(value)}; a mapping is wanted`);
    return otherwise;
  }
  for (const key of Object.keys(value))
    if (!CONTROLS.includes(key))
      refuseKeyword(reading, [...place, key], '"loop_control"', CONTROLS, CONTROLS_NOT_YET);
  const itemName = readName(reading, value, place, 'loop_var') ?? 'item';
  const indexName = readName(reading, value, place, 'index_var');
  const pause = value['pause'] ?? 0;
  if (typeof pause !== 'number' || pause < 0)
    reading.wrong(
      [...place, 'pause'],
      `Cannot read "pause": it is ${kindOfValue(pause)}; seconds are wanted`,
    );
  const label =
    value['label'] === undefined ? undefined : reading.written(value['label'], [...place, 'label']);
  if (label !== undefined) reading.diagnostics.push(...checkTemplates(label.value, label.positions));
  const isExtended = readSwitch(reading, value, place, 'extended', false);
  const hasAll = readSwitch(reading, value, place, 'extended_allitems', true);
  return {
    itemName,
    ...(isExtended && { extended: hasAll ? 'with all items' : 'without' }),
    ...(indexName !== undefined && { indexName }),
    ...(label !== undefined && { label }),
    pauseSeconds: typeof pause === 'number' ? pause : 0,
  };
}

function readName(reading: Reading, from: Mapping, path: Path, key: string): string | undefined {
  const name = readText(reading, from, path, key, '');
  if (name === '') return undefined;
  checkVariableName({ ...reading, wrong: (_, message) => reading.wrong([...path, key], message) }, [name]);
  return name;
}
