import type { Diagnostic, Trouble } from '../diagnostic.ts';

/** What `pvefleet` exits with. */
export const exitCode = {
  /** Done, or nothing to do. */
  done: 0,
  /** Wrong usage or input, or a bug of ours. */
  invalid: 1,
  /** Changes are pending (asked with --detailed-exitcode), or something was found. */
  pending: 2,
  /** Some hosts failed. */
  failed: 3,
  /** Some hosts gave no answer. */
  unreachable: 4,
  /** The plan is stale, or somebody holds a lock. */
  stale: 5,
  /** Refused by a rule of ours. */
  refused: 6,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
} as const satisfies Readonly<Record<Trouble, number>> & Readonly<Record<string, number>>;

const gravest: readonly Trouble[] = ['invalid', 'failed', 'refused', 'stale', 'unreachable'];

/** The exit code that a run's diagnostics call for, the gravest trouble first; warnings call for none. */
export function exitCodeFor(diagnostics: readonly Diagnostic[]): number {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const trouble = gravest.find((kind) => errors.some((error) => error.trouble === kind));
  return trouble === undefined ? exitCode.done : exitCode[trouble];
}
