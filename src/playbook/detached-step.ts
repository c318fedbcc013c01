import type { Exec } from '../apply/exec.ts';
import { findAgain, lostConnection } from '../apply/find-again.ts';
import type { Begin } from '../apply/claim-script.ts';
import { LOST_MARK, NOT_BEGUN_MARK } from '../apply/claim-script.ts';
import { detachedCommandScript } from '../apply/step-script.ts';
import type { Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import type { Act } from '../plan/plan.ts';
import type { ExecOptions, Finished } from '../transports/transport.ts';
import { READ_ENVIRONMENT, before } from './turn-settings.ts';

/** Seconds beyond its own that the exec of a command may take. */
const GRACE_SECONDS = 60;

export interface DetachedStep {
  readonly host: string;
  readonly exec: Exec;
  /** A line before its input that READ_ENVIRONMENT reads. */
  readonly environment?: Buffer | undefined;
  readonly act: Act;
  /** What people read. */
  readonly command: string;
  readonly note: string;
  /** Its name on the node. */
  readonly unit: string;
  /** The node's boot id: what was begun before another boot is gone. */
  readonly boot: string | undefined;
  readonly seconds: number;
  /** It is waited for. */
  readonly isWaited: boolean;
  readonly options: Pick<ExecOptions, 'stdin' | 'onOutput'>;
  readonly leave: AbortSignal | undefined;
}

/** Runs a command as a unit of its node, begun once: when its connection is lost it goes on, and is found again. */
export async function runDetached(step: DetachedStep): Promise<Result<Finished>> {
  const { host, exec, environment, act, command, note, unit, boot, seconds, isWaited, options, leave } = step;
  const hasInput = options.stdin !== undefined;
  const stdin = environment === undefined ? options.stdin : before(environment, options.stdin);
  const how = { seconds, unit, ...(environment !== undefined && { readFirst: READ_ENVIRONMENT }) };
  const send = (begin: Begin | undefined, connectsAnew: boolean): Promise<Result<Finished>> => {
    const script = detachedCommandScript(act, note, { command, hasInput }, { ...how, begin });
    return exec(host, script, {
      ...(begin?.how !== 'attach' && stdin !== undefined && { stdin }),
      ...(options.onOutput !== undefined && { onOutput: options.onOutput }),
      timeoutSeconds: seconds + GRACE_SECONDS,
      ...(connectsAnew && { connectsAnew: true }),
    });
  };
  const first: Begin | undefined = isWaited ? { how: 'first' } : undefined;
  const sent = await send(first, false);
  const finished = lostConnection(sent)
    ? await findAgain(sent, {
        attach: () => send(isWaited ? { how: 'attach', boot } : undefined, true),
        begin: () => send(first, true),
        isNotBegun: (found) => says(found, NOT_BEGUN_MARK),
        leave,
      })
    : sent;
  return says(finished, LOST_MARK)
    ? fail({
        code: 'task/lost',
        severity: 'error',
        trouble: 'failed',
        message: `Cannot tell how ${command} ended: it is gone and left no exit code; it was killed, or the node was restarted`,
        host,
      })
    : finished;
}

const says = (finished: Result<Finished>, mark: string): boolean =>
  finished.ok && finished.value.exit !== 0 && finished.value.stderr.includes(mark);
