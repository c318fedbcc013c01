import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import { fileError } from '../text/file-error.ts';
import type { ActionContext, ActionResult } from './action.ts';
import type { PathFacts } from './host/facts.ts';
import { foreseen } from './host/foreseen.ts';
import type { Values } from './host/parameters.ts';
import { flag, absolutePath, preset, plainText } from './host/parameters.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  src: absolutePath('The file of the node.'),
  dest: plainText(
    'The directory of the controller that it goes to, below the name of the host; or with `flat` its place.',
  ),
  flat: preset(flag('dest is the place of the file; a directory, if it ends in "/".'), false),
  fail_on_missing: preset(flag('Fail where no file is there.'), true),
  validate_checksum: preset(flag('Fail where what came has another checksum.'), true),
};

const table = { name: 'fetch', parameters, notYet: [] };

/** Brings a file of each node to the controller, as Ansible's module. */
export const fetch = tableAction({
  ...table,
  help: 'Brings a file of each node to the controller.',
  changes: false,
  foresee: foreseen(table, (values) => [hashRead(values)]),
  run: bring,
});

/** Ansible's kind of checksum: it is registered. */
const hashRead = ({ src }: Pick<Values<typeof parameters>, 'src'>) =>
  ({ read: 'path', path: src, hash: 'sha1' }) as const;

async function bring(values: Values<typeof parameters>, context: ActionContext): Promise<ActionResult> {
  const { src, fail_on_missing: isNeeded } = values;
  if (context.check)
    return { outcome: 'skipped', message: `check mode: would fetch ${src}`, diagnostics: [] };
  const hashed = await context.look([hashRead(values)], 'known');
  if (!hashed.ok) return failed(...hashed.diagnostics);
  const found = hashed.value.path(src);
  if (found.hash === undefined) return notAFile(found, isNeeded, context);
  const dest = placeOf(values, context);
  const here = await readFile(dest).catch(() => undefined);
  if (here !== undefined && digest('sha1', here) === found.hash)
    return { outcome: 'ok', result: { ...resultOf(dest, here), file: found.path }, diagnostics: [] };
  const read = await context.look([{ ...hashRead(values), content: true }], 'now');
  if (!read.ok) return failed(...read.diagnostics);
  const { content, hash = '' } = read.value.path(src);
  if (content === undefined) return notAFile(found, true, context);
  if (values.validate_checksum && digest('sha1', content) !== hash)
    return failed(taskFailed(context, `Cannot fetch ${found.path}: it was changed while it was read`));
  const trouble = await writeHere(dest, content);
  return trouble === undefined
    ? { outcome: 'changed', result: { ...resultOf(dest, content), remote_checksum: hash }, diagnostics: [] }
    : failed(taskFailed(context, `Cannot write ${dest}: ${trouble}`));
}

const resultOf = (dest: string, content: Buffer): Readonly<Record<string, unknown>> => ({
  dest,
  checksum: digest('sha1', content),
  md5sum: digest('md5', content),
});

function notAFile(
  { path: at, followed }: PathFacts,
  isNeeded: boolean,
  context: ActionContext,
): ActionResult {
  const what = followed === undefined ? 'it is not there' : `it is a ${followed.kind}`;
  if (!isNeeded) return { outcome: 'ok', message: `nothing is fetched: ${at}: ${what}`, diagnostics: [] };
  return failed(taskFailed(context, `Cannot fetch ${at}: ${what}; a file is wanted`));
}

/** The place of the file here: below the host's name and its own path, or with `flat` as it is written. */
function placeOf(
  { src, dest, flat }: Values<typeof parameters>,
  { host, directories }: ActionContext,
): string {
  const root = resolve(directories.at(-1) ?? '.', dest);
  if (!flat) return join(root, host, src.replace(/^~/u, ''));
  return dest.endsWith('/') ? join(root, basename(src)) : root;
}

async function writeHere(dest: string, content: Buffer): Promise<string | undefined> {
  const part = `${dest}.pvefleet-part`;
  try {
    await makeDirectory(dirname(dest));
    await writeFile(part, content);
    await rename(part, dest);
    return undefined;
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    return fileError(error);
  }
}

const digest = (kind: string, content: Buffer): string => createHash(kind).update(content).digest('hex');
