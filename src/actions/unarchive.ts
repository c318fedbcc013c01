import { join } from 'node:path';
import type { Position, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { shJoin } from '../text/sh-quote.ts';
import type { ActionContext, ActionResult } from './action.ts';
import type { ArchiveWork } from './host/archive-script.ts';
import { ARCHIVE_SCRIPT } from './host/archive-script.ts';
import { attributeActs, attributeParameters, attributesNotYet } from './host/attributes.ts';
import type { HostRead } from './host/facts.ts';
import { endOf } from './host/host-task.ts';
import { findLocal, readLocal } from './host/local-file.ts';
import type { Values } from './host/parameters.ts';
import { absolutePath, flag, list, optional, plainText, preset } from './host/parameters.ts';
import { readFacts } from './host/read-facts.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  src: plainText(
    "An archive of the controller, from the playbook's or role's files: tar, plain or compressed, or zip.",
  ),
  dest: absolutePath('The directory that it is unpacked in; it must be there.'),
  remote_src: preset(flag('src is on the node.'), false),
  creates: optional(plainText('A path or shell pattern: where that is, nothing is unpacked.')),
  include: preset(list('Only these of it.'), []),
  exclude: preset(list('Not these of it.'), []),
  keep_newer: preset(flag('Leave files alone that are newer than those of the archive.'), false),
  extra_opts: preset(list("tar's or unzip's own options, one an item: --strip-components=1."), []),
  list_files: preset(flag('Give the names in it as "files".'), false),
  ...attributeParameters,
};

type ArchiveValues = Values<typeof parameters>;

/** Unpacks an archive in a directory, as Ansible's module: what is there as in the archive, times too, is left alone. */
export const unarchive = tableAction({
  name: 'unarchive',
  help: 'Unpacks an archive (tar, also with gzip, xz, zstd or bzip2; zip) in a directory.',
  parameters,
  notYet: [...attributesNotYet, 'copy', 'decrypt', 'io_buffer_size', 'validate_certs'],
  changes: true,
  check: ({ src, include, exclude }) => [
    ...(src.includes('://')
      ? [{ argument: 'src', what: '"src" is a URL, which is not supported yet; get_url fetches it first' }]
      : []),
    ...(include.length > 0 && exclude.length > 0
      ? [{ argument: 'exclude', what: 'it has both "include" and "exclude"; one is wanted' }]
      : []),
  ],
  run: (values, context, positions) => unpackTo(values, positionAt(positions, ['src']), context),
});

/** What is known before anything is done. */
interface Place {
  readonly dest: string;
  /** Path of the archive on the node; empty: its content is sent. */
  readonly src: string;
  readonly content?: Buffer;
}

async function unpackTo(
  values: ArchiveValues,
  at: Position | undefined,
  context: ActionContext,
): Promise<ActionResult> {
  const found = await placeOf(values, at, context);
  if (!found.ok) return failed(...found.diagnostics);
  if (found.value === 'there already') {
    const message = `skipped, since ${values.creates} exists`;
    return { outcome: 'skipped', message, result: { msg: message }, diagnostics: [] };
  }
  const place = found.value;
  const seen = await look(values, place, context);
  if (!seen.ok) return failed(...seen.diagnostics);
  const { kind, names, differences } = seen.value;
  const result = {
    dest: place.dest,
    src: values.src,
    handler: HANDLERS[kind] ?? 'TarArchive',
    state: 'directory',
    ...(values.list_files && { files: names }),
  };
  const work = differences.length > 0 ? 'unpack' : 'attributes';
  if (work === 'attributes') {
    const differs = await attributesDiffer(values, place, names, context);
    if (!differs.ok) return failed(...differs.diagnostics);
    if (!differs.value) return { outcome: 'ok', result, diagnostics: [] };
  }
  const title = `${work === 'unpack' ? 'unpack' : 'set the attributes of'} ${values.src} in ${place.dest}`;
  if (context.check)
    return { outcome: 'changed', message: `check mode: would ${title}`, result, diagnostics: [] };
  const { content } = place;
  const done = await context.perform(
    { run: 'exec', argv: argvOf(work, values, place) },
    { title, ...(content !== undefined && { stdin: content }) },
  );
  if (!done.ok) return failed(...done.diagnostics);
  return done.value.exit === 0
    ? { outcome: 'changed', result, diagnostics: [] }
    : failed(taskFailed(context, `Cannot ${title}: ${endOf(done.value)}`));
}

const HANDLERS: Readonly<Record<string, string>> = {
  zip: 'ZipArchive',
  tgz: 'TgzArchive',
  txz: 'TarXzArchive',
  zst: 'TarZstdArchive',
  bz2: 'TarBzipArchive',
};

async function placeOf(
  { src, dest, creates, remote_src: isThere }: ArchiveValues,
  at: Position | undefined,
  context: ActionContext,
): Promise<Result<Place | 'there already'>> {
  const reads: readonly HostRead[] = [
    { read: 'path', path: dest },
    ...(isThere ? [{ read: 'path', path: src } as const] : []),
    ...(creates === undefined ? [] : [{ read: 'glob', pattern: creates } as const]),
  ];
  const facts = await readFacts('unarchive', reads, context);
  if (!facts.ok) return facts;
  if (creates !== undefined && facts.value.glob(creates).length > 0) return ok('there already');
  const { path: into, followed } = facts.value.path(dest);
  if (followed?.kind !== 'directory')
    return fail(
      taskFailed(
        context,
        `Cannot unpack ${src} in ${into}: ${followed === undefined ? 'it is not there' : `it is a ${followed.kind}`}; a directory is wanted`,
      ),
    );
  if (isThere) {
    const archive = facts.value.path(src);
    return archive.followed?.kind === 'file'
      ? ok({ dest: into, src: archive.path })
      : fail(
          taskFailed(
            context,
            `Cannot unpack ${archive.path}: no such file is on the node; an archive is wanted`,
          ),
        );
  }
  const local = await findLocal(src, 'files', context.directories, at);
  const content = local.ok ? await readLocal(local.value, at) : local;
  return content.ok ? ok({ dest: into, src: '', content: content.value }) : content;
}

interface Seen {
  readonly kind: string;
  readonly names: readonly string[];
  /** What tar says differs, as far as it counts. */
  readonly differences: readonly string[];
}

/** Compares what is there with the archive, and changes nothing. */
async function look(values: ArchiveValues, place: Place, context: ActionContext): Promise<Result<Seen>> {
  const { content } = place;
  const answer = await context.read(
    shJoin(argvOf('look', values, place)),
    content === undefined ? {} : { stdin: content },
  );
  if (!answer.ok) return answer;
  if (answer.value.exit !== 0)
    return fail(taskFailed(context, `Cannot read the archive ${values.src}: ${endOf(answer.value)}`));
  const lines = answer.value.stdout.toString().split('\n');
  const after = (word: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  return ok({
    kind: after('kind')[0] ?? 'tar',
    names: after('name'),
    differences: after('differs').filter((line) => counts(line, values)),
  });
}

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

async function attributesDiffer(
  values: ArchiveValues,
  { dest }: Place,
  names: readonly string[],
  context: ActionContext,
): Promise<Result<boolean>> {
  const { owner, group, mode } = values;
  if (owner === undefined && group === undefined && mode === undefined) return ok(false);
  const paths = names.map((name) => join(dest, name));
  const facts = await readFacts(
    'unarchive',
    paths.map((path) => ({ read: 'path', path }) as const),
    context,
  );
  if (!facts.ok) return facts;
  return ok(
    paths.some((path) => {
      const { status } = facts.value.path(path);
      return status === undefined || attributeActs(path, status, values).length > 0;
    }),
  );
}

function argvOf(work: ArchiveWork, values: ArchiveValues, { dest, src }: Place): readonly string[] {
  const { owner = '', group = '', mode = '', include, exclude, extra_opts: options } = values;
  const whom = group === '' ? owner : `${owner}:${group}`;
  const lists = [include, exclude, options].map((items) => items.join('\n'));
  const newer = values.keep_newer ? 'newer' : '';
  return ['sh', '-c', ARCHIVE_SCRIPT, 'unarchive', work, dest, src, whom, mode, ...lists, newer];
}
