import { basename, dirname, isAbsolute, join } from 'node:path';
import {
  attributeActs,
  attributeActsOfNew,
  attributeParameters,
  attributesNotYet,
} from './host/attributes.ts';
import type { Facts, PathFacts } from './host/facts.ts';
import type { Decision, HostAct } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
import { directoryReads, makeDirectories } from './host/make-directories.ts';
import { choice, flag, optional, absolutePath, preset, plainText } from './host/parameters.ts';
import type { Values } from './host/parameters.ts';

const STATES = ['absent', 'directory', 'file', 'hard', 'link', 'touch'] as const;
type State = (typeof STATES)[number];

const parameters = {
  path: absolutePath('What it is about.', ['dest', 'name']),
  state: optional(
    choice(STATES, 'What is to be there; left out: what is there, a directory with `recurse`, else a file.'),
  ),
  src: optional(plainText('What a link is to lead to.')),
  recurse: preset(flag('Also all that is below a directory.'), false),
  force: preset(flag('Make a link in place of a file or an empty directory, or to nothing.'), false),
  follow: preset(flag('Mode and owner are those of what a link leads to.'), true),
  modification_time: optional(choice(['preserve', 'now'], 'Of `touch`.')),
  access_time: optional(choice(['preserve', 'now'], 'Of `touch`.')),
  ...attributeParameters,
};

type FileValues = Values<typeof parameters>;

/** What is to be at a path, as Ansible's module. */
export const file = plainHostTask({
  name: 'file',
  help: 'What is at a path: a file with its mode and owner, a directory, a link, or nothing.',
  parameters,
  notYet: [...attributesNotYet, 'modification_time_format', 'access_time_format'],
  changes: true,
  check: ({ src, state, recurse, path: at }) => [
    ...(src !== undefined && state !== 'link' && state !== 'hard'
      ? [{ argument: 'src', what: '"src" is of links alone; state: link or state: hard is wanted' }]
      : []),
    ...(state === 'hard' && src?.startsWith('/') === false && !src.startsWith('~')
      ? [
          {
            argument: 'src',
            what: `"src" is wrong: it is "${src}"; of a hard link an absolute path is wanted`,
          },
        ]
      : []),
    ...(recurse && state !== undefined && state !== 'directory'
      ? [{ argument: 'recurse', what: '"recurse" is of directories alone; state: directory is wanted' }]
      : []),
    ...(state === 'absent' && /^\/+$/u.test(at)
      ? [{ argument: 'path', what: 'the root directory is not removed' }]
      : []),
  ],
  reads: ({ path: at, src, recurse }) => [
    ...directoryReads(at).map((one) => (one.path === at ? ({ read: 'path', path: at } as const) : one)),
    ...(src === undefined ? [] : [{ read: 'path', path: sourcePath(at, src) } as const]),
    ...(src === undefined
      ? []
      : ([sourcePath(join(at, 'x'), src), join(at, basename(src))] as const).map(
          (one) => ({ read: 'path', path: one }) as const,
        )),
    ...(recurse || src !== undefined ? [{ read: 'tree', path: at } as const] : []),
  ],
  decide(values, facts) {
    const found = facts.path(values.path);
    const decide = { absent, directory, file: keepFile, touch, link, hard }[stateOf(values, found)];
    const decision = decide(values, facts, found);
    return { result: { path: found.path, dest: found.path }, ...decision };
  },
});

function stateOf({ state, recurse }: FileValues, { status }: PathFacts): State {
  if (state !== undefined) return state;
  if (status === undefined) return recurse ? 'directory' : 'file';
  return status.kind === 'other' ? 'file' : status.kind;
}

const sourcePath = (at: string, src: string): string => (isAbsolute(src) ? src : join(dirname(at), src));

function changeOf(acts: readonly HostAct[]): Decision {
  return acts.length === 0 ? { is: 'as wanted' } : { is: 'change', acts };
}

const refused = (why: string): Decision => ({ is: 'refused', why });

function absent(_: FileValues, __: Facts, { path: at, status }: PathFacts): Decision {
  if (status === undefined) return { is: 'as wanted' };
  return changeOf([{ argv: status.kind === 'directory' ? ['rm', '-rf', at] : ['rm', '-f', at] }]);
}

function keepFile(values: FileValues, _: Facts, found: PathFacts): Decision {
  const { status, at } = shownThing(values, found);
  if (status === undefined)
    return refused(
      `Cannot set the attributes of ${found.path}: it is not there; state: touch makes an empty file`,
    );
  if (status.kind === 'directory' || status.kind === 'link')
    return refused(`Cannot take ${at} for a file: it is a ${status.kind}; a file is wanted`);
  return changeOf(attributeActs(at, status, values));
}

/** What a path is about: with `follow` what a link there leads to. */
function shownThing({ follow }: FileValues, found: PathFacts) {
  const isFollowed = follow && found.status?.kind === 'link';
  return isFollowed ? { status: found.followed, at: found.real } : { status: found.status, at: found.path };
}

function touch(values: FileValues, _: Facts, found: PathFacts): Decision {
  const { status, at } = shownThing(values, found);
  if (status === undefined && found.status !== undefined)
    return refused(`Cannot touch ${found.path}: it is a link to ${found.target}, where nothing is`);
  if (status === undefined)
    return changeOf([{ argv: ['touch', at], touches: [at] }, ...attributeActsOfNew(at, values, false)]);
  const { modification_time: modified = 'now', access_time: accessed = 'now' } = values;
  const which = `${accessed === 'now' ? 'a' : ''}${modified === 'now' ? 'm' : ''}`;
  const times =
    which === '' ? [] : [{ argv: ['touch', ...(which === 'am' ? [] : [`-${which}`]), at], touches: [at] }];
  return changeOf([...times, ...attributeActs(at, status, values)]);
}

function directory(values: FileValues, facts: Facts, found: PathFacts): Decision {
  const { status, at } = shownThing(values, found);
  if (status !== undefined && status.kind !== 'directory')
    return refused(`Cannot make the directory ${at}: a ${status.kind} is there; remove it first`);
  if (status === undefined) {
    const made = makeDirectories(values.path, values, facts);
    return 'why' in made ? refused(made.why) : changeOf(made);
  }
  const below = values.recurse ? facts.tree(values.path) : [];
  return changeOf([
    ...attributeActs(at, status, values),
    ...below.flatMap((entry) => attributeActs(entry.path, entry, values)),
  ]);
}

function link(values: FileValues, facts: Facts, found: PathFacts): Decision {
  const { src, force } = values;
  const { path: at, status, target } = found;
  if (src === undefined) {
    return status?.kind === 'link'
      ? changeOf(linkAttributes(values, found))
      : refused(`Cannot make the link ${at}: "src" is missing; what it leads to is wanted`);
  }
  const source = sourcePath(status?.kind === 'directory' ? join(values.path, 'x') : values.path, src);
  if (!force && facts.path(source).followed === undefined)
    return refused(`Cannot make the link ${at}: ${source} is not there; force: yes makes a link to nothing`);
  if (status !== undefined && status.kind !== 'link') {
    if (!force)
      return refused(`Cannot make the link ${at}: a ${status.kind} is there; force: yes replaces it`);
    if (status.kind === 'directory' && facts.tree(values.path).length > 0)
      return refused(`Cannot make the link ${at}: a directory is there that is not empty`);
  }
  if (status?.kind === 'link' && target === src) return changeOf(linkAttributes(values, found));
  const away = status?.kind === 'directory' ? [{ argv: ['rmdir', at] }] : [];
  return changeOf([...away, { argv: ['ln', '-sfn', src, at] }, ...ownerOfNewLink(values, at)]);
}

function linkAttributes(values: FileValues, found: PathFacts): readonly HostAct[] {
  const { status, at } = shownThing(values, found);
  return status === undefined ? [] : attributeActs(at, status, values);
}

function ownerOfNewLink({ follow, owner, group }: FileValues, at: string): readonly HostAct[] {
  const [chown] = attributeActsOfNew(at, { owner, group }, false);
  if (chown === undefined) return [];
  return [follow ? chown : { argv: ['chown', '-h', ...chown.argv.slice(1)] }];
}

/** A link goes into a directory that is there, under the name of what it leads to. */
function hard(values: FileValues, facts: Facts, named: PathFacts): Decision {
  const { src, force } = values;
  if (src === undefined) return refused(`Cannot make the hard link ${named.path}: "src" is missing`);
  const isInto = named.followed?.kind === 'directory';
  const { path: at, status } = isInto ? facts.path(join(values.path, basename(src))) : named;
  const source = facts.path(sourcePath(values.path, src));
  if (source.followed === undefined)
    return refused(`Cannot make the hard link ${at}: ${source.path} is not there`);
  const isSame = status?.inode === source.followed.inode && status.device === source.followed.device;
  if (isSame) return changeOf(attributeActs(at, status, values));
  if (status !== undefined && (status.kind === 'directory' || !force))
    return refused(`Cannot make the hard link ${at}: another ${status.kind} is there`);
  return changeOf([{ argv: ['ln', '-f', source.path, at] }, ...attributeActs(at, source.followed, values)]);
}
