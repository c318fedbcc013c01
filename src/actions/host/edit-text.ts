import type { Attributes } from './attributes.ts';
import { attributeActs } from './attributes.ts';
import { attributeDiff, contentDiff } from './place-content.ts';
import type { Facts, HostRead } from './facts.ts';
import type { Decision } from './host-task.ts';
import { dirname } from 'node:path';
import { directoryReads, makeDirectories } from './make-directories.ts';
import { writeAct } from './write-file.ts';

/** A task that changes a text file: where it is, and how it may be written. */
export interface Editing extends Attributes {
  readonly path: string;
  readonly create: boolean;
  readonly backup: boolean;
  readonly validate?: string | undefined;
}

/** What an edit makes of a text; the same text: nothing. */
export interface Edited {
  readonly text: string;
  /** "line added". */
  readonly message: string;
  readonly result?: Readonly<Record<string, unknown>>;
}

export function editReads({ path }: Pick<Editing, 'path'>): readonly HostRead[] {
  return [{ read: 'path', path, content: true }, ...directoryReads(dirname(path))];
}

/** Edits a text file, "" where none is; links are followed, so that the real file is changed. */
export function decideEdit(
  editing: Editing,
  facts: Facts,
  edit: (text: string) => Edited | { readonly wrong: string },
  ifMissing: 'refuse' | 'leave',
): Decision {
  const found = facts.path(editing.path);
  const { path: at, real, followed: now, content } = found;
  const refused = (what: string): Decision => ({ is: 'refused', why: `Cannot edit ${at}: ${what}` });
  if (now !== undefined && content === undefined) return refused(`it is a ${now.kind}; a file is wanted`);
  if (content === undefined && ifMissing === 'leave')
    return { is: 'as wanted', message: 'file not present', result: { path: at } };
  if (content === undefined && !editing.create) return refused('it is not there; create: yes makes it');
  const made = content === undefined ? makeDirectories(dirname(editing.path), {}, facts) : [];
  if ('why' in made) return { is: 'refused', why: made.why };
  const before = (content ?? '').toString();
  if (content !== undefined && !Buffer.from(before).equals(content))
    return refused('it is not text in UTF-8');
  const edited = edit(before);
  if ('wrong' in edited) return refused(edited.wrong);
  const result = { path: at, msg: edited.message, ...edited.result };
  if (edited.text === before && content !== undefined) {
    const acts = now === undefined ? [] : attributeActs(real, now, editing);
    return acts.length === 0
      ? { is: 'as wanted', result }
      : { is: 'change', acts, diffs: attributeDiff(real, acts), result };
  }
  const write = { ...editing, path: real, content: Buffer.from(edited.text), now };
  return {
    is: 'change',
    acts: [...made, writeAct(write)],
    diffs: contentDiff(real, found, write.content),
    result,
  };
}

/** Lines with their ends, as Python's splitlines(True) gives them for "\n". */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}
