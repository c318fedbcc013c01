import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Brakes, Ceilings } from '../plan/brakes.ts';
import { parseSerial } from '../plan/serial.ts';
import type { brakeFlags, ceilingFlags, FlagValues } from './flags.ts';
import { usageError } from './parse-flags.ts';

export function readCeilings(flags: FlagValues<typeof ceilingFlags>): Ceilings {
  const { 'max-changes': maxChanges, 'max-destroys': maxDestroys } = flags;
  return {
    ...(maxChanges !== undefined && { maxChanges }),
    maxRestarts: flags['max-restarts'],
    ...(maxDestroys !== undefined && { maxDestroys }),
  };
}

/** The brakes that flags, environment and config files put on. */
export function readBrakes(flags: FlagValues<typeof brakeFlags>, command: string): Result<Brakes> {
  const { serial: given, pause, 'max-fail-percentage': maxFailPercentage } = flags;
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
    ...readCeilings(flags),
    ...(serial !== undefined && { serial }),
    pauseSeconds: pause,
    ...(maxFailPercentage !== undefined && { maxFailPercentage }),
  });
}
