import type { CleanedUp } from '../selftest/clean-up.ts';
import type { ForeseenStep } from '../selftest/plan-step.ts';
import { notTriedSpans } from '../selftest/run-steps.ts';
import type { Progress, StepResult } from '../selftest/run-steps.ts';
import { painter } from '../report/paint.ts';
import { duration, printable } from '../report/printable.ts';
import type { Output } from './command.ts';
import type { Prepared } from './selftest-prepare.ts';

/** What will be done, for people, before they are asked. */
export function showSteps({ place, steps, leftOut }: Prepared, output: Output): void {
  const paint = painter(output.colour);
  const width = String(steps.length).length;
  const { vmids, storage, node } = place;
  const rows = steps.flatMap(({ step, commands }, index) => [
    `${String(index + 1).padStart(width)}  ${paint('bold', step.title)}`,
    ...commands.map(
      (command) => `${' '.repeat(width + 2)}${paint('dim', `${node}$`)} ${paint('cyan', printable(command))}`,
    ),
  ]);
  const made = Object.values(vmids);
  const summary = `Self-test: ${steps.length} steps on ${node}, with the guests ${made.join(', ')} on storage ${storage.id} (${storage.type}). Nothing of them is left afterwards.`;
  const left = leftOut.map((what) => `Left out: ${what}.`);
  output.write([...rows, '', ...left, paint('bold', summary)].map((line) => `${line}\n`).join(''));
}

/** What a first Ctrl-C brings. */
export function showInterruption(output: Output): void {
  output.write(
    'Interrupted: what runs is waited for, then all guests of the test are removed. Ctrl-C again leaves them.\n',
  );
}

/** For programs, which get the report. */
export const silent: Progress = { begins: () => undefined, ended: () => undefined };

/** A line for each step that was tried, when it has ended; a terminal shows the one that runs. */
export function showProgress(steps: readonly ForeseenStep[], output: Output): Progress {
  const paint = painter(output.colour);
  const row = (number: number, title: string): string =>
    `${String(number).padStart(String(steps.length).length)}  ${title}`;
  return {
    begins: (number, title) => {
      if (output.isTTY) output.write(`${row(number, title)} ...`);
    },
    ended: ({ number, title, outcome, seconds, differences }) => {
      if (output.isTTY) output.write('\r\u001b[K');
      if (outcome === 'not tried') return;
      const state =
        outcome === 'as expected'
          ? paint('green', outcome)
          : paint('red', `DIFFERS: ${differences.map(({ about }) => about).join(', ')}`);
      output.write(`${row(number, title)}  ${state}  ${paint('dim', duration(seconds))}\n`);
    },
  };
}

/** Which steps were not tried, and why. */
export function showNotTried(results: readonly StepResult[], output: Output): void {
  for (const { numbers, why } of notTriedSpans(results)) output.write(`${numbers}  not tried: ${why}\n`);
}

/** What is there still, with the commands that remove it; or that nothing is. */
export function showEnd({ left }: CleanedUp, host: string, output: Output): void {
  const paint = painter(output.colour);
  if (left.length === 0) {
    output.write('Nothing is left on the node.\n');
    return;
  }
  const rows = left.flatMap(({ what, remove }) =>
    remove === undefined
      ? [`  ${what}: it is none of this test, and was left alone`]
      : [
          `  ${what}; remove it with:`,
          `    pvefleet exec ${host} -- '${remove.replaceAll("'", String.raw`'\''`)}'`,
        ],
  );
  output.write(
    [paint('red', 'This may be left of the self-test:'), ...rows].map((line) => `${line}\n`).join(''),
  );
}
