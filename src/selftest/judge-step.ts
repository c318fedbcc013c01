import type { DiffLine } from '../fanout/line-diff.ts';
import { compareLines, compareSets } from './patterns.ts';
import type { ForeseenStep } from './plan-step.ts';
import type { Tried } from './try-step.ts';

/** One thing that was not as expected. */
export interface Difference {
  /** What was compared: "standard output", "config of 9990". */
  readonly about: string;
  /** "-" expected and not found, "+" found and not expected. */
  readonly lines: readonly DiffLine[];
}

/** All in which a step was not as expected; none: it was. */
export function judgeStep({ step, commands }: ForeseenStep, tried: Tried): readonly Difference[] {
  const { says = [], complains = [], changes = {}, tasks = [], running = [], fails } = step.expects;
  const vmids = [...new Set([...Object.keys(changes).map(Number), ...tried.changes.keys()])].toSorted(
    (a, b) => a - b,
  );
  const found: readonly (readonly [string, readonly DiffLine[] | undefined])[] = [
    ['what is planned', comparePlans(commands, tried.planned)],
    ['the exit code', compareExits(fails === true, tried)],
    [
      'standard output',
      compareLines(
        says,
        tried.ran.flatMap(({ stdout }) => stdout),
      ),
    ],
    [
      'standard error',
      compareLines(
        complains,
        tried.ran.flatMap(({ stderr }) => stderr),
      ),
    ],
    ...vmids.map(
      (vmid) =>
        [`the config of ${vmid}`, compareSets(changes[vmid] ?? [], tried.changes.get(vmid) ?? [])] as const,
    ),
    ['the tasks', compareSets(tasks, tried.tasks)],
    ['which guests run', compareSets(running.map(String), tried.running)],
    ['what pvefleet says of it', onlyFound(tried.diagnostics.map(({ message }) => message))],
    ['what is left to do afterwards', onlyFound(tried.left)],
  ];
  return found.flatMap(([about, lines]) => (lines === undefined ? [] : [{ about, lines }]));
}

/** What was predicted holds no volume and no MAC address that nobody could know. */
function comparePlans(
  foreseen: readonly string[],
  planned: readonly string[],
): readonly DiffLine[] | undefined {
  return compareLines(foreseen, planned.map(withoutMac));
}

function withoutMac(command: string): string {
  return command.replaceAll(/=[0-9A-F]{2}(?::[0-9A-F]{2}){5}(?=,|$)/gu, '');
}

function compareExits(fails: boolean, { ran }: Tried): readonly DiffLine[] | undefined {
  const wrong = ran.filter(({ exit }) => (exit !== 0) !== fails);
  if (wrong.length === 0) return undefined;
  return wrong.flatMap(({ command, exit }) => [
    { sign: '-', text: `${fails ? 'not 0' : '0'}: ${command}` } as const,
    { sign: '+', text: `${exit ?? 'none'}: ${command}` } as const,
  ]);
}

function onlyFound(lines: readonly string[]): readonly DiffLine[] | undefined {
  return lines.length === 0 ? undefined : lines.map((text) => ({ sign: '+', text }));
}
