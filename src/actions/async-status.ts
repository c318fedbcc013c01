import { jobDirectory, jobScript } from '../apply/claim-script.ts';
import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { ActionContext, ActionResult } from './action.ts';
import type { HostRead } from './host/facts.ts';
import { foreseen } from './host/foreseen.ts';
import { endOf } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, plainText, preset } from './host/parameters.ts';
import type { Misuse } from './host/read-arguments.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  jid: plainText('The job: ansible_job_id of what was begun with "poll: 0".'),
  mode: preset(
    choice(['status', 'cleanup'], 'How it is; or: forget what it has left on the node.'),
    'status',
  ),
};

const table = {
  name: 'async_status',
  parameters,
  notYet: [],
  check: ({ jid }: Values<typeof parameters>): readonly Misuse[] =>
    /^[\w-]+$/u.test(jid) ? [] : [{ argument: 'jid', what: `"${jid}" is no job` }],
};

/** How a command is that was left to itself, as Ansible's module. */
export const asyncStatus = tableAction({
  ...table,
  help: 'How a command is that was begun with "async" and "poll: 0".',
  changes: false,
  foresee: foreseen(table, ({ jid }) => [statusRead(jid)]),
  run: ({ jid, mode }, context) => (mode === 'cleanup' ? cleanUp(jid, context) : status(jid, context)),
});

const statusRead = (jid: string): Extract<HostRead, { readonly read: 'output' }> => ({
  read: 'output',
  argv: ['sh', '-c', jobScript(jid)],
  timeoutSeconds: 30,
});

/** What is known of a job that has ended stays true; one that runs is asked for now. */
async function linesOf(jid: string, context: ActionContext): Promise<Result<readonly string[]>> {
  const read = statusRead(jid);
  const known = await context.look([read], 'known');
  if (!known.ok) return known;
  const { text } = known.value.output(read.argv);
  if (text.startsWith('ended\n')) return ok(text.split('\n'));
  const now = await context.look([read], 'now');
  return now.ok ? ok(now.value.output(read.argv).text.split('\n')) : now;
}

async function status(jid: string, context: ActionContext): Promise<ActionResult> {
  const answer = await linesOf(jid, context);
  if (!answer.ok) return failed(...answer.diagnostics);
  const [is, exit, ...streams] = answer.value;
  const about = { ansible_job_id: jid, started: 1 };
  if (is === 'running')
    return {
      outcome: 'ok',
      message: `job ${jid} is running`,
      result: { ...about, finished: 0 },
      diagnostics: [],
    };
  if (is !== 'ended') {
    const why =
      is === 'lost'
        ? 'it was killed, or the node was restarted'
        : 'nobody has begun it here, or its results are gone';
    const result = { ...about, finished: 1, msg: 'could not find job' };
    return { ...failed(taskFailed(context, `Cannot find job ${jid}: ${why}`)), result };
  }
  const [out = '', err = ''] = streams.map((text) =>
    Buffer.from(text, 'base64')
      .toString()
      .replace(/[\r\n]+$/u, ''),
  );
  const rc = Number(exit);
  const result = { ...about, finished: 1, rc, stdout: out, stderr: err };
  if (rc === 0) return { outcome: 'changed', stdout: out, result, diagnostics: [] };
  const end = endOf({ exit: rc, stdout: Buffer.from(out), stderr: Buffer.from(err) });
  const diagnostic = taskFailed(context, `Cannot count job ${jid} as done: ${end}`);
  return {
    ...failed(diagnostic),
    stdout: out,
    result: { ...result, changed: true, msg: 'non-zero return code' },
  };
}

async function cleanUp(jid: string, context: ActionContext): Promise<ActionResult> {
  const result = { ansible_job_id: jid, erased: jobDirectory(jid) };
  if (context.check) return { outcome: 'ok', result, diagnostics: [] };
  const done = await context.perform({ run: 'exec', argv: ['rm', '-rf', jobDirectory(jid)] });
  return done.ok ? { outcome: 'ok', result, diagnostics: [] } : failed(...done.diagnostics);
}
