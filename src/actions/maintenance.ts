import type { Diagnostic } from '../diagnostic.ts';
import type { ManagerStatus } from '../pve/cluster-state.ts';
import { activeOn, awayFrom, isAsked, isInMaintenance, managerStatus } from '../pve/ha-maintenance.ts';
import type { ActionContext, ActionResult } from './action.ts';
import { endOf } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, integer, preset } from './host/parameters.ts';
import { poll } from './host/poll.ts';
import { lookAgain } from './host/look-again.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  state: preset(
    choice(['enabled', 'disabled'], 'Whether HA keeps its guests away from the node.'),
    'enabled',
  ),
  timeout: preset(integer('Seconds that HA may take to move its guests away, or back.'), 1800),
};

type MaintenanceValues = Values<typeof parameters>;

const table = { name: 'maintenance', parameters, notYet: [] };

const COROSYNC = '/etc/pve/corosync.conf';
const STATUS = '/etc/pve/ha/manager_status';

/** HA's manager looks every ten seconds; one that has not taken a wish up after so many seconds does not run. */
const TAKEN_UP_SECONDS = 120;
const SLEEP_SECONDS = 1;

/** A node's maintenance mode of HA: HA moves its guests away, and brings them back afterwards. */
export const maintenance = tableAction({
  ...table,
  help: 'Puts the node into the maintenance mode of HA, or takes it out of it, and waits until HA has moved its guests away, or back.',
  changes: true,
  run,
});

async function run(values: MaintenanceValues, context: ActionContext): Promise<ActionResult> {
  const { node } = context;
  const isOn = values.state === 'enabled';
  const allowed = await context.mayChange();
  if (!allowed.ok) return failed(...allowed.diagnostics);
  const facts = await context.look(reads, 'now');
  if (!facts.ok) return failed(...facts.diagnostics);
  if (facts.value.path(COROSYNC).followed === undefined)
    return {
      outcome: 'ok',
      message: 'a node of its own: HA has nowhere to move its guests to',
      result: { maintenance: false, was: false },
      diagnostics: [],
    };
  const before = managerStatus(facts.value.path(STATUS).content?.toString());
  const isThere = isOn ? isInMaintenance(before, node) : !isInMaintenance(before, node);
  const result = { maintenance: isOn, was: isInMaintenance(before, node) };
  if (context.check)
    return isThere
      ? { outcome: 'ok', result, diagnostics: [] }
      : { outcome: 'changed', message: wouldDo(isOn, before, node), result, diagnostics: [] };
  if (!isThere) {
    const word = isOn ? 'enable' : 'disable';
    const asked = await context.perform({
      run: 'exec',
      argv: ['ha-manager', 'crm-command', 'node-maintenance', word, node],
    });
    if (!asked.ok) return failed(...asked.diagnostics);
    if (asked.value.exit !== 0)
      return failed(taskFailed(context, `Cannot ${wordsOfAct(isOn, node)}: ${endOf(asked.value)}`));
  }
  const moved = isOn ? activeOn(before, node) : awayFrom(before, node);
  const trouble = await untilReached(values, context);
  if (trouble !== undefined) return { ...failed(trouble), result };
  return {
    outcome: isThere ? 'ok' : 'changed',
    ...(moved.length > 0 && { message: `HA has moved ${moved.join(', ')} ${isOn ? 'away' : 'back'}` }),
    result: { ...result, moved },
    diagnostics: [],
  };
}

const reads = [
  { read: 'path', path: COROSYNC },
  { read: 'path', path: STATUS, content: true },
] as const;

const wordsOfAct = (isOn: boolean, node: string): string =>
  isOn ? `put ${node} into maintenance` : `take ${node} out of maintenance`;

function wouldDo(isOn: boolean, status: ManagerStatus, node: string): string {
  const moves = isOn ? activeOn(status, node) : awayFrom(status, node);
  const also = moves.length === 0 ? '' : `; HA would move ${moves.join(', ')} ${isOn ? 'away' : 'back'}`;
  return `check mode: would ${wordsOfAct(isOn, node)}${also}`;
}

/** What is still missing when the time is over; undefined when it is as wanted. */
async function untilReached(
  { state, timeout }: MaintenanceValues,
  context: ActionContext,
): Promise<Diagnostic | undefined> {
  const { node } = context;
  const isOn = state === 'enabled';
  let last = 'the node has not said';
  let isTakenUp = false;
  const begun = performance.now();
  const lookNow = lookAgain(table.name, reads, context);
  const look = async (): Promise<string | undefined> => {
    const facts = await lookNow();
    if (!facts.ok) return undefined;
    const status = managerStatus(facts.value.path(STATUS).content?.toString());
    isTakenUp ||= isInMaintenance(status, node) === isOn;
    last = missing(isOn, status, node);
    if (last === '') return '';
    const isSilent = !isTakenUp && performance.now() - begun > TAKEN_UP_SECONDS * 1000;
    return isSilent ? last : undefined;
  };
  const { value, elapsed } = await poll(
    look,
    { delay: 0, sleep: SLEEP_SECONDS, timeout },
    () => last,
    context,
  );
  if (value === '') return undefined;
  const why = context.signal.aborted ? 'the run was interrupted' : `${last} after ${elapsed} s`;
  return {
    ...taskFailed(context, `Cannot ${wordsOfAct(isOn, node)}: ${why}`),
    hint: isTakenUp
      ? 'See what hinders HA: ha-manager status'
      : `HA's manager does not answer: systemctl status pve-ha-crm pve-ha-lrm`,
  };
}

/** "": it is as wanted. */
function missing(isOn: boolean, status: ManagerStatus, node: string): string {
  const left = isOn ? activeOn(status, node) : awayFrom(status, node);
  const is = status.nodes[node];
  if (isOn && is !== 'maintenance')
    return isAsked(status, node)
      ? `HA has taken it up, and ${node} is not in maintenance yet`
      : "HA's manager has not taken it up";
  if (!isOn && isInMaintenance(status, node)) return `HA still has ${node} in maintenance`;
  if (left.length === 0) return '';
  return isOn ? `HA still has ${left.join(', ')} there` : `HA has not brought ${left.join(', ')} back`;
}
