import { randomBytes } from 'node:crypto';
import { ok } from '../diagnostic.ts';
import type { Exec } from './exec.ts';

/** An exec that has hosts run more than they are asked for. */
export interface ExecAlong {
  readonly exec: Exec;
  /** What the hosts printed to it, in full or not. */
  readonly said: ReadonlyMap<string, Buffer>;
}

/** Has each host run this text too, after the first that it is sent: in the same exec, and whoever sent that sees nothing of it. */
export function execAlong(exec: Exec, texts: ReadonlyMap<string, string>): ExecAlong {
  const said = new Map<string, Buffer>();
  const waiting = new Map(texts);
  return {
    said,
    exec: async (host, script, options) => {
      const text = waiting.get(host);
      if (text === undefined) return exec(host, script, options);
      waiting.delete(host);
      const mark = `pvefleet-along-${randomBytes(8).toString('hex')}\n`;
      const result = await exec(host, `${script}\nprintf '%s\\n' ${mark}${text}`, options);
      const at = result.ok ? result.value.stdout.indexOf(mark) : -1;
      if (!result.ok || at < 0) return result;
      said.set(host, result.value.stdout.subarray(at + mark.length));
      return ok({ ...result.value, stdout: result.value.stdout.subarray(0, at) }, result.warnings);
    },
  };
}
