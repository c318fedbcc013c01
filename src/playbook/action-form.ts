import type { Mapping, Reading } from './reading.ts';
import { isMapping, kindOfValue } from './reading.ts';

/** Older ways to write a module: `action: copy src=a dest=b`, or a mapping with `module`. */
const FORMS = ['action', 'local_action'];

export interface ActionForm {
  readonly key: string;
  /** The module, as it is written. */
  readonly word: string;
  /** The task, with nothing but the module's arguments under the key. */
  readonly task: Mapping;
}

/** A task's "action" or "local_action" taken apart; undefined when it has none. */
export function readActionForm(
  reading: Reading,
  task: Mapping,
  path: readonly (string | number)[],
): ActionForm | undefined {
  const key = FORMS.find((form) => task[form] !== undefined);
  if (key === undefined) return undefined;
  const value = task[key];
  const { module: named, ...args } = isMapping(value) ? value : { module: undefined };
  const text = /^(?<word>\S+)\s*(?<rest>.*)$/su.exec(typeof value === 'string' ? value.trim() : '')?.groups;
  const word = text?.['word'] ?? (typeof named === 'string' ? named.trim() : '');
  if (word === '') {
    const what = isMapping(value) ? 'it names no module' : `it is ${kindOfValue(value)}`;
    reading.wrong([...path, key], `Cannot read "${key}": ${what}; a module and its arguments are wanted`);
  }
  return { key, word, task: { ...task, [key]: text === undefined ? args : text['rest'] || null } };
}
