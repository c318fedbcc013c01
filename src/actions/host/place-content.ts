import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { TextDiff } from '../action.ts';
import type { Attributes } from './attributes.ts';
import { attributeActs } from './attributes.ts';
import type { Facts, HostRead, PathFacts } from './facts.ts';
import { octal } from './file-mode.ts';
import type { Decision } from './host-task.ts';
import { directoryReads, makeDirectories } from './make-directories.ts';
import type { Content } from './write-file.ts';
import { modeAfter, sizeOf, writeAct } from './write-file.ts';

/** What a file is to hold, and what the file was called that it is from, with its permissions. */
export interface Source {
  readonly content: Content;
  readonly name?: string;
  readonly mode?: number;
}

/** What may be known of it before its content is. */
export type Ahead = Partial<Pick<Source, 'name' | 'content'>>;

export interface Placing extends Attributes {
  readonly dest: string;
  readonly force: boolean;
  readonly follow: boolean;
  readonly backup: boolean;
  readonly validate?: string | undefined;
  /** Permissions of directories that are made. */
  readonly directory_mode?: string | undefined;
}

/** Larger texts are not shown in diffs, in bytes. */
const DIFF_LIMIT = 1 << 20;

/** What has to be known to put a content at dest, or into it where that is a directory. */
export function placingReads(
  { dest }: Pick<Placing, 'dest'>,
  { content, name }: Ahead,
  wantsDiff: boolean,
): readonly HostRead[] {
  const isShown =
    wantsDiff && (content === undefined || (Buffer.isBuffer(content) && content.length < DIFF_LIMIT));
  const how = { hash: 'sha256', ...(isShown && { content: true as const }) } as const;
  const paths = name === undefined ? [dest] : [dest, join(dest, name)];
  return [
    ...paths.map((path) => ({ read: 'path', path, ...how }) as const),
    { read: 'path', path: dirname(dest), only: 'what' },
    ...(dest.endsWith('/') ? directoryReads(dest) : []),
  ];
}

export function decidePlacing(placing: Placing, facts: Facts, source: Source): Decision {
  const { dest } = placing;
  const named = facts.path(dest);
  const isInto = named.followed?.kind === 'directory' || (dest.endsWith('/') && source.name !== undefined);
  if (!isInto && facts.path(dirname(dest)).followed?.kind !== 'directory')
    return {
      is: 'refused',
      why: `Cannot write ${named.path}: the directory ${dirname(dest)} is not there; make it first, with file: {path: ${dirname(dest)}, state: directory}`,
      would: `write ${named.path}`,
    };
  if (!isInto) return placeAt(placing, named, source);
  if (source.name === undefined)
    return {
      is: 'refused',
      why: `Cannot write ${named.path}: it is a directory; the path of a file is wanted`,
    };
  const placed = placeAt(placing, facts.path(join(dest, source.name)), source);
  if (placed.is !== 'change' || named.followed !== undefined) return placed;
  const { owner, group, directory_mode: mode } = placing;
  const made = makeDirectories(dest, { owner, group, mode }, facts);
  return 'why' in made ? { is: 'refused', why: made.why } : { ...placed, acts: [...made, ...placed.acts] };
}

/** The same for a path whose directory is there, or will be. */
export function placeAt(placing: Placing, found: PathFacts, source: Source): Decision {
  const { force, backup, validate } = placing;
  const attributes = {
    ...placing,
    ...(placing.mode === 'preserve' && { mode: octal(source.mode ?? 0o644) }),
  };
  if (found.followed?.kind === 'directory')
    return { is: 'refused', why: `Cannot write ${found.path}: a directory is there; a file is wanted` };
  const isLink = found.status?.kind === 'link';
  const at = isLink && placing.follow ? found.real : found.path;
  const now = found.followed;
  const result = resultOf(at, source, modeAfter(attributes, now));
  if (!force && found.status !== undefined) return { is: 'as wanted', result };
  const isSame = found.hash === hashOf(source.content) && (!isLink || placing.follow);
  if (isSame && now !== undefined) {
    const acts = attributeActs(at, now, attributes);
    return acts.length === 0
      ? { is: 'as wanted', result }
      : { is: 'change', acts, diffs: attributeDiff(at, acts), result };
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

function resultOf(dest: string, { content }: Source, mode: string): Readonly<Record<string, unknown>> {
  const checksum = Buffer.isBuffer(content) && digestOf(content, 'sha1');
  return {
    dest,
    path: dest,
    ...(checksum !== false && { checksum }),
    size: sizeOf(content),
    mode,
    state: 'file',
  };
}

const hashOf = (content: Content): string =>
  Buffer.isBuffer(content) ? digestOf(content, 'sha256') : content.sha256;

/** Made once of a content that is for many hosts. */
function digestOf(content: Buffer, kind: 'sha1' | 'sha256'): string {
  const made = digests[kind].get(content) ?? createHash(kind).update(content).digest('hex');
  digests[kind].set(content, made);
  return made;
}

const digests = { sha1: new WeakMap<Buffer, string>(), sha256: new WeakMap<Buffer, string>() };

/** What changes in a text; nothing of what is no text. */
export function contentDiff(
  path: string,
  { content: before, status }: PathFacts,
  after: Content,
): TextDiff[] {
  if (!Buffer.isBuffer(after)) return [];
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
