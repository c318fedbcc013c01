import { basename } from 'node:path';
import { judgeRecording, type Difference } from './judge.ts';
import { readRecording, type Recording } from './recording.ts';

/** What a replay exits with when steps differ, and when a file is no recording. */
const DIFFERENT = 2;
const UNREADABLE = 1;

/**
 * Replays recordings of real PVE on simulated nodes and writes every difference, a line for each recording, and last
 * "N passed, M failed", counted in steps. Resolves to the exit code: 0 if all passed, 2 if not, 1 for a file that is no recording.
 */
export async function replay(files: readonly string[], out: (line: string) => void): Promise<number> {
  let recordings: readonly (readonly [string, Recording])[];
  try {
    recordings = files.map((file) => [file, readRecording(file)]);
  } catch (error) {
    out(error instanceof Error ? error.message : String(error));
    return UNREADABLE;
  }
  let passed = 0;
  let failed = 0;
  for (const [file, recording] of recordings) {
    const differences = await judgeRecording(recording);
    for (const difference of differences) printDifference(basename(file), difference, out);
    passed += recording.steps.length - differences.length;
    failed += differences.length;
    out(
      `${basename(file)}: ${recording.steps.length - differences.length} of ${recording.steps.length} steps as recorded`,
    );
  }
  out(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : DIFFERENT;
}

function printDifference(
  file: string,
  { index, step, lines }: Difference,
  out: (line: string) => void,
): void {
  out(`${file} step ${index} on ${step.node}: ${step.argv.join(' ').replaceAll('\n', '\\n')}`);
  for (const line of lines) out(`    ${line}`);
}
