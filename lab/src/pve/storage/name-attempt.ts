import { Failure } from '../failure.ts';
import type { VolumeName } from './volume-name.ts';

/** A parsed name, or undefined where PVE's parser refuses it. */
export function attemptName(parse: () => VolumeName): VolumeName | undefined {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof Failure) return undefined;
    throw thrown;
  }
}
