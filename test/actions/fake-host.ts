import type { Action, ActionContext, ActionResult } from '../../src/actions/action.ts';
import type { Answer } from '../../src/actions/host/answers.ts';
import type { HostRead } from '../../src/actions/host/facts.ts';
import { factsOf } from '../../src/actions/host/parse-facts.ts';
import { ok } from '../../src/diagnostic.ts';
import type { Finished } from '../../src/transports/transport.ts';
import { noCluster } from './no-cluster.ts';

/** What a host says that is none: it answers what is read, and does nothing. */
export interface FakeHost {
  /** Files by path: their text; null: a directory; {to}: a link. */
  readonly files?: Readonly<Record<string, string | null | { readonly to: string }>>;
  /** What is there besides once a command was run. */
  readonly after?: FakeHost['files'];
  /** Version and candidate by name. */
  readonly packages?: Readonly<Record<string, { readonly version?: string; readonly candidate?: string }>>;
  readonly units?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly upgrades?: readonly string[];
  /** What its commands print that only tell something, and the exit code, by the command line. */
  readonly tells?: Readonly<Record<string, readonly [exit: number, output: string]>>;
  /** The host's clock, and when its files were changed: seconds since 1970. */
  readonly now?: number;
  readonly changed?: number;
  /** What a command prints, by its title or first word. */
  readonly says?: Readonly<Record<string, string>>;
}

export interface Done extends ActionResult {
  /** Command lines, or titles. */
  readonly commands: readonly string[];
  /** What each command got from its input. */
  readonly inputs: readonly string[];
  readonly argv: readonly (readonly string[])[];
}

export async function runOn(
  host: FakeHost,
  action: Action,
  args: unknown,
  more: Partial<ActionContext> = {},
): Promise<Done> {
  const commands: string[] = [];
  const inputs: string[] = [];
  const all: string[][] = [];
  const context: ActionContext = {
    host: 'pve1',
    variables: {},
    check: false,
    diff: true,
    directories: [],
    ...noCluster,
    signal: new AbortController().signal,
    look: (reads) =>
      Promise.resolve(
        ok(
          factsOf(reads, {
            now: host.now ?? 0,
            answers: reads.map((read) =>
              linesOf(answerOne(commands.length > 0 ? afterwards(host) : host, read)),
            ),
          }),
        ),
      ),
    waitsFor: () => undefined,
    mayChange: () => Promise.resolve(ok(undefined)),
    read: () => Promise.reject(new Error('no script of its own is run')),
    perform: (act, { title, stdin } = {}) => {
      const argv = act.run === 'exec' ? act.argv.filter((word) => typeof word === 'string') : [];
      commands.push(title ?? argv.join(' '));
      inputs.push((stdin ?? '').toString());
      all.push([...argv]);
      return Promise.resolve(ok(finished(host.says?.[title ?? argv[0] ?? ''] ?? '')));
    },
    ...more,
  };
  const parsed = action.parse(args, {});
  const result: ActionResult = parsed.ok
    ? await parsed.value(context)
    : { outcome: 'failed', diagnostics: parsed.diagnostics };
  return { ...result, commands, inputs, argv: all };
}

const afterwards = (host: FakeHost): FakeHost => ({ ...host, files: { ...host.files, ...host.after } });

const finished = (stdout: string): Finished => ({
  exit: 0,
  stdout: Buffer.from(stdout),
  stderr: Buffer.alloc(0),
});

const linesOf = (text: string): Answer =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => [line.split(' ', 1)[0] ?? '', line.replace(/^\S+ ?/u, '')]);

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function answerOne(host: FakeHost, read: HostRead): string {
  switch (read.read) {
    case 'path':
      return pathAnswer(host, read.path);
    case 'package': {
      const { version, candidate } = host.packages?.[read.name] ?? {};
      return `${version === undefined ? '' : `package installed ${version}\n`}${candidate === undefined ? '' : `candidate ${candidate}\n`}`;
    }
    case 'upgrades':
      return (host.upgrades ?? []).map((one) => `upgrade ${one}\n`).join('');
    case 'unit':
      return Object.entries(host.units?.[read.name] ?? { LoadState: 'not-found' })
        .map(([key, value]) => `unit ${key}=${value}\n`)
        .join('');
    case 'output': {
      const [exit, text] = host.tells?.[read.argv.join(' ')] ?? [127, 'not found'];
      return `exit ${exit}\nsaid ${base64(text)}\n`;
    }
    case 'glob':
      return Object.keys(host.files ?? {})
        .filter((path) => path.startsWith(read.pattern.replace(/\*.*$/u, '')))
        .map((path) => `found ${base64(path)}\n`)
        .join('');
    case 'tree':
    case 'port':
      return '';
  }
}

function pathAnswer({ files = {}, changed = 0 }: FakeHost, path: string): string {
  const at = path.replace(/^~root/u, '/root').replace(/^~(\w+)/u, '/home/$1');
  const found = files[at];
  const named = `path ${base64(at)}\n`;
  if (found === undefined) return named;
  const rest = `0 0 1 7 1 1 ${changed} ${changed} ${changed} root root`;
  if (found === null) return `${named}is 41ed ${rest}\nfollowed 41ed ${rest}\nreal ${base64(at)}\n`;
  if (typeof found === 'object')
    return `${named}target ${base64(found.to)}\nis a1ff ${rest}\nfollowed 81a4 ${rest}\nreal ${base64(found.to)}\n`;
  return `${named}is 81a4 ${rest}\nfollowed 81a4 ${rest}\nreal ${base64(at)}\ncontent ${base64(found)}\n`;
}
