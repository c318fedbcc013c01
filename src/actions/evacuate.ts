import type { Diagnostic, Positions } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { Evacuation } from '../guest-acts/evacuation.ts';
import { planEvacuation } from '../guest-acts/evacuation.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { ActionContext, ActionResult } from './action.ts';
import { EVACUATED, FORETOLD, keepEvacuated, parseEvacuated } from './host/evacuated-file.ts';
import type { EvacuatedGuest } from './host/evacuated-file.ts';
import { performAll } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, integer, list, optional, plainText, preset } from './host/parameters.ts';
import { ownMacs } from './host/own-macs.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  to: optional(
    list('PVE names of the nodes that may take its guests; all others of the cluster unless said.'),
  ),
  leave: preset(
    list('VMIDs of guests that stay, and go down with the node; all: every one that HA does not move.'),
    [],
  ),
  stopped: preset(flag('Guests that do not run leave, too.'), false),
  restart: preset(
    flag('Containers that run may be moved by way of a restart, as they move in no other.'),
    false,
  ),
  'with-local-disks': preset(flag('Local disks of VMs that run may be copied.', ['with_local_disks']), false),
  'target-storage': optional(
    plainText('Where local disks go: STORAGE, or FROM:TO,FROM:TO; the same storage unless said.', [
      'target_storage',
    ]),
  ),
  ha: preset(
    choice(
      ['move', 'leave'],
      'leave: guests under HA are left to it, which moves them when the node is put into maintenance, and brings them back.',
    ),
    'move',
  ),
  overcommit: preset(flag('A node may be given more memory than it has.'), false),
  at_once: preset(integer('Guests that leave at the same time.'), 2),
  timeout: optional(integer('Seconds that the shutdown of a container may take.')),
};

type EvacuateValues = Values<typeof parameters>;

const table = {
  name: 'evacuate',
  parameters,
  notYet: [],
  check: ({ leave }: EvacuateValues) =>
    leave.flatMap((vmid) =>
      /^\d+$/u.test(vmid) || isAll(leave)
        ? []
        : [{ argument: 'leave', what: `"${vmid}" is no VMID; a number as in 103, or all, is wanted` }],
    ),
};

function isAll(leave: readonly string[]): boolean {
  return leave.length === 1 && leave[0] === 'all';
}

/** Moves the guests of a node to others while they run; which ones is kept on the node, for `return`. */
export const evacuate = tableAction({
  ...table,
  help: 'Moves the guests that run on the node to others, while they run; all of it is checked before the first one moves. The task `return` brings just those back.',
  changes: true,
  oneByOne: true,
  wholeCluster: true,
  run: (values, context, positions) => run(values, positions, context),
});

async function run(
  values: EvacuateValues,
  positions: Positions,
  context: ActionContext,
): Promise<ActionResult> {
  const { node } = context;
  const allowed = await context.mayChange();
  if (!allowed.ok) return failed(...allowed.diagnostics);
  const facts = await context.look([{ read: 'path', path: EVACUATED, content: true }], 'now');
  if (!facts.ok) return failed(...facts.diagnostics);
  const away = parseEvacuated(facts.value.path(EVACUATED).content);
  if (away === undefined)
    return failed(
      taskFailed(
        context,
        `Cannot evacuate ${node}: ${EVACUATED} is not what was written there; which guests are away is wanted`,
      ),
    );
  const how = howOf(values);
  const wish = {
    ...values,
    leave: isAll(values.leave) ? ('all' as const) : values.leave.map(Number),
    beside: context.beside,
    ownMacs: ownMacs(),
    how,
  };
  const plan = planEvacuation(await context.cluster(), node, wish, { positions, declaredBy: context.host });
  if (isUnknown(plan))
    return failed(taskFailed(context, `Cannot evacuate ${node}: ${plan.unknown}; its guests are wanted`));
  if (plan.refused.length > 0)
    return failed(...plan.refused.map((each) => ({ ...each, host: context.host })));
  const all = union(
    away,
    plan.moves.map(({ vmid }) => ({ vmid, how })),
  );
  const result = {
    moved: plan.moves,
    stays: plan.stays,
    stays_down: plan.staysDown,
    away: all.map(({ vmid }) => vmid),
  };
  if (plan.moves.length === 0) return { outcome: 'ok', message: words(plan, ''), result, diagnostics: [] };
  const kept = context.check ? ok({}) : await performAll(table.name, keepEvacuated(all), context);
  if (!kept.ok) return failed(...kept.diagnostics);
  const specs = plan.moves.map(({ vmid, to }) => ({ kind: 'migrate', args: { ...how, vmid, target: to } }));
  context.waitsFor(`${guests(plan.moves.length)} to be moved away`);
  const moved = await context.bringAbout(specs);
  const troubles = moved.ok ? moved.value.flatMap(({ diagnostics }) => diagnostics) : moved.diagnostics;
  if (troubles.some(isError)) return { ...failed(...troubles), result };
  return {
    outcome: 'changed',
    message: words(plan, context.check ? 'check mode: would move ' : ''),
    result,
    // The next tasks of a check know of what did not happen.
    ...(context.check && { facts: { [FORETOLD]: all } }),
    diagnostics: troubles,
  };
}

const isError = ({ severity }: Diagnostic): boolean => severity === 'error';

/** Arguments of each migration, and of the one that brings it back. */
function howOf(values: EvacuateValues): EvacuatedGuest['how'] {
  const { restart, at_once: atOnce, timeout } = values;
  const map = values['target-storage'];
  return {
    online: true,
    at_once: atOnce,
    ...(restart && { restart }),
    ...(values['with-local-disks'] && { 'with-local-disks': true }),
    ...(map !== undefined && { 'target-storage': map }),
    ...(timeout !== undefined && { timeout }),
  };
}

/** Those of an earlier run that was cut short are still away. */
function union(before: readonly EvacuatedGuest[], now: readonly EvacuatedGuest[]): readonly EvacuatedGuest[] {
  return [...before.filter(({ vmid }) => !now.some((each) => each.vmid === vmid)), ...now];
}

const guests = (count: number): string => (count === 1 ? '1 guest' : `${count} guests`);

function words({ moves, stays }: Pick<Evacuation, 'moves' | 'stays'>, would: string): string {
  const moved =
    moves.length === 0
      ? 'no guest to move'
      : `${would}${guests(moves.length)}: ${moves.map(({ vmid, to }) => `${vmid} to ${to}`).join(', ')}`;
  return stays.length === 0
    ? moved
    : `${moved}; ${stays.join(', ')} ${stays.length === 1 ? 'stays' : 'stay'}`;
}
