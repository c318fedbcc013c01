import { dirname } from 'node:path';
import type { Attributes } from './attributes.ts';
import { attributeActsOfNew } from './attributes.ts';
import type { Facts, HostRead } from './facts.ts';
import type { HostAct } from './host-task.ts';

type PathRead = Extract<HostRead, { readonly read: 'path' }>;

/** A path and the directories that it is in, without the root, the outermost first. */
export function withParents(at: string): readonly string[] {
  const clean = at.replace(/(?<=.)\/+$/u, '');
  const parent = dirname(clean);
  return parent === '/' || parent === '.' || parent === clean
    ? [...new Set([clean, at])]
    : [...new Set([...withParents(parent), clean, at])];
}

export function directoryReads(at: string): readonly PathRead[] {
  return withParents(at).map((path) => ({ read: 'path', path, only: 'what' }));
}

/** Makes a directory and those on the way to it; all that are made have the attributes, as Ansible gives them. */
export function makeDirectories(
  path: string,
  { mode, owner, group }: Attributes,
  facts: Facts,
): readonly HostAct[] | { readonly why: string } {
  const acts: HostAct[] = [];
  for (const one of withParents(path.replace(/(?<=.)\/+$/u, ''))) {
    const { path: at, followed } = facts.path(one);
    if (followed !== undefined && followed.kind !== 'directory')
      return { why: `Cannot make the directory ${path}: ${at} is a ${followed.kind}` };
    if (followed === undefined)
      acts.push(
        { argv: ['mkdir', at], touches: [at] },
        ...attributeActsOfNew(at, { mode, owner, group }, true),
      );
  }
  return acts;
}
