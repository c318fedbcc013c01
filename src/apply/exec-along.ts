import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { ok } from '../diagnostic.ts';
import type { Exec } from './exec.ts';

/** An exec that has hosts run more than they are asked for. */
export interface ExecAlong {
  readonly exec: Exec;
  /** What the hosts printed to it, in full or not. */
  readonly said: ReadonlyMap<string, Buffer>;
}

/**
 * Has each host run a text too, after the first that it is sent: in the same exec, and whoever sent that sees nothing of
 * it. The texts are made one after the other, so that the first hosts are at work while those of the others are made.
 */
export function execAlong(exec: Exec, textFor: (host: string) => string | undefined): ExecAlong {
  const said = new Map<string, Buffer>();
  const begun = new Set<string>();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    said,
    exec: async (host, script, options) => {
      if (begun.has(host)) return exec(host, script, options);
      begun.add(host);
      turn = turn.then(() => setImmediate());
      await turn;
      const text = textFor(host);
      if (text === undefined) return exec(host, script, options);
      const mark = `pvefleet-along-${randomBytes(8).toString('hex')}\n`;
      const result = await exec(host, `${script}\nprintf '%s\\n' ${mark}${text}`, options);
      const at = result.ok ? result.value.stdout.indexOf(mark) : -1;
      if (!result.ok || at < 0) return result;
      said.set(host, result.value.stdout.subarray(at + mark.length));
      return ok({ ...result.value, stdout: result.value.stdout.subarray(0, at) }, result.warnings);
    },
  };
}
