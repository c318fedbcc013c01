import { createHash } from 'node:crypto';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { contentOf, type LocalEntry } from './local-tree.ts';

/** An entry with where it goes, and what is missing of it there. */
export interface Task {
  readonly entry: LocalEntry;
  readonly at: string;
  readonly kind: 'send' | 'settle';
  /** Bytes that are there already. */
  readonly skip: number;
  /** SHA-256 of the file that is there; null: none is. */
  readonly before?: string | null;
}

/** As chmod(1) takes it. */
export const octal = (mode: number): string => mode.toString(8);

/** What compareScript is to look for. */
export function compareLine(name: string, entry: LocalEntry, mode: string | undefined): string {
  const path = entry.path === '' ? name : `${name}/${entry.path}`;
  switch (entry.kind) {
    case 'directory':
      return `directory 0 - ${octal(entry.mode)} ${path}/\n`;
    case 'link':
      // readlink(1) ends the target with a line feed.
      return `link 0 ${createHash('sha256').update(`${entry.target}\n`).digest('hex')} 0 ${path}/\n`;
    case 'file':
      return `file ${entry.size} ${entry.sha256} ${mode ?? octal(entry.mode)} ${path}/\n`;
  }
}

/** What is to be done on a node. */
export interface Planned {
  readonly tasks: readonly Task[];
  readonly equal: number;
  /** The directory that all goes into is not there yet. */
  readonly makeBase: boolean;
}

/** What the node's answers to compareScript leave to be done. */
export async function planUpload(
  node: Node,
  entries: readonly { readonly name: string; readonly entry: LocalEntry }[],
  answers: readonly string[],
  path: string,
): Promise<Result<Planned>> {
  const start = answers.findIndex((line) => /^base (?:directory|file|new|lost)$/u.test(line));
  const into = answers[start + 1] === 'into yes';
  const state = answers[start]?.slice('base '.length);
  if (into && state === 'file')
    return fail(trouble(node, path, 'a file is there', 'a directory, or a new path, is wanted'));
  if (!into && state === 'lost')
    return fail(
      trouble(
        node,
        path,
        'the directory that it would be in is not there',
        'end the path with "/" to have directories made',
      ),
    );
  const tasks: Task[] = [];
  let equal = 0;
  const blocked: Diagnostic[] = [];
  for (const [index, { name, entry }] of entries.entries()) {
    const below = entry.path === '' ? '' : `/${entry.path}`;
    const at = into ? `${path === '/' ? '' : path}/${name}${below}` : `${path}${below}`;
    const [word = '', ...rest] = (answers[start + 2 + index] ?? '').split(' ');
    if (word === 'equal') equal++;
    else if (word === 'mode') tasks.push({ entry, at, kind: 'settle', skip: 0 });
    else if (word === 'absent' || word === 'differs')
      tasks.push({
        entry,
        at,
        kind: entry.kind === 'file' ? 'send' : 'settle',
        skip: await keptBytes(entry, rest),
        ...beforeOf(word, rest),
      });
    else
      blocked.push(
        trouble(
          node,
          at,
          word === 'blocked' ? `a ${rest.join(' ')} is there` : 'the node does not say what is there',
          `a ${entry.kind} is to be put there`,
        ),
      );
  }
  if (blocked.length > 0) return fail(...blocked);
  return ok({ tasks, equal, makeBase: into && state !== 'directory' });
}

function beforeOf(word: string, rest: readonly string[]): Pick<Task, 'before'> {
  if (word === 'absent') return { before: null };
  const at = rest.indexOf('was');
  const sha256 = at === -1 ? undefined : rest[at + 1];
  return sha256 === undefined ? {} : { before: sha256 };
}

/** How many bytes of a copy that was cut off can be kept: all or none. */
async function keptBytes(entry: LocalEntry, [word, size = '', sha256]: readonly string[]): Promise<number> {
  const bytes = Number(size);
  if (word !== 'part' || entry.kind !== 'file' || bytes === 0 || bytes > entry.size) return 0;
  const own = await contentOf(entry.from, bytes);
  return own.sha256 === sha256 ? bytes : 0;
}

function trouble(node: Node, path: string, whatIs: string, wanted: string): Diagnostic {
  return {
    code: 'cp/in-the-way',
    severity: 'error',
    trouble: 'failed',
    host: node.name,
    message: `Cannot write ${path} on ${node.name}: ${whatIs}; ${wanted}`,
  };
}
