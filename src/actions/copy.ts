import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Position, Result } from '../diagnostic.ts';
import { ok, positionAt } from '../diagnostic.ts';
import { pythonJson, pythonStr } from '../template/python-text.ts';
import type { ActionContext } from './action.ts';
import { attributeParameters, attributesNotYet } from './host/attributes.ts';
import { decideThere, thereReads } from './host/copy-there.ts';
import type { Facts, HostRead } from './host/facts.ts';
import type { Decision } from './host/host-task.ts';
import { hostTask } from './host/host-task.ts';
import { findLocal, readLocal, readOpened } from './host/local-file.ts';
import { readTree } from './host/local-tree.ts';
import type { Values } from './host/parameters.ts';
import { anything, flag, permissions, optional, absolutePath, preset, plainText } from './host/parameters.ts';
import { decidePlacing, placingReads } from './host/place-content.ts';
import type { Ahead, Source } from './host/place-content.ts';
import type { Tree } from './host/place-tree.ts';
import { decideTree, treeReads } from './host/place-tree.ts';
import { writeParameters } from './host/write-file.ts';

const parameters = {
  dest: absolutePath('Where it goes; a directory takes it under its own name.'),
  content: optional(anything('What the file is to hold; a mapping or list is written as JSON.')),
  src: optional(
    plainText(
      'A file or directory of the controller, from the playbook\'s or role\'s files; "/" at the end: what is in it.',
    ),
  ),
  remote_src: preset(flag('src is a file or directory of the node.'), false),
  decrypt: preset(flag('Put on the node what is in a file that ansible-vault has encrypted.'), true),
  force: preset(flag('Replace a file that differs; no: only make a missing one.'), true),
  follow: preset(flag('Write what a link at dest leads to; no: put the file in place of the link.'), false),
  ...attributeParameters,
  mode: optional(
    permissions('Permissions: octal digits, or symbols as chmod has them; preserve: those of src.', [
      'preserve',
    ]),
  ),
  directory_mode: optional(permissions('Permissions of the directories that are made.')),
  ...writeParameters,
};

type CopyValues = Values<typeof parameters>;

/** What is copied: a content, a directory of the controller, or what is at a path of the node. */
type Copied = Source | Tree | { readonly remote: string };

/** Puts a file on the node, as Ansible's module. */
export const copy = hostTask({
  name: 'copy',
  help: 'Puts a file, a directory, or text on the node.',
  parameters,
  notYet: [...attributesNotYet, 'checksum', 'local_follow'],
  changes: true,
  check: ({ content, src, dest, remote_src: isRemote }) => [
    ...((content === undefined) === (src === undefined)
      ? [{ what: 'either "src" or "content" is wanted' }]
      : []),
    ...(isRemote && src?.startsWith('/') === false && !src.startsWith('~')
      ? [{ argument: 'src', what: `"src" is wrong: it is "${src}"; an absolute path of the node is wanted` }]
      : []),
    ...(content !== undefined && dest.endsWith('/')
      ? [{ argument: 'dest', what: `"content" needs the name of a file; ${dest} is a directory` }]
      : []),
  ],
  prepare: ({ src, content, remote_src: isRemote, decrypt }, { positions, context }) =>
    src === undefined
      ? Promise.resolve(ok<Copied>({ content: Buffer.from(contentText(content)) }))
      : isRemote
        ? Promise.resolve(ok<Copied>({ remote: src }))
        : fromHere({ src, decrypt }, context, positionAt(positions, ['src'])),
  reads: copyReads,
  readsAhead: (values, wantsDiff) => copyReads(values, aheadOf(values), wantsDiff),
  decide: decideCopy,
});

/** What is known of it before anything is read here. */
function aheadOf({ src, remote_src: isRemote }: CopyValues): Ahead | { readonly remote: string } {
  if (src === undefined) return {};
  return isRemote ? { remote: src } : { name: basename(src) };
}

function copyReads(values: CopyValues, copied: Copied | Ahead, wantsDiff: boolean): readonly HostRead[] {
  if ('files' in copied) return treeReads(values, copied, wantsDiff);
  if (!('remote' in copied)) return placingReads(values, copied, wantsDiff);
  const source = { content: Buffer.alloc(0), name: basename(copied.remote) };
  return [
    { read: 'path', path: copied.remote, hash: 'sha256' },
    ...placingReads(values, source, wantsDiff),
    ...thereReads(values, copied.remote),
  ];
}

function decideCopy(values: CopyValues, facts: Facts, copied: Copied): Decision {
  if ('files' in copied) return decideTree(values, facts, copied);
  if (!('remote' in copied)) return decidePlacing(values, facts, copied);
  const { path, followed, hash: sha256 } = facts.path(copied.remote);
  if (followed?.kind === 'directory') return decideThere(values, facts, copied.remote);
  if (followed === undefined || sha256 === undefined) {
    const what = followed === undefined ? 'it is not there' : `it is a ${followed.kind}`;
    return {
      is: 'refused',
      why: `Cannot copy ${path} of the node: ${what}; a file or directory is wanted`,
    };
  }
  const { mode, size } = followed;
  const content = { path, sha256, size };
  return decidePlacing(values, facts, { content, mode, name: basename(path) });
}

function contentText(content: unknown): string {
  if (typeof content === 'object' && content !== null) return pythonJson(content);
  return pythonStr(content);
}

async function fromHere(
  { src, decrypt }: { readonly src: string; readonly decrypt: boolean },
  context: ActionContext,
  at: Position | undefined,
): Promise<Result<Copied>> {
  const found = await findLocal(src, 'files', context.directories, at);
  if (!found.ok) return found;
  const status = statSync(found.value);
  const read = (path: string): Promise<Result<Buffer>> =>
    decrypt ? readOpened(path, src, at, context) : readLocal(path, at);
  if (status.isDirectory())
    return readTree(found.value.replace(/\/*$/u, src.endsWith('/') ? '/' : ''), read, at);
  const content = await read(found.value);
  return content.ok
    ? ok({ content: content.value, name: basename(src), mode: status.mode & 0o7777 })
    : content;
}
