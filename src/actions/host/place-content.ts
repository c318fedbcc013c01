import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { TextDiff } from '../action.ts';
import type { Attributes } from './attributes.ts';
import { attributeActs } from './attributes.ts';
import type { Facts, HostRead, PathFacts } from './facts.ts';
import { octal } from './file-mode.ts';
import type { Decision } from './host-task.ts';
import { writeAct } from './write-file.ts';

/** What a file is to hold, and what the file was called that it is from, with its permissions. */
export interface Source {
  readonly content: Buffer;
  readonly name?: string;
  readonly mode?: number;
}

export interface Placing extends Attributes {
  readonly dest: string;
  readonly force: boolean;
  readonly follow: boolean;
  readonly backup: boolean;
  readonly validate?: string | undefined;
}

/** Larger texts are not shown in diffs, in bytes. */
const DIFF_LIMIT = 1 << 20;

/** What has to be known to put a content at dest, or into it where that is a directory. */
export function placingReads(
  { dest }: Pick<Placing, 'dest'>,
  { content, name }: Pick<Source, 'name'> & Partial<Pick<Source, 'content'>>,
  wantsDiff: boolean,
): readonly HostRead[] {
  const isShown = wantsDiff && (content?.length ?? 0) < DIFF_LIMIT;
  const how = { hash: 'sha256', ...(isShown && { content: true as const }) } as const;
  const paths = name === undefined ? [dest] : [dest, join(dest, name)];
  return [
    ...paths.map((path) => ({ read: 'path', path, ...how }) as const),
    { read: 'path', path: dirname(dest), only: 'what' },
  ];
}

export function decidePlacing(placing: Placing, facts: Facts, source: Source): Decision {
  const { dest, force, backup, validate } = placing;
  const named = facts.path(dest);
  const isInto = named.followed?.kind === 'directory' || (dest.endsWith('/') && source.name !== undefined);
  if (isInto && source.name === undefined)
    return {
      is: 'refused',
      why: `Cannot write ${named.path}: it is a directory; the path of a file is wanted`,
    };
  const found = isInto && source.name !== undefined ? facts.path(join(dest, source.name)) : named;
  const attributes = {
    ...placing,
    ...(placing.mode === 'preserve' && { mode: octal(source.mode ?? 0o644) }),
  };
  if (found.followed?.kind === 'directory')
    return { is: 'refused', why: `Cannot write ${found.path}: a directory is there; a file is wanted` };
  const isLink = found.status?.kind === 'link';
  const at = isLink && placing.follow ? found.real : found.path;
  const result = resultOf(at, source, basename(at));
  if (!force && found.status !== undefined) return { is: 'as wanted', result };
  const now = found.followed;
  const isSame = found.hash === hashOf(source.content) && (!isLink || placing.follow);
  if (isSame && now !== undefined) {
    const acts = attributeActs(at, now, attributes);
    return acts.length === 0
      ? { is: 'as wanted', result }
      : { is: 'change', acts, diffs: attributeDiff(at, acts), result };
  }
  if (facts.path(dirname(dest)).followed?.kind !== 'directory' && !(isInto && named.status !== undefined)) {
    const missing = dirname(dest.endsWith('/') ? join(dest, 'x') : dest);
    return {
      is: 'refused',
      why: `Cannot write ${at}: the directory ${missing} is not there; make it first, with file: {path: ${missing}, state: directory}`,
    };
  }
  return {
    is: 'change',
    // What comes in place of a link is a new file.
    acts: [
      writeAct({
        ...attributes,
        path: at,
        content: source.content,
        now: isLink && !placing.follow ? undefined : now,
        backup,
        validate,
      }),
    ],
    diffs: contentDiff(at, found, source.content),
    result,
  };
}

function resultOf(dest: string, { content }: Source, name: string): Readonly<Record<string, unknown>> {
  const checksum = createHash('sha1').update(content).digest('hex');
  return { dest, path: dest, checksum, size: content.length, name };
}

const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** What changes in a text; nothing of what is no text. */
export function contentDiff(path: string, { content: before, status }: PathFacts, after: Buffer): TextDiff[] {
  if (before === undefined && status !== undefined) return [];
  const texts = [before ?? Buffer.alloc(0), after];
  if (texts.some((one) => one.includes(0) || one.length > DIFF_LIMIT)) return [];
  return [{ path, before: (before ?? '').toString(), after: after.toString() }];
}

/** What commands change beside a content, as lines of a diff. */
export function attributeDiff(
  path: string,
  acts: readonly { readonly argv: readonly string[] }[],
): TextDiff[] {
  return [{ path, before: '', after: acts.map(({ argv }) => `${argv.slice(0, -1).join(' ')}\n`).join('') }];
}
