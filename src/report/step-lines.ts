import type { Event } from '../apply/event.ts';
import { cut, displayWidth } from '../text/columns.ts';
import { diagnosticLines } from './diagnostic-text.ts';
import type { Paint } from './paint.ts';
import { duration, indented, oneLine } from './printable.ts';

type Finished = Extract<Event, { type: 'step-finished' }>;

const indent = '    ';

/** Which command on which node, and what of it, in one line; the command is shortened to fit into `width` cells, digests left out. */
export function stepLine(
  step: { readonly node: string; readonly command: string },
  state: string,
  width: number,
): string {
  const head = `${indent}${step.node}: `;
  const command = shownCommand(step.command);
  const room = Math.max(20, width - displayWidth(head) - displayWidth(state) - 3);
  const shown = displayWidth(command) <= room ? `${command} …` : cut(command, room);
  return `${head}${shown} ${state}`;
}

/** In one line, without digests. */
export function shownCommand(command: string): string {
  return oneLine(withoutDigests(command));
}

/** Digests are long, and say nothing to a reader. */
export function withoutDigests(command: string): string {
  return command.replaceAll(/ --digest (?:<[^>]*>|[0-9a-f]{40}(?![0-9a-f]))/gu, '');
}

/** How a step ended; of a failed one also what the command said, and why it counts as failed; with `output` of each. */
export function finishedStepLines(
  step: Finished,
  { width, detail }: { readonly width: number; readonly detail: 'changes' | 'output' },
  paint: Paint,
): readonly string[] {
  const diagnostics = step.diagnostics
    .flatMap((diagnostic) => diagnosticLines(diagnostic, paint))
    .map((line) => indent + line);
  if (step.outcome === 'not-run') return [paint('dim', stepLine(step, 'not run', width)), ...diagnostics];
  if (step.outcome === 'done')
    return [
      stepLine(step, `done in ${duration(step.seconds)}`, width),
      ...(detail === 'output' ? [step.stdout, step.stderr] : []).flatMap((text) =>
        indented(text, `${indent}    `),
      ),
      ...diagnostics,
    ];
  const exit = step.exit === null ? '' : ` (exit ${step.exit})`;
  const how = step.inDoubt === true ? 'lost; how it ended is not known, after' : 'failed after';
  return [
    paint('red', stepLine(step, `${how} ${duration(step.seconds)}${exit}`, width)),
    ...indented(step.stderr.trim() === '' ? step.stdout : step.stderr, `${indent}    `),
    ...diagnostics,
  ];
}
