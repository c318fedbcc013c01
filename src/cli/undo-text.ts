import { actArgv } from '../apply/step-script.ts';
import type { Act, Step } from '../plan/plan.ts';
import { showCommand } from '../pve/render-call.ts';
import { printable } from '../report/printable.ts';
import { withoutDigests } from '../report/step-lines.ts';
import type { AppliedRun } from '../rollback/applied-run.ts';

/** The steps that a run has begun, from the last to the first, each with the commands that undo it, or why it can't be undone. */
export function undoText({ changes }: Pick<AppliedRun, 'changes'>): string {
  const steps = changes.flatMap(({ begun }) => begun).toReversed();
  if (steps.length === 0) return 'Nothing is to be undone: the run changed nothing by a plan.\n';
  return printable(steps.map(stepText).join(''));
}

function stepText({ node, act, undo }: Step): string {
  const commandOf = (each: Act): string =>
    `${nodeOf(each) ?? node}$ ${withoutDigests(showCommand(actArgv(each))).replaceAll('\n', ' ')}`;
  const how =
    'impossible' in undo ? [`can't be undone: ${undo.impossible}`] : undo.map((each) => commandOf(each));
  return [`# ${commandOf(act)}`, ...how.map((line) => `    ${line}`), ''].join('\n');
}

/** PVE's command for a guest runs on the node that has it: after a migration another one. */
function nodeOf(act: Act): string | undefined {
  return act.run === 'call' ? /^\/nodes\/(?<node>[^/]+)\//u.exec(act.call.path)?.groups?.['node'] : undefined;
}
