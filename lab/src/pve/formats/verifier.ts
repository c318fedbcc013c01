import { die } from '../failure.ts';

/** Checks a text and throws Failure with PVE's words if it is wrong. */
export type Verifier = (value: string) => void;

/** A verifier for what matches a pattern. */
export function matching(pattern: RegExp, message: (value: string) => string): Verifier {
  return (value) => {
    if (!pattern.test(value)) die(message(value));
  };
}
