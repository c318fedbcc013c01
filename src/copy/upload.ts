import { createReadStream } from 'node:fs';
import pLimit from 'p-limit';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import type { Pool } from '../transports/pool.ts';
import type { Finished } from '../transports/transport.ts';
import type { LocalSource } from './local-tree.ts';
import { compareLine, octal, planUpload, type Task } from './plan-upload.ts';
import { compareScript, receiveScript, settleScript } from './upload-scripts.ts';

/** Files on their way to or from one node: each is open here, too. */
export const filesAtOnce = 4;

/** What became of the files of one host. */
export interface Copied {
  /** Paths that were written, or would be. */
  readonly changed: readonly string[];
  /** How many were as they should be already. */
  readonly equal: number;
  /** Bytes that were sent, or would be; what an earlier, cut off copy had brought is not among them. */
  readonly bytes: number;
  /** SHA-256 of files that were written, by path. */
  readonly digests?: Readonly<Record<string, FileDigests>>;
}

/** Before: null where there was none, left out where it was not read. */
export interface FileDigests {
  readonly before?: string | null;
  readonly after: string;
}

export interface UploadOptions {
  /** A path on the nodes, absolute or from the home directory with "./". */
  readonly path: string;
  /** Of every file, in place of the one that it has here; octal digits. */
  readonly mode?: string;
  /** As chown(1) takes it. */
  readonly owner?: string;
  /** Only says what would be done. */
  readonly check: boolean;
}

/**
 * Brings files to a node: one exec to compare, one for directories, links and modes if there are any to be made, and
 * one for each file that differs. Equal files are not touched; a copy that was cut off is gone on with.
 */
export async function uploadTo(
  pool: Pick<Pool, 'exec'>,
  node: Node,
  sources: readonly LocalSource[],
  options: UploadOptions,
): Promise<Result<Copied>> {
  const into = sources.length > 1 || options.path.endsWith('/');
  const entries = sources.flatMap(({ name, entries: below }) => below.map((entry) => ({ name, entry })));
  const list = entries.map(({ name, entry }) => compareLine(name, entry, options.mode)).join('');
  const path = options.path.replace(/(?<=.)\/+$/u, '');
  const compared = await pool.exec(node, compareScript(path, into), { stdin: list });
  const answer = await finished(node, compared, 'compare files');
  if (!answer.ok) return answer;
  const planned = await planUpload(node, entries, answer.value.split('\n'), path);
  if (!planned.ok) return planned;
  const { tasks, equal, makeBase } = planned.value;
  const copied: Copied = {
    changed: tasks.map(({ at }) => at),
    equal,
    bytes: tasks.reduce(
      (sum, { entry, kind, skip }) =>
        sum + (kind === 'send' && entry.kind === 'file' ? entry.size - skip : 0),
      0,
    ),
  };
  if (options.check || tasks.length === 0) return ok(copied);
  const settled = await settle(pool, node, tasks, options, makeBase ? path : undefined);
  if (!settled.ok) return settled;
  const turn = pLimit(filesAtOnce);
  const files = tasks.filter(({ kind }) => kind === 'send');
  const sent = await Promise.all(files.map((task) => turn(() => send(pool, node, task, options))));
  const problems = sent.flatMap((result) => (result.ok ? [] : result.diagnostics));
  return problems.length > 0 ? fail(...problems) : ok({ ...copied, digests: digestsOf(files) });
}

function digestsOf(files: readonly Task[]): Readonly<Record<string, FileDigests>> {
  return Object.fromEntries(
    files.flatMap(({ entry, at, before }) =>
      entry.kind === 'file' ? [[at, { ...(before !== undefined && { before }), after: entry.sha256 }]] : [],
    ),
  );
}

/** All that takes no bytes, in one exec: directories before what is in them. */
async function settle(
  pool: Pick<Pool, 'exec'>,
  node: Node,
  tasks: readonly Task[],
  { owner, mode }: UploadOptions,
  base: string | undefined,
): Promise<Result<void>> {
  const orders = tasks
    .filter(({ kind }) => kind === 'settle')
    .map(({ entry, at }) => ({
      kind: entry.kind === 'file' ? ('mode' as const) : entry.kind,
      path: at,
      mode:
        entry.kind === 'link'
          ? '777'
          : entry.kind === 'file'
            ? (mode ?? octal(entry.mode))
            : octal(entry.mode),
      ...(entry.kind === 'link' && { target: entry.target }),
      ...(owner !== undefined && { owner }),
    }));
  const all =
    base === undefined ? orders : [{ kind: 'directory' as const, path: base, mode: '755' }, ...orders];
  if (all.length === 0) return ok(undefined);
  const done = await pool.exec(node, `# pvefleet cp: directories, links and modes\n${settleScript(all)}`);
  const result = await finished(node, done, 'make directories, links and modes');
  return result.ok ? ok(undefined) : result;
}

async function send(
  pool: Pick<Pool, 'exec'>,
  node: Node,
  { entry, at, skip }: Task,
  { mode, owner }: UploadOptions,
): Promise<Result<void>> {
  if (entry.kind !== 'file') return ok(undefined);
  const placed = {
    path: at,
    size: entry.size,
    sha256: entry.sha256,
    mode: mode ?? octal(entry.mode),
    ...(owner !== undefined && { owner }),
  };
  const script = `# pvefleet cp: ${at}\n${receiveScript(placed, skip)}`;
  const stdin: AsyncIterable<Uint8Array> | string =
    skip === entry.size ? '' : createReadStream(entry.from, { start: skip, end: entry.size - 1 });
  const result = await finished(node, await pool.exec(node, script, { stdin }), `write ${at}`);
  return result.ok ? ok(undefined) : result;
}

/** What a script printed, where it ended well; else what it said. */
async function finished(node: Node, result: Result<Finished>, act: string): Promise<Result<string>> {
  if (!result.ok) return result;
  const { exit, stdout, stderr } = result.value;
  if (exit === 0) return ok(stdout.toString());
  const said = stderr.toString().trim();
  return fail({
    code: 'cp/node',
    severity: 'error',
    trouble: 'failed',
    host: node.name,
    message: `Cannot ${act} on ${node.name}: ${said === '' ? `the node's shell ended with ${exit ?? 'a signal'}` : said.replaceAll('\n', '; ')}`,
  });
}
