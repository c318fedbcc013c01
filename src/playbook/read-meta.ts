import type { Written } from './playbook.ts';
import type { Reading } from './reading.ts';
import { kindOfValue, refuseKeyword } from './reading.ts';

/** What "meta" can do. */
export const META_WORDS = [
  'clear_facts',
  'clear_host_errors',
  'end_batch',
  'end_host',
  'end_play',
  'flush_handlers',
  'noop',
] as const;

export type MetaWord = (typeof META_WORDS)[number];

/** Checks the word of a "meta" task. */
export function readMeta(reading: Reading, { value }: Written, path: readonly (string | number)[]): void {
  if (typeof value !== 'string')
    reading.wrong(
      path,
      `Cannot read "meta": it is ${kindOfValue(value)}; a word is wanted, as in meta: flush_handlers`,
    );
  else if (!META_WORDS.some((word) => word === value))
    refuseKeyword(reading, [...path, value], '"meta"', META_WORDS, [
      'end_role',
      'refresh_inventory',
      'reset_connection',
    ]);
}
