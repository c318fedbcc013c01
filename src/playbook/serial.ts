import type { Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import type { Variables } from '../template/render.ts';
import { renderValue } from '../template/render.ts';
import type { Play } from './playbook.ts';
import { kindOfValue } from './reading.ts';

/** A number of hosts, or a percentage of them. */
export const isBatchSize = (value: unknown): boolean => /^(?:\d+|\d+(?:\.\d+)?%)$/u.test(textOf(value));

/** Why a value is none, as a message. */
export function noBatchSize(value: unknown): string {
  const text = textOf(value);
  const what = text === '' ? kindOfValue(value) : `"${text}"`;
  return `Cannot read "serial": it is ${what}; a number of hosts or a percentage is wanted, as in serial: [1, 25%]`;
}

/**
 * How many hosts of a play at a time, as "1" or "25%"; empty: all at once, which 0 stands for too. It is rendered before there
 * are hosts, with the variables of the play and of -e.
 */
export function batchSizesOf(
  { serial, vars, fileVars }: Play,
  extraVars: Variables,
): Result<readonly string[]> {
  const sizes: string[] = [];
  for (const { value, positions } of serial) {
    const rendered = renderValue(value, positions, { ...vars, ...fileVars, ...extraVars });
    if (!rendered.ok) return rendered;
    const all: readonly unknown[] = Array.isArray(rendered.value) ? rendered.value : [rendered.value];
    const wrong = all.find((one) => !isBatchSize(one));
    if (wrong !== undefined) {
      const at = positionAt(positions, []);
      return fail({
        code: 'playbook/invalid',
        severity: 'error',
        trouble: 'invalid',
        message: noBatchSize(wrong),
        ...(at && { at }),
      });
    }
    sizes.push(...all.map(textOf));
  }
  const everyHost = sizes.findIndex((size) => Number.parseFloat(size) === 0);
  return ok(everyHost < 0 ? sizes : everyHost === 0 ? [] : [...sizes.slice(0, everyHost), '100%']);
}

const textOf = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : '';
