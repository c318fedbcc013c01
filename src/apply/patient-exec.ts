import type { Result } from '../diagnostic.ts';
import type { Finished } from '../transports/transport.ts';
import type { Exec } from './exec.ts';
import { pause } from './pause.ts';

/** Seconds before each time that a node which has gone away in the middle of a run is tried again. */
const WAIT_SECONDS = [1, 2, 4, 8];

/** A node that comes and goes is waited for so often by one command. */
const TIMES = 3;

/**
 * An exec that waits for a node that was there when it was asked first, and can't be connected to now: nothing was sent, so
 * it can be sent again. All wait for one and the same try; a node that stays away is given up for the rest of the run.
 */
export function patientExec(exec: Exec, signal: AbortSignal): Exec {
  const waits = new Map<string, Promise<boolean>>();

  const isBack = async (host: string): Promise<boolean> => {
    for (const seconds of WAIT_SECONDS) {
      await pause(seconds, signal);
      if (signal.aborted) return false;
      if (!isOutOfReach(await exec(host, ':', { connectsAnew: true }))) {
        waits.delete(host);
        return true;
      }
    }
    return false;
  };

  return async (host, script, options) => {
    let result = await exec(host, script, options);
    // Whoever connects anew has a patience of its own.
    if (options?.connectsAnew === true) return result;
    for (let time = 0; time < TIMES && isOutOfReach(result); time++) {
      const wait = waits.get(host) ?? isBack(host);
      waits.set(host, wait);
      if (!(await wait)) return result;
      result = await exec(host, script, options);
    }
    return result;
  };
}

/** No connection could be made: nothing was sent. */
export function isOutOfReach(result: Result<Finished>): boolean {
  return !result.ok && result.diagnostics.some(({ trouble }) => trouble === 'unreachable');
}
