import type { ActionContext, ActionResult } from './action.ts';
import { gateReads, gateTroubles } from './host/gate-checks.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, integer, list, optional, preset } from './host/parameters.ts';
import { poll } from './host/poll.ts';
import { lookAgain } from './host/look-again.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  quorum: preset(flag('Its cluster has quorum, seen from the node.'), true),
  members: preset(flag('Every member of the cluster is online.'), false),
  ignore_members: preset(list('Members that may be offline.'), []),
  storages: preset(flag('Every storage that is enabled for the node is active there.'), true),
  ignore_storages: preset(list('Storages that may be inactive.'), []),
  services: optional(list("Services that must run; PVE's own unless said.")),
  units: preset(flag('No unit of systemd has failed.'), false),
  ignore_units: preset(list('Units that may have failed.'), []),
  ceph: preset(
    choice(
      ['ok', 'no_errors', 'any'],
      'What Ceph must say of itself, where there is Ceph: HEALTH_OK, no HEALTH_ERR, or anything.',
    ),
    'ok',
  ),
  ceph_flags: preset(list('Flags of Ceph that may be set, such as noout; it warns of each.'), []),
  ceph_ignore: preset(list('Codes of what else Ceph may warn of, such as POOL_NO_REDUNDANCY.'), []),
  timeout: preset(integer('Seconds to wait until all of it holds; 0: look once.'), 0),
  sleep: preset(integer('Seconds between looks.'), 3),
};

/** What a gate asks for. */
export type GateValues = Values<typeof parameters>;

const table = { name: 'gate', parameters, notYet: [] };

/** What must hold before one goes on: quorum, storages, services, Ceph. */
export const gate = tableAction({
  ...table,
  help: 'Goes on only when the node and its cluster are well: quorum, storages, services, Ceph; or waits until they are.',
  changes: false,
  run,
});

async function run(values: GateValues, context: ActionContext): Promise<ActionResult> {
  let last: readonly string[] = [`${context.node} has not answered yet`];
  const lookNow = lookAgain(table.name, gateReads(values), context);
  const look = async (): Promise<readonly string[] | undefined> => {
    const facts = await lookNow();
    last = facts.ok ? gateTroubles(values, facts.value, context.node) : [`${context.node} does not answer`];
    return last.length === 0 ? last : undefined;
  };
  const { value, elapsed } = await poll(
    look,
    { delay: 0, sleep: values.sleep, timeout: values.timeout },
    () => last.join('; '),
    context,
  );
  const result = { elapsed, troubles: last };
  if (value !== undefined) return { outcome: 'ok', result, diagnostics: [] };
  const after = values.timeout === 0 ? '' : ` after ${elapsed} s`;
  return {
    ...failed(...last.map((what) => taskFailed(context, `Cannot pass the gate: ${what}${after}`))),
    result,
  };
}
