import { describe, expect, test } from 'vitest';
import type { Argument, PveCall } from '../../src/pve/call.ts';
import { checkCall } from '../../src/pve/check-call.ts';
import { loadArea } from '../../src/pve/load-area.ts';
import { renderCall } from '../../src/pve/render-call.ts';
import { argvToCall } from './argv-to-call.ts';
import { recordedSteps, sampledSteps, type RecordedStep } from './recorded-steps.ts';

const describeStep = (step: RecordedStep): string => `${step.from}: ${step.argv.join(' ')}`;

async function isValid(call: PveCall): Promise<boolean> {
  return checkCall(call, await loadArea(call.path)).length === 0;
}

/** Steps with the call that each makes, without those that are no call of the API. */
function calls(steps: readonly RecordedStep[]): readonly { step: RecordedStep; call: PveCall }[] {
  return steps.flatMap((step) => {
    const call = argvToCall(step.argv, step.node);
    return call === undefined ? [] : [{ step, call }];
  });
}

async function filterAsync<T>(list: readonly T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(list.map(keep));
  return list.filter((_, index) => kept[index]);
}

describe.each([
  ['the sample', sampledSteps()],
  ['all recordings, when they are at hand', recordedSteps()],
])('%s', (_, steps) => {
  const taken = calls(steps.filter((step) => !step.refused));

  test('every call that PVE took is valid', async () => {
    const wrong = await filterAsync(taken, async ({ call }) => !(await isValid(call)));
    expect(wrong.map(({ step, call }) => ({ step: describeStep(step), call }))).toEqual([]);
  });

  test('every call that PVE refused for its parameters is refused here', async () => {
    const passed = await filterAsync(calls(steps.filter((step) => step.refused)), async ({ call }) =>
      isValid(call),
    );
    expect(passed.map(({ step }) => describeStep(step))).toEqual([]);
  });

  test('a recorded call is rendered as the command it came from', () => {
    for (const { step, call } of taken) {
      const node = /^\/nodes\/(?<node>[^/]+)/u.exec(call.path)?.groups?.['node'] ?? step.node;
      const again = argvToCall(renderCall(call).map(asText), node);
      expect({ step, call: again }).toEqual({ step, call });
    }
  });
});

test('every command line of the sample that PVE took is a call', () => {
  const others = sampledSteps().filter(
    (step) => !step.refused && argvToCall(step.argv, step.node) === undefined,
  );
  expect(others).toEqual([]);
});

function asText(argument: Argument): string {
  if (typeof argument !== 'string') throw new TypeError('a recorded call has neither secrets nor digests');
  return argument;
}
