import { formatAddress } from '../address.ts';
import type { Waiting } from '../plan/waiting.ts';
import { actArgv } from '../apply/step-script.ts';
import type { Brakes } from '../plan/brakes.ts';
import { describeBrakes } from '../plan/brakes.ts';
import type { Change, Plan, Step } from '../plan/plan.ts';
import { showCommand } from '../pve/render-call.ts';
import { differenceLines } from './difference-text.ts';
import type { Paint } from './paint.ts';
import { painter } from './paint.ts';
import { summaryLine } from './plan-summary.ts';
import { printable } from './printable.ts';

export interface PlanTextOptions {
  readonly colour: boolean;
  /** Of the terminal, in cells; commands are not cut to it, they are there to be copied. */
  readonly width: number;
}

const sign = { create: '+', update: '~', delete: '-' } as const;
const signStyle = { create: 'green', update: 'yellow', delete: 'red' } as const;

/**
 * Plans as a diff with the commands that remove it, what waits for a restart and is left so, the brakes, and the summary;
 * `declared` resources were compared.
 */
export function planText(
  plans: readonly Plan[],
  options: PlanTextOptions & {
    readonly declared: number;
    readonly brakes: Brakes;
    readonly waiting: readonly Waiting[];
  },
): string {
  const paint = painter(options.colour);
  const changes = [changesText(plans, options), waitingText(options.waiting, options)]
    .filter((text) => text !== '')
    .join('\n');
  const summary = paint('bold', summaryLine(plans, options.declared));
  if (changes === '') return `${summary}\n`;
  if (plans.length === 0) return `${changes}\n${summary}\n`;
  return `${changes}\n${paint('dim', `Brakes: ${describeBrakes(options.brakes)}.`)}\n${summary}\n`;
}

/** The same without the summary: changes with an empty line between them, "" when there are none. */
export function changesText(plans: readonly Plan[], { colour, width }: PlanTextOptions): string {
  const paint = painter(colour);
  const blocks = plans
    .flatMap((plan) => plan.changes)
    .map((change) =>
      changeLines(change, width, paint)
        .map((line) => `${line}\n`)
        .join(''),
    );
  return blocks.join('\n');
}

/** What is pending beside the changes: no part of the plan, and a restart brings it. */
function waitingText(waiting: readonly Waiting[], { colour, width }: PlanTextOptions): string {
  if (waiting.length === 0) return '';
  const paint = painter(colour);
  const lines = waiting.flatMap(({ address, node, differences }) => [
    `  ${paint('bold', formatAddress(address))}  on ${node}`,
    ...differences.flatMap((each) => differenceLines({ ...each, effect: 'now' }, width, paint)),
  ]);
  return ['Pending, left as it is (what runs → what will be after a restart):', ...lines]
    .map((line) => `${line}\n`)
    .join('');
}

function changeLines(change: Change, width: number, paint: Paint): readonly string[] {
  return [
    headerLine(change, paint),
    ...change.differences.flatMap((difference) => differenceLines(difference, width, paint)),
    ...change.risks.map((risk) => paint('red', `    ! ${printable(risk)}`)),
    ...change.steps.map(
      (step, index) =>
        `    ${paint('dim', `${step.node}$`)} ${commandText(step, index === 0 ? change.digests : {}, paint)}`,
    ),
  ];
}

/** The command as it can be copied; the digest of a file is known until the first step changes it. */
function commandText(step: Step, digests: Change['digests'], paint: Paint): string {
  const argv = actArgv(step.act).map((argument) => {
    return typeof argument === 'object' && 'digest' in argument
      ? (digests[argument.digest] ?? argument)
      : argument;
  });
  const [command = '', ...digest] = printable(showCommand(argv)).split(/(?= --digest )/u);
  return paint('cyan', command) + paint('dim', digest.join(''));
}

function headerLine({ action, address, title, node, declaredAt }: Change, paint: Paint): string {
  const name = title === address.name ? '' : `${printable(title)} `;
  const place =
    declaredAt === undefined ? '' : `  ${paint('dim', `(${declaredAt.file}:${declaredAt.line})`)}`;
  return `${paint(signStyle[action], sign[action])} ${paint('bold', formatAddress(address))}  ${name}on ${node}${place}`;
}
