import { join } from 'node:path';
import { attributeActs, attributeActsOfNew } from './attributes.ts';
import type { Facts, HostRead } from './facts.ts';
import type { Decision, HostAct } from './host-task.ts';
import { directoryReads, makeDirectories } from './make-directories.ts';
import type { Placing, Source } from './place-content.ts';
import { placeAt, placingReads } from './place-content.ts';

/** A directory of the controller: what is in it by paths from where it goes to, directories before what is in them. */
export interface Tree {
  readonly directories: readonly string[];
  readonly files: readonly (Source & { readonly path: string })[];
}

export function treeReads(
  placing: Placing,
  { directories, files }: Tree,
  wantsDiff: boolean,
): readonly HostRead[] {
  const { dest } = placing;
  return [
    ...files.flatMap(({ path, ...source }) =>
      placingReads({ ...placing, dest: join(dest, path) }, source, wantsDiff).slice(0, 1),
    ),
    ...directoryReads(dest),
    ...directories.map((path) => ({ read: 'path', path: join(dest, path), only: 'what' }) as const),
  ];
}

/** Puts a whole directory on the node. What is there beside it stays. */
export function decideTree(placing: Placing, facts: Facts, { directories, files }: Tree): Decision {
  const { dest, owner, group, directory_mode: mode } = placing;
  const made = makeDirectories(dest, { owner, group, mode }, facts);
  if ('why' in made) return { is: 'refused', why: made.why };
  const acts: HostAct[] = [...made];
  for (const path of directories) {
    const { path: at, followed } = facts.path(join(dest, path));
    if (followed !== undefined && followed.kind !== 'directory')
      return { is: 'refused', why: `Cannot make the directory ${at}: a ${followed.kind} is there` };
    if (followed === undefined)
      acts.push(
        { argv: ['mkdir', at], touches: [at] },
        ...attributeActsOfNew(at, { owner, group, mode }, true),
      );
    else acts.push(...attributeActs(at, followed, { owner, group, mode }));
  }
  const follow = placing.follow && directories.length === 0;
  const placed = files.map(({ path, ...source }) =>
    placeAt({ ...placing, follow }, facts.path(join(dest, path)), source),
  );
  const refused = placed.find((one) => one.is === 'refused');
  if (refused !== undefined) return refused;
  const changes = placed.filter((one) => one.is === 'change');
  acts.push(...changes.flatMap((one) => one.acts));
  const result = { dest };
  if (acts.length === 0) return { is: 'as wanted', result };
  return { is: 'change', acts, diffs: changes.flatMap(({ diffs = [] }) => diffs), result };
}
