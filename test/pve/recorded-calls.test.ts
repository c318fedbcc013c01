import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Argument } from '../../src/pve/call.ts';
import { checkCall } from '../../src/pve/check-call.ts';
import { renderCall } from '../../src/pve/render-call.ts';
import { argvToCall } from './argv-to-call.ts';

interface Recorded {
  readonly from: string;
  readonly node: string;
  readonly argv: readonly string[];
  /** "400 Parameter verification failed" or "400 unable to parse option". */
  readonly refused: boolean;
}

/** Command lines that the real qm and pct of PVE 9.2 took, or refused for their parameters. */
const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(new URL('samples/recorded-calls.json', import.meta.url), 'utf8'),
);

const describeStep = (step: Recorded): string => `${step.from}: ${step.argv.join(' ')}`;

test('every call that PVE took is valid', () => {
  const wrong = recorded
    .filter((step) => !step.refused)
    .map((step) => ({ step: describeStep(step), call: argvToCall(step.argv, step.node) }))
    .filter(({ call }) => call === undefined || checkCall(call).length > 0);
  expect(wrong).toEqual([]);
});

test('every call that PVE refused for its parameters is refused here', () => {
  const passed = recorded
    .filter((step) => step.refused)
    .map((step) => ({ step: describeStep(step), call: argvToCall(step.argv, step.node) }))
    .filter(({ call }) => call !== undefined && checkCall(call).length === 0);
  expect(passed).toEqual([]);
});

test('a recorded call is rendered as the command it came from', () => {
  for (const step of recorded.filter((row) => !row.refused)) {
    const call = argvToCall(step.argv, step.node);
    if (call === undefined) throw new Error(describeStep(step));
    const again = argvToCall(renderCall(call).map(asText), step.node);
    expect({ step, call: again }).toEqual({ step, call });
  }
});

function asText(argument: Argument): string {
  if (typeof argument !== 'string') throw new TypeError('a recorded call has neither secrets nor digests');
  return argument;
}
