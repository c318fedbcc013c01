import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Brakes } from '../plan/brakes.ts';
import { parseSerial } from '../plan/serial.ts';
import type { brakeFlags, FlagValues } from './flags.ts';
import { usageError } from './parse-flags.ts';

/** The brakes that flags, environment and config files put on. */
export function readBrakes(flags: FlagValues<typeof brakeFlags>, command: string): Result<Brakes> {
  const { 'max-changes': maxChanges, 'max-destroys': maxDestroys, serial: given } = flags;
  const { 'max-fail-percentage': maxFailPercentage, pause } = flags;
  const serial = given === undefined ? undefined : parseSerial(given);
  const problems = [
    ...(given !== undefined && serial === undefined
      ? [`--serial is "${given}"; numbers and percentages of nodes are wanted, as in "1,10%,100%"`]
      : []),
    ...(maxFailPercentage !== undefined && maxFailPercentage > 100
      ? [`--max-fail-percentage is "${maxFailPercentage}"; 0 to 100 is wanted`]
      : []),
  ];
  if (problems.length > 0)
    return fail(
      ...problems.map((problem) => usageError('cli/flag', `Cannot run ${command}: ${problem}`, command)),
    );
  return ok({
    ...(maxChanges !== undefined && { maxChanges }),
    maxRestarts: flags['max-restarts'],
    ...(maxDestroys !== undefined && { maxDestroys }),
    ...(serial !== undefined && { serial }),
    pauseSeconds: pause,
    ...(maxFailPercentage !== undefined && { maxFailPercentage }),
  });
}
