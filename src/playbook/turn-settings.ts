import type { Exec } from '../apply/exec.ts';
import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { Variables } from '../template/render.ts';
import { shQuote } from '../text/sh-quote.ts';
import { placeOf } from './delegate.ts';
import type { Task } from './playbook.ts';
import type { Reader } from './knowledge.ts';
import type { Run, RunOptions, Who } from './run-state.ts';
import { environmentOf, isOn, nameOf, numberOf } from './settings.ts';
import type { HostPlace } from './task-specs.ts';
import { DELAY_SECONDS, triesOf } from './tries.ts';

/** How one turn of an action is run, by its keywords. */
export interface TurnSettings {
  /** Where its commands run: the host, or the one that it is delegated to. */
  readonly place: HostPlace;
  readonly exec: Exec;
  /** The same without its environment, and that as the line which `readEnvironment` reads; undefined when there is none. */
  readonly bare: { readonly exec: Exec; readonly environment: Buffer | undefined };
  /** The same for what only reads, and the name of who reads so. */
  readonly read: Exec;
  readonly reader: Reader;
  readonly check: boolean;
  /** Also says how texts differ. */
  readonly diff: boolean;
  /** Nobody may see what it is given and what it says. */
  readonly isSecret: boolean;
  readonly timeoutSeconds?: number;
  /** By "async": its commands go on when their connection is lost, so many seconds at most; by "poll: 0" nobody waits. */
  readonly detached?: { readonly seconds: number; readonly isWaited: boolean };
  /** How often it is tried, and seconds between two tries. */
  readonly tries: number;
  readonly delaySeconds: number;
}

export function turnSettings(
  run: Run,
  task: Task,
  own: HostPlace,
  variables: Variables,
): Result<TurnSettings> {
  const { settings } = task;
  const place = placeOf(run, task, own, variables);
  const secret = isOn(settings, 'no_log', variables);
  const timeout = numberOf(settings, 'timeout', variables);
  const seconds = numberOf(settings, 'async', variables);
  const poll = numberOf(settings, 'poll', variables);
  const retries = numberOf(settings, 'retries', variables);
  const delay = numberOf(settings, 'delay', variables);
  const check = settings.words.check_mode === undefined ? undefined : isOn(settings, 'check_mode', variables);
  const diff = settings.words.diff === undefined ? undefined : isOn(settings, 'diff', variables);
  const identity = identityOf(task, variables);
  if (!place.ok) return place;
  if (!secret.ok) return secret;
  if (!timeout.ok) return timeout;
  if (!seconds.ok) return seconds;
  if (!poll.ok) return poll;
  if (!retries.ok) return retries;
  if (!delay.ok) return delay;
  if (check?.ok === false) return check;
  if (diff?.ok === false) return diff;
  if (!identity.ok) return identity;
  return ok({
    place: place.value,
    exec: execOf(run.options, identity.value),
    bare: {
      exec: execOf(run.options, { ...identity.value, environment: {} }),
      environment: environmentLine(identity.value.environment),
    },
    read: execOf(run.options.asking ?? run.options, identity.value),
    reader: readerOf(run.options, place.value.host, identity.value),
    check: check?.value ?? run.options.check,
    diff: diff?.value ?? run.options.diff,
    isSecret: secret.value,
    // As in Ansible, 0 is no limit.
    ...(timeout.value !== undefined && timeout.value > 0 && { timeoutSeconds: timeout.value }),
    ...(seconds.value !== undefined &&
      seconds.value > 0 && { detached: { seconds: Math.ceil(seconds.value), isWaited: poll.value !== 0 } }),
    tries: triesOf(task, retries.value),
    delaySeconds: delay.value ?? DELAY_SECONDS,
  });
}

/** Whom a task's commands run as, undefined for who the inventory says; and with what environment. */
export interface Identity {
  readonly become: Who | null | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** The user and the environment that a task's keywords want. */
export function identityOf({ settings }: Pick<Task, 'settings'>, variables: Variables): Result<Identity> {
  const environment = environmentOf(settings, variables);
  const become = becomeOf(settings, variables);
  if (!environment.ok) return environment;
  if (!become.ok) return become;
  return ok({ become: become.value, environment: environment.value });
}

/** Who runs a task's commands on a host: those of one name read the same. */
export function readerOf(
  { nameAs = nameOfUser }: Pick<RunOptions, 'nameAs'>,
  host: string,
  { become, environment }: Identity,
): Reader {
  const name = become === undefined ? host : nameAs(host, become);
  return Object.keys(environment).length === 0 ? name : `${name} ${JSON.stringify(environment)}`;
}

const nameOfUser = (host: string, who: Who | null): string => `${host} as ${who?.user ?? 'itself'}`;

/** What sends the task's commands. */
function execOf(options: Pick<RunOptions, 'exec' | 'execAs'>, { become, environment }: Identity): Exec {
  return withEnvironment(become === undefined ? options.exec : options.execAs(become), environment);
}

/** Whom to become, where the task says so at all; null: nobody. */
function becomeOf(settings: Task['settings'], variables: Variables): Result<Who | null | undefined> {
  const on = settings.words.become === undefined ? undefined : isOn(settings, 'become', variables);
  const user = nameOf(settings, 'become_user', variables);
  const method = nameOf(settings, 'become_method', variables);
  if (on?.ok === false) return on;
  if (!user.ok) return user;
  if (!method.ok) return method;
  if (on === undefined) return ok(undefined);
  return ok(on.value ? { user: user.value ?? 'root', method: method.value } : null);
}

/** The environment goes by the command's input, as its first line: in its text every user of the node could read it. */
function withEnvironment(exec: Exec, environment: Readonly<Record<string, string>>): Exec {
  const line = environmentLine(environment);
  if (line === undefined) return exec;
  return (host, script, options = {}) =>
    // After the first line of the script, which says what it is.
    exec(
      host,
      script.replace('\n', () => `\n${READ_ENVIRONMENT}\n`),
      { ...options, stdin: before(line, options.stdin) },
    );
}

function environmentLine(environment: Readonly<Record<string, string>>): Buffer | undefined {
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${onOneLine(value)}`);
  return exports.length === 0 ? undefined : Buffer.from(`${LINE_END}; ${exports.join('; ')}\n`);
}

/** `read` takes no more of the input than its line; the rest is the command's. */
export const READ_ENVIRONMENT =
  'IFS= read -r pvefleet_env; eval "$pvefleet_env"; unset pvefleet_env pvefleet_end';

const LINE_END = String.raw`pvefleet_end=$(printf '\n.'); pvefleet_end=${'$'}{pvefleet_end%.}`;

const onOneLine = (value: string): string => value.split('\n').map(shQuote).join('"$pvefleet_end"');

/** Input with something before it. */
export function before(
  text: Buffer,
  stdin: string | Buffer | AsyncIterable<Uint8Array> | undefined,
): Buffer | AsyncIterable<Uint8Array> {
  if (stdin === undefined) return text;
  if (typeof stdin === 'string' || Buffer.isBuffer(stdin)) return Buffer.concat([text, Buffer.from(stdin)]);
  return (async function* both() {
    yield text;
    yield* stdin;
  })();
}
