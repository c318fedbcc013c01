import type { UpgradeChecklist } from '../pve/upgrade-checklist.ts';
import { parseUpgradeChecklist } from '../pve/upgrade-checklist.ts';
import type { ActionContext, ActionResult } from './action.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, list, preset } from './host/parameters.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  full: preset(flag('Also what takes longer.'), true),
  warnings: preset(
    choice(['tell', 'fail'], 'Whether warnings are only told, or end it as failures do.'),
    'tell',
  ),
  accept: preset(list('Parts of the texts of failures and warnings that are known and accepted.'), []),
};

type ChecklistValues = Values<typeof parameters>;

const table = { name: 'pve8to9', parameters, notYet: [] };

const SECONDS = 600;

/** PVE's own checklist before and after an upgrade from 8 to 9, as a gate. */
export const pve8to9 = tableAction({
  ...table,
  help: "Runs PVE's checklist for the upgrade from 8 to 9: failures end it, warnings are told.",
  changes: false,
  run,
});

async function run(values: ChecklistValues, context: ActionContext): Promise<ActionResult> {
  const argv = ['pve8to9', ...(values.full ? ['--full'] : [])];
  const facts = await context.look([{ read: 'output', argv, timeoutSeconds: SECONDS }], 'now');
  if (!facts.ok) return failed(...facts.diagnostics);
  const { exit, text } = facts.value.output(argv);
  if (exit === 127)
    return {
      ...failed({
        ...taskFailed(
          context,
          'Cannot check for the upgrade: pve8to9 is not there; pve-manager 8.4 or newer is wanted',
        ),
        hint: 'Bring PVE 8 up to date first.',
      }),
    };
  const found = parseUpgradeChecklist(text);
  if (found === undefined) {
    const said = text.trim().split('\n').slice(-3).join('\n');
    const why = `pve8to9 did not come to its end (exit code ${exit}); it said: ${said}`;
    return failed(taskFailed(context, `Cannot check for the upgrade: ${why}`));
  }
  return judge(values, found, context);
}

function judge(
  { accept, warnings: asWarnings }: ChecklistValues,
  found: UpgradeChecklist,
  context: ActionContext,
): ActionResult {
  const isOpen = (text: string): boolean => !accept.some((part) => text.includes(part));
  const failures = found.failures.filter(isOpen);
  const warnings = found.warnings.filter(isOpen);
  const accepted = [...found.failures, ...found.warnings].filter((text) => !isOpen(text));
  const gates = asWarnings === 'fail' ? [...failures, ...warnings] : failures;
  const lines = [
    `${found.passed} passed, ${found.failures.length} failed, ${found.warnings.length === 1 ? '1 warning' : `${found.warnings.length} warnings`}${accepted.length === 0 ? '' : `, ${accepted.length} accepted`}`,
    ...(gates.length === 0 || asWarnings === 'tell' ? warnings.map((text) => `warning: ${text}`) : []),
  ];
  const result = { ...found, failures, warnings, accepted };
  const message = lines.join('\n');
  if (gates.length === 0) return { outcome: 'ok', message, result, diagnostics: [] };
  const diagnostics = gates.map((text) =>
    taskFailed(context, `Cannot go on to PVE 9 on ${context.node}: ${text}`),
  );
  return { outcome: 'failed', message, result, diagnostics };
}
