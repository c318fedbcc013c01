import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { checkInventory } from '../inventory/check-inventory.ts';
import { namesHost } from '../snapshot/assemble.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import type { InventoryContext as InventoryCommand } from './inventory.ts';
import { openInventory } from './open-inventory.ts';
import { printDiagnostics } from './print-diagnostics.ts';

/** Holds the whole inventory against its own rules, and against what the nodes say of their clusters. */
export async function checkInventoryAndFleet(context: InventoryCommand): Promise<number> {
  const { stdout, stderr } = context;
  const checked = await check({ ...context, askHidden: askingOnce(context) });
  if (!checked.ok) {
    printDiagnostics(checked.diagnostics, stderr);
    return exitCodeFor(checked.diagnostics);
  }
  const { findings, silent, about } = checked.value;
  if (context.flags.json) stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else {
    printDiagnostics(findings, stdout);
    stdout.write(
      `${about}: ${findings.length === 0 ? 'nothing found' : counted(findings.length, 'finding')}\n`,
    );
  }
  printDiagnostics(silent, stderr);
  return exitCodeFor(silent) || (findings.length > 0 ? exitCode.pending : exitCode.done);
}

/** The inventory is read twice, for the rules and for the survey; a password is asked for once. */
function askingOnce(context: InventoryCommand): InventoryCommand['askHidden'] {
  const answers = new Map<string, Promise<string | undefined>>();
  return (question) => {
    const answer = answers.get(question) ?? context.askHidden(question);
    answers.set(question, answer);
    return answer;
  };
}

interface Checked {
  readonly findings: readonly Diagnostic[];
  /** Hosts that gave no answer: what is wrong with them is not the inventory's. */
  readonly silent: readonly Diagnostic[];
  readonly about: string;
}

async function check(context: InventoryCommand): Promise<Result<Checked>> {
  const { limit, exclude, from } = context.flags;
  if (limit !== undefined || exclude.length > 0) {
    const message =
      'Cannot check a part of an inventory: what is missing in it may be what was left out; no --limit and no --exclude are wanted';
    return fail({ code: 'cli/flag', severity: 'error', trouble: 'invalid', message });
  }
  const opened = await openInventory(context);
  if (!opened.ok) return opened;
  const { inventory } = opened.value;
  const survey =
    from === undefined
      ? await (await import('./read-survey.ts')).surveyFleet(context)
      : await (await import('../snapshot/saved-survey.ts')).loadSurvey(from);
  if (!survey.ok) return survey;
  const { unreachable, clusters } = survey.value;
  const doubles = unreachable.filter(({ trouble }) => trouble === 'invalid');
  const hosts = inventory.nodes.map(({ name }) => name);
  return ok({
    findings: [...checkInventory(inventory), ...doubles, ...missingMembers(survey.value, hosts)],
    silent: unreachable.filter(({ trouble }) => trouble !== 'invalid'),
    about: `${counted(hosts.length, 'host')}, ${counted(clusters.length, 'cluster')}`,
  });
}

/** Members of clusters that no host of the inventory is. */
function missingMembers({ clusters }: Survey, hosts: readonly string[]): readonly Diagnostic[] {
  return clusters.flatMap(({ cluster, nodes }) =>
    Object.entries(nodes).flatMap(([node, state]) => {
      if (!isUnknown(state) || hosts.some((host) => namesHost(state, host))) return [];
      const finding: Diagnostic = {
        code: 'inventory/missing-member',
        severity: 'warning',
        trouble: 'invalid',
        message: `Cannot manage ${node} of cluster ${cluster}: it is a member, but ${state.unknown}`,
      };
      return [finding];
    }),
  );
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
