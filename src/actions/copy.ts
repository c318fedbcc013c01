import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Position, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { pythonText } from '../template/python-text.ts';
import { attributeParameters, attributesNotYet } from './host/attributes.ts';
import { hostTask } from './host/host-task.ts';
import { findLocal, readLocal } from './host/local-file.ts';
import { anything, flag, permissions, optional, absolutePath, preset, plainText } from './host/parameters.ts';
import { decidePlacing, placingReads } from './host/place-content.ts';
import type { Source } from './host/place-content.ts';
import { writeParameters } from './host/write-file.ts';

const parameters = {
  dest: absolutePath('Where it goes; a directory takes it under its own name.'),
  content: optional(anything('What the file is to hold; a mapping or list is written as JSON.')),
  src: optional(plainText("A file of the controller, from the playbook's or role's files.")),
  remote_src: preset(flag('src is on the node.'), false),
  force: preset(flag('Replace a file that differs; no: only make a missing one.'), true),
  follow: preset(flag('Write what a link at dest leads to; no: put the file in place of the link.'), false),
  ...attributeParameters,
  mode: optional(
    permissions('Permissions: octal digits, or symbols as chmod has them; preserve: those of src.', [
      'preserve',
    ]),
  ),
  ...writeParameters,
};

/** Puts a file on the node, as Ansible's module. */
export const copy = hostTask({
  name: 'copy',
  help: 'Puts a file, or text, on the node.',
  parameters,
  notYet: [...attributesNotYet, 'checksum', 'directory_mode', 'decrypt', 'local_follow', 'remote_src'],
  changes: true,
  check: ({ content, src, dest, remote_src: isRemote }) => [
    ...((content === undefined) === (src === undefined)
      ? [{ what: 'either "src" or "content" is wanted' }]
      : []),
    ...(isRemote ? [{ argument: 'remote_src', what: '"remote_src" is not supported yet' }] : []),
    ...(content !== undefined && dest.endsWith('/')
      ? [{ argument: 'dest', what: `"content" needs the name of a file; ${dest} is a directory` }]
      : []),
  ],
  prepare: ({ src, content }, { positions, context }) =>
    src === undefined
      ? Promise.resolve(ok<Source>({ content: Buffer.from(contentText(content)) }))
      : fromFile(src, context.directories, positionAt(positions, ['src'])),
  reads: placingReads,
  readsAhead: ({ src, ...placing }, wantsDiff) =>
    placingReads(placing, src === undefined ? {} : { name: basename(src) }, wantsDiff),
  decide: decidePlacing,
});

function contentText(content: unknown): string {
  if (typeof content === 'object' && content !== null) return JSON.stringify(content);
  return typeof content === 'string' ? content : pythonText(content);
}

async function fromFile(
  src: string,
  directories: readonly string[],
  at: Position | undefined,
): Promise<Result<Source>> {
  const found = await findLocal(src, 'files', directories, at);
  if (!found.ok) return found;
  const status = await stat(found.value);
  if (status.isDirectory())
    return fail({
      code: 'task/invalid',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot copy ${src}: it is a directory, which is not supported yet; a file is wanted`,
      hint: 'pvefleet cp copies directories.',
      ...(at && { at }),
    });
  const content = await readLocal(found.value, at);
  return content.ok
    ? ok({ content: content.value, name: basename(src), mode: status.mode & 0o7777 })
    : content;
}
