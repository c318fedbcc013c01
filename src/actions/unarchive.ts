import { join } from 'node:path';
import type { Position, Result } from '../diagnostic.ts';
import { ok, positionAt } from '../diagnostic.ts';
import type { ActionContext } from './action.ts';
import type { ArchiveWork } from './host/archive-script.ts';
import { ARCHIVE_SCRIPT } from './host/archive-script.ts';
import { attributeActs, attributeParameters, attributesNotYet } from './host/attributes.ts';
import { curlOptions } from './host/curl-options.ts';
import type { Facts, HostRead } from './host/facts.ts';
import type { Decision } from './host/host-task.ts';
import { hostTask } from './host/host-task.ts';
import { findLocal, readLocal } from './host/local-file.ts';
import type { Values } from './host/parameters.ts';
import { absolutePath, flag, list, optional, plainText, preset } from './host/parameters.ts';
import { statusOf } from './host/parse-facts.ts';
import { shJoin } from '../text/sh-quote.ts';

const parameters = {
  src: plainText(
    "An archive of the controller, from the playbook's or role's files: tar, plain or compressed, or zip; with `remote_src` one of the node, or a URL.",
  ),
  dest: absolutePath('The directory that it is unpacked in; it must be there.'),
  remote_src: optional(flag('src is on the node, or is a URL that the node fetches.')),
  copy: optional(flag('The opposite of `remote_src`, as it was called before.')),
  creates: optional(plainText('A path or shell pattern: where that is, nothing is unpacked.')),
  include: preset(list('Only these of it.'), []),
  exclude: preset(list('Not these of it.'), []),
  keep_newer: preset(flag('Leave files alone that are newer than those of the archive.'), false),
  extra_opts: preset(list("tar's or unzip's own options, one an item: --strip-components=1."), []),
  list_files: preset(flag('Give the names in it as "files".'), false),
  validate_certs: preset(flag('Check the certificate of the server of a URL.'), true),
  ...attributeParameters,
};

type ArchiveValues = Values<typeof parameters>;

/** What is known of an archive beside what can be read on the node: one that is there is compared by a read. */
type Archive =
  | { readonly is: 'there' }
  | { readonly is: 'sent'; readonly input: Buffer | string; readonly compared: Compared }
  /** Its place said before that there is no use in it. */
  | { readonly is: 'not looked at' };

/** What the script said. */
interface Compared {
  readonly exit: number | null;
  readonly text: string;
}

/** What one that is there is compared in, in seconds. */
const COMPARE_SECONDS = 50;

const CURL_SECONDS = 10;

/** Unpacks an archive in a directory, as Ansible's module: what is there as in the archive, times too, is left alone. */
export const unarchive = hostTask({
  name: 'unarchive',
  help: 'Unpacks an archive (tar, also with gzip, xz, zstd or bzip2; zip) in a directory.',
  parameters,
  notYet: [...attributesNotYet, 'decrypt', 'io_buffer_size'],
  changes: true,
  check: (values) => [
    ...(isUrl(values) && !isRemote(values)
      ? [{ argument: 'src', what: '"src" is a URL, which the node fetches; remote_src: yes is wanted' }]
      : []),
    ...(values.include.length > 0 && values.exclude.length > 0
      ? [{ argument: 'exclude', what: 'it has both "include" and "exclude"; one is wanted' }]
      : []),
    ...(values.copy !== undefined && values.remote_src !== undefined
      ? [{ argument: 'copy', what: 'it has both "copy" and "remote_src"; one is wanted' }]
      : []),
  ],
  prepare: (values, { positions, context }) => archiveOf(values, positionAt(positions, ['src']), context),
  reads: (values) => readsOf(values),
  readsAhead: (values) => readsOf(values),
  decide,
});

const isUrl = ({ src }: ArchiveValues): boolean => src.includes('://');

const isRemote = ({ remote_src: isThere, copy }: ArchiveValues): boolean => isThere ?? copy === false;

function placeReads({ dest, creates }: ArchiveValues): readonly HostRead[] {
  return [
    { read: 'path', path: dest },
    ...(creates === undefined ? [] : [{ read: 'glob', pattern: creates } as const]),
  ];
}

function readsOf(values: ArchiveValues): readonly HostRead[] {
  if (!isRemote(values) || isUrl(values)) return placeReads(values);
  const argv = argvOf('look', values);
  return [
    ...placeReads(values),
    { read: 'path', path: values.src },
    { read: 'output', argv, timeoutSeconds: COMPARE_SECONDS },
  ];
}

/** Has the node compare one that it has not got with what is there; that changes nothing. */
async function archiveOf(
  values: ArchiveValues,
  at: Position | undefined,
  context: ActionContext,
): Promise<Result<Archive>> {
  if (isRemote(values) && !isUrl(values)) return ok({ is: 'there' });
  const places = await context.look(placeReads(values), 'known');
  if (!places.ok) return places;
  if (placeTrouble(values, places.value) !== undefined) return ok({ is: 'not looked at' });
  const input = await inputOf(values, at, context);
  if (!input.ok) return input;
  const answer = await context.read(shJoin(argvOf('look', values)), { stdin: input.value });
  if (!answer.ok) return answer;
  const { exit, stdout, stderr } = answer.value;
  const text = `${stdout.toString()}${stderr.toString()}`;
  return ok({ is: 'sent', input: input.value, compared: { exit, text } });
}

/** What the node reads for it: the archive, or how curl fetches it. */
async function inputOf(
  values: ArchiveValues,
  at: Position | undefined,
  { directories }: ActionContext,
): Promise<Result<Buffer | string>> {
  const { src, validate_certs } = values;
  if (isUrl(values)) return ok(curlOptions(src, { validate_certs, timeout: CURL_SECONDS }));
  const found = await findLocal(src, 'files', directories, at);
  return found.ok ? readLocal(found.value, at) : found;
}

/** What there is to say before the archive is looked at. */
function placeTrouble(values: ArchiveValues, facts: Facts): Decision | undefined {
  const { src, dest, creates } = values;
  if (creates !== undefined && facts.glob(creates).length > 0) {
    const message = `skipped, since ${creates} exists`;
    return { is: 'skipped', message, result: { msg: message } };
  }
  const { path: into, followed } = facts.path(dest);
  if (followed?.kind === 'directory') return undefined;
  const what = followed === undefined ? 'it is not there' : `it is a ${followed.kind}`;
  return { is: 'refused', why: `Cannot unpack ${src} in ${into}: ${what}; a directory is wanted` };
}

function decide(values: ArchiveValues, facts: Facts, archive: Archive): Decision {
  const { src, dest } = values;
  const trouble = placeTrouble(values, facts);
  if (trouble !== undefined) return trouble;
  if (archive.is === 'there' && facts.path(src).followed?.kind !== 'file')
    return {
      is: 'refused',
      why: `Cannot unpack ${facts.path(src).path}: no such file is on the node; an archive is wanted`,
    };
  if (archive.is === 'not looked at')
    return { is: 'refused', why: `Cannot unpack ${src} in ${dest}: its place was changed meanwhile` };
  const { exit, text } = archive.is === 'there' ? facts.output(argvOf('look', values)) : archive.compared;
  const lines = text.split('\n');
  if (exit !== 0) {
    const said = lines.filter((line) => !/^(?:kind|name|differs|is) /u.test(line)).join('\n');
    return {
      is: 'refused',
      why: `Cannot read the archive ${src}: exit code ${exit}; it said: ${said.trim()}`,
    };
  }
  const after = (word: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  const result = {
    dest: facts.path(dest).path,
    src,
    handler: HANDLERS[after('kind')[0] ?? ''] ?? 'TarArchive',
    state: 'directory',
    ...(values.list_files && { files: after('name') }),
  };
  const isOther = after('differs').some((line) => counts(line, values));
  if (!isOther && !after('is').some((line) => hasOtherAttributes(line, values)))
    return { is: 'as wanted', result };
  const work = isOther ? 'unpack' : 'attributes';
  const act = {
    argv: argvOf(work, values),
    ...(archive.is === 'sent' && { stdin: archive.input }),
    title: `${isOther ? 'unpack' : 'set the attributes of'} ${src} in ${facts.path(dest).path}`,
    // tar's own options may run anything.
    ...(values.extra_opts.length === 0 && { touches: [dest] }),
  };
  return { is: 'change', acts: [act], result };
}

/** What Ansible would have unpacked it with: GNU tar sees for itself how an archive is compressed. */
const HANDLERS: Readonly<Record<string, string>> = { zip: 'ZipArchive', tgz: 'TgzArchive' };

/** What the task sets anyway is no difference, and what tar says of itself neither. */
function counts(line: string, { owner, group, mode }: ArchiveValues): boolean {
  // What --strip-components takes away whole has no name left.
  if (/^(?:tar: )?: Warning: Cannot stat/u.test(line)) return false;
  if (line.endsWith(': Uid differs')) return owner === undefined;
  if (line.endsWith(': Gid differs')) return group === undefined;
  if (line.endsWith(': Mode differs')) return mode === undefined;
  return /: (?:Mod time differs|Size differs|Contents differ|File type differs|Symlink differs|Not linked to .*|Warning: Cannot stat: .*|differs)$/u.test(
    line,
  );
}

/** Whether what is there, as "STATUS PATH", has not the attributes that are wanted. */
function hasOtherAttributes(line: string, values: ArchiveValues): boolean {
  const at = line.indexOf(' /');
  return attributeActs(line.slice(at + 1), statusOf(line.slice(0, at)), values).length > 0;
}

function argvOf(work: ArchiveWork, values: ArchiveValues): readonly string[] {
  const { src, dest, owner = '', group = '', mode = '', include, exclude, extra_opts: options } = values;
  const from = isRemote(values) ? (isUrl(values) ? 'url' : src) : 'input';
  const whom = group === '' ? owner : `${owner}:${group}`;
  const lists = [include, exclude, options].map((items) => items.join('\n'));
  const newer = values.keep_newer ? 'newer' : '';
  return ['sh', '-c', ARCHIVE_SCRIPT, 'unarchive', work, join(dest, '/'), from, whom, mode, ...lists, newer];
}
