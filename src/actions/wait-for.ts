import type { ActionContext, ActionResult } from './action.ts';
import type { HostRead, Status } from './host/facts.ts';
import type { Values } from './host/parameters.ts';
import { choice, integer, optional, absolutePath, preset, plainText } from './host/parameters.ts';
import { pattern } from './host/pattern.ts';
import { letPass, poll } from './host/poll.ts';
import { readFacts } from './host/read-facts.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  host: preset(plainText('Where the port is, seen from the node.'), '127.0.0.1'),
  port: optional(integer('A TCP port.')),
  path: optional(absolutePath('A path of the node.')),
  search_regex: optional(pattern('What the file must hold.', [], 'm')),
  state: preset(
    choice(
      ['started', 'present', 'stopped', 'absent'],
      'started, present: the port answers, the path is there; stopped, absent: it does not, it is not.',
    ),
    'started',
  ),
  timeout: preset(integer('Seconds to wait in all.'), 300),
  delay: preset(integer('Seconds before the first look.'), 0),
  sleep: preset(integer('Seconds between looks.'), 1),
  connect_timeout: preset(integer('Seconds that one try of the port takes.'), 5),
  msg: optional(plainText('What is said when it does not come.')),
};

type WaitValues = Values<typeof parameters>;

/** Waits for a port or a path, or with neither for `timeout` seconds; as Ansible's module. */
export const waitFor = tableAction({
  name: 'wait_for',
  help: 'Waits until a port answers or a path is there, or until not; with neither it waits `timeout` seconds.',
  parameters,
  notYet: ['active_connection_states', 'exclude_hosts'],
  changes: false,
  check: ({ port, path: at, search_regex: regex }) => [
    ...(port !== undefined && at !== undefined
      ? [{ argument: 'path', what: 'it has both "port" and "path"; one is wanted' }]
      : []),
    ...(port !== undefined && regex !== undefined
      ? [{ argument: 'search_regex', what: '"search_regex" of a port is not supported yet; of a path it is' }]
      : []),
  ],
  run: wait,
});

async function wait(values: WaitValues, context: ActionContext): Promise<ActionResult> {
  const { port, path: at, timeout, state, host } = values;
  if (context.check) return { outcome: 'skipped', message: 'check mode: would wait', diagnostics: [] };
  if (port === undefined && at === undefined) {
    await letPass(timeout, context);
    return { outcome: 'ok', result: { elapsed: timeout }, diagnostics: [] };
  }
  const what = at ?? `${host}:${port ?? ''}`;
  const missing = `${what} is not ${state}`;
  const { value, elapsed } = await poll(
    () => look(values, context),
    values,
    () => missing,
    context,
  );
  const result = {
    elapsed,
    state,
    ...(port !== undefined && { port }),
    ...(at !== undefined && { path: at }),
    ...value,
  };
  if (value !== undefined) return { outcome: 'ok', result, diagnostics: [] };
  const why = values.msg ?? `${missing} after ${elapsed} s`;
  return {
    ...failed(taskFailed(context, `Cannot wait any longer: ${why}`)),
    result: { ...result, msg: why },
  };
}

/** As Ansible calls it: a file with more names than one is a hard link. */
const stateOf = ({ kind, links }: Status): string => (kind === 'file' && links > 1 ? 'hard' : kind);

/** What there is to tell of it when it is as wanted. */
async function look(
  values: WaitValues,
  context: ActionContext,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { host: address, port, path: at, search_regex: regex, state } = values;
  const reads: readonly HostRead[] = [
    ...(port === undefined
      ? []
      : [{ read: 'port', address, port, timeoutSeconds: values.connect_timeout } as const]),
    ...(at === undefined
      ? []
      : [{ read: 'path', path: at, ...(regex !== undefined && { content: true as const }) } as const]),
  ];
  const facts = await readFacts('wait_for', reads, context);
  if (!facts.ok) return undefined;
  const found = at === undefined ? undefined : facts.value.path(at);
  const match = regex?.exec(found?.content?.toString() ?? '');
  const isThere =
    port === undefined ? found?.followed !== undefined && match !== null : facts.value.isOpen(address, port);
  if (isThere !== (state === 'started' || state === 'present')) return undefined;
  return {
    ...(found?.status !== undefined && { state: stateOf(found.status) }),
    ...(match && { match_groups: match.slice(1), match_groupdict: { ...match.groups } }),
  };
}
