import { ok } from '../diagnostic.ts';
import type { Action, ActionContext, ActionResult } from './action.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, integer, list, optional, preset, plainText } from './host/parameters.ts';
import { letPass, poll } from './host/poll.ts';
import { readArguments, wordsOf } from './host/read-arguments.ts';
import { hindranceReads, rebootHindrances } from './host/reboot-hindrances.ts';
import { rebootNeed, rebootReads } from './host/reboot-need.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  reboot_timeout: preset(integer('Seconds until it must be back.', ['reboot_timeout_sec']), 600),
  connect_timeout: preset(integer('Seconds that one try to connect takes.', ['connect_timeout_sec']), 10),
  pre_reboot_delay: preset(integer('Seconds before it goes down, in whole minutes.'), 0),
  post_reboot_delay: preset(integer('Seconds after it is back, before the next task.'), 0),
  msg: preset(plainText('What users of the node are told.'), 'Reboot initiated by pvefleet'),
  test_command: preset(plainText('What must succeed when it is back.'), 'true'),
  boot_time_command: preset(
    plainText('What prints something else after each boot.'),
    'cat /proc/sys/kernel/random/boot_id',
  ),
  reboot_command: optional(plainText('In place of shutdown -r.')),
  if_needed: preset(flag('Only when another kernel is installed than runs, or a package wants it.'), false),
  guests: preset(
    choice(['any', 'none'], 'none: refused while a guest of Proxmox VE runs on the node.'),
    'any',
  ),
  leave: preset(
    list('VMIDs of guests that may go down with the node where guests is none; all: every one.'),
    [],
  ),
  lose_quorum: preset(flag('Also when its cluster would have no quorum meanwhile.'), false),
};

type RebootValues = Values<typeof parameters>;

const table = {
  name: 'reboot',
  parameters,
  notYet: ['search_paths'],
};

/** Between looks whether it is back, in seconds. */
const SLEEP_SECONDS = 2;

/**
 * Restarts the node, and goes on when it answers with another boot id; as Ansible's module, but for this: a node whose
 * cluster would lose its quorum is not restarted unless that is said.
 */
export const reboot: Action = {
  ...table,
  // The short name is also that of an act of guests; a playbook may use it for both.
  name: 'ansible.builtin.reboot',
  help: 'Restarts the node, and goes on when it is back: when it answers with another boot id.',
  keys: wordsOf(parameters),
  expressions: [],
  changes: true,
  // While the node is down its cluster's lock is renewed by another one.
  wholeCluster: true,
  parse(args, positions) {
    const values = readArguments(table, args, positions);
    return values.ok ? ok((context) => restart(values.value, context)) : values;
  },
};

async function restart(values: RebootValues, context: ActionContext): Promise<ActionResult> {
  const instead = await notNow(values, context);
  if (instead !== undefined) return instead;
  const before = await context.read(values.boot_time_command);
  if (!before.ok) return failed(...before.diagnostics);
  if (context.check)
    return {
      outcome: 'changed',
      message: 'check mode: would reboot',
      result: { rebooted: true, elapsed: 0 },
      diagnostics: [],
    };
  const was = before.value.stdout.toString().trim();
  if (was === '')
    return failed(
      taskFailed(
        context,
        `Cannot reboot: "${values.boot_time_command}" says nothing, so that nobody would know when it is back`,
      ),
    );
  const begun = await context.perform({ run: 'exec', argv: commandOf(values) });
  // The connection may be cut before the command ends, which is as good.
  if (begun.ok && begun.value.exit !== 0 && begun.value.exit !== null) {
    const why = `exit code ${begun.value.exit}; it said: ${begun.value.stderr.toString().trim()}`;
    const trouble = failed(taskFailed(context, `Cannot reboot: ${why}`));
    return { ...trouble, result: { rebooted: false, msg: why } };
  }
  let last = `${context.node} has not gone down`;
  const back = await poll(
    async () => {
      const found = await look(was, values, context);
      if (found === 'back') return found;
      last = found;
      return undefined;
    },
    { delay: 0, sleep: SLEEP_SECONDS, timeout: values.reboot_timeout + values.pre_reboot_delay },
    () => last,
    context,
  );
  const result = { rebooted: back.value !== undefined, elapsed: back.elapsed };
  if (back.value === undefined) {
    const why = context.signal.aborted
      ? 'the run was interrupted'
      : `${last} after ${back.elapsed} s; an answer of another boot is wanted`;
    const trouble = taskFailed(context, `Cannot see the end of the reboot: ${why}`);
    const hint = `Look at its console; when ${context.node} is back, go on with the same command.`;
    return { ...failed({ ...trouble, hint }), result };
  }
  await letPass(values.post_reboot_delay, context);
  return { outcome: 'changed', message: `back after ${back.elapsed} s`, result, diagnostics: [] };
}

/** What it comes to without a restart: none is needed, or something stands against it. */
async function notNow(values: RebootValues, context: ActionContext): Promise<ActionResult | undefined> {
  const allowed = await context.mayChange();
  if (!allowed.ok) return failed(...allowed.diagnostics);
  const first = await context.look([...rebootReads, ...hindranceReads], 'now');
  if (!first.ok) return failed(...first.diagnostics);
  if (values.if_needed && rebootNeed(first.value).why === undefined)
    return {
      outcome: 'ok',
      message: 'needs no reboot',
      result: { rebooted: false, elapsed: 0 },
      diagnostics: [],
    };
  // In check mode the guests that are to leave before are still there.
  const guests = context.check ? 'any' : values.guests;
  const hindrances = rebootHindrances({ ...values, guests }, first.value, context.node);
  if (hindrances.length === 0) return undefined;
  return failed(
    ...hindrances.map((each) => ({
      ...taskFailed(context, `Cannot reboot ${context.node}: ${each.what}`),
      trouble: 'refused' as const,
      hint: each.hint,
    })),
  );
}

function commandOf({ reboot_command: own, pre_reboot_delay: delay, msg }: RebootValues): readonly string[] {
  if (own !== undefined) return ['sh', '-c', own];
  const minutes = Math.floor(delay / 60);
  return ['shutdown', '-r', minutes === 0 ? 'now' : `+${minutes}`, msg];
}

/** "back" when another boot answers and the command that tests it succeeds; else how far it is. */
async function look(
  was: string,
  { connect_timeout: timeoutSeconds, test_command: test, boot_time_command: boot }: RebootValues,
  context: ActionContext,
): Promise<string> {
  const answer = await context.read(`${boot}\n(${test}\n) >/dev/null 2>&1`, {
    timeoutSeconds,
    connectsAnew: true,
  });
  const now = answer.ok ? answer.value.stdout.toString().trim() : '';
  if (!answer.ok || now === '') return `${context.node} does not answer`;
  if (now === was) return `${context.node} has not gone down`;
  return answer.value.exit === 0 ? 'back' : `${context.node} is up, and "${test}" does not succeed`;
}
