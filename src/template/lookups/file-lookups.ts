import { basename, dirname, join } from 'node:path/posix';
import { isMapping, mapping, text, truthy } from '../filter-values.ts';
import type { Lookup, Question, Surroundings } from './lookup.ts';

/** Lookups that ask the controller. */
export const fileLookups: Readonly<Record<string, Lookup>> = {
  file: {
    options: ['lstrip', 'rstrip'],
    find: ({ terms, options: { lstrip = false, rstrip = true } }, { controller }) =>
      terms.map((term) => {
        const content = controller.read(found(controller, text(term), 'files'));
        const begun = truthy(lstrip) ? content.trimStart() : content;
        return truthy(rstrip) ? begun.trimEnd() : begun;
      }),
  },
  fileglob: {
    options: [],
    find: ({ terms }, { controller }) => terms.flatMap((term) => fitting(text(term), controller)),
  },
  first_found: { options: ['files', 'paths', 'skip'], find: firstFound },
  env: {
    options: ['default'],
    find: ({ terms, options }, { controller }) =>
      terms.map((term) => {
        const [name = ''] = text(term).trim().split(/\s+/u);
        return controller.environment(name) ?? options['default'] ?? '';
      }),
  },
  lines: {
    options: [],
    find: ({ terms }, { controller }) =>
      terms.flatMap((term) => {
        const lines = controller.run(text(term)).split(/\r\n|\r|\n/u);
        return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
      }),
  },
  pipe: {
    options: [],
    find: ({ terms }, { controller }) => terms.map((term) => controller.run(text(term)).trimEnd()),
  },
  template: {
    options: ['convert_data', 'template_vars'],
    find: ({ terms, options }, { controller, render }) =>
      terms.map((term) => {
        const path = found(controller, text(term), 'templates');
        const own = { template_path: text(term), template_fullpath: path };
        return render(controller.read(path), path, { ...own, ...mapping(options['template_vars'] ?? {}) });
      }),
  },
};

function found(controller: Surroundings['controller'], name: string, folder: string): string {
  const path = controller.find(name, folder);
  if (path !== undefined) return path;
  throw new Error(`Cannot find ${name}: it is at none of ${controller.placesOf(name, folder).join(', ')}`);
}

/** Of the first directory that has any: a name without a directory is looked for in "files" and beside it, any other from the first directory by that name. */
function fitting(pattern: string, controller: Surroundings['controller']): readonly string[] {
  const name = basename(pattern);
  const within = controller.find(dirname(pattern), 'files');
  const directories =
    name === pattern ? controller.placesOf('.', 'files') : within === undefined ? [] : [within];
  return (
    directories
      .map((directory) => controller.glob(join(directory, name)))
      .find((files) => files.length > 0) ?? []
  );
}

/** The first of these files that is there: names, or mappings with "files", "paths" and "skip". */
function firstFound({ terms, options }: Question, { controller }: Surroundings): readonly unknown[] {
  const { names, skips } = candidates(terms, options);
  for (const name of names) {
    const path = controller.find(name, folderOf(options));
    if (path !== undefined) return [path];
  }
  if (skips) return [];
  throw new Error(`finds none of ${names.join(', ')}`);
}

/** A loop looks where its task does: "with_first_found" of a template in "templates". */
const folderOf = (options: Question['options']): string => text(options['folder'] ?? 'files');

interface Candidates {
  readonly names: readonly string[];
  readonly skips: boolean;
}

/** What is said last counts: a mapping without "paths" replaces all before it, and its "skip" is that of all. */
function candidates(terms: readonly unknown[], options: Question['options']): Candidates {
  let all: Candidates = { names: [], skips: false };
  for (const term of terms) {
    if (Array.isArray(term)) {
      const inner = candidates(term, options);
      all = { names: [...all.names, ...inner.names], skips: inner.skips };
      continue;
    }
    if (typeof term !== 'string' && !isMapping(term))
      throw new Error('wants names of files, or mappings with "files" and "paths"');
    const { files, paths, skip } = typeof term === 'string' ? options : term;
    const names = splitNames(files, /[,;]/u);
    const directories = splitNames(paths, /[,:;]/u);
    const skips = truthy(skip);
    if (directories.length > 0)
      all = {
        names: [...all.names, ...directories.flatMap((path) => names.map((name) => join(path, name)))],
        skips,
      };
    else if (names.length > 0) all = { names, skips };
    else all = { names: [...all.names, ...(typeof term === 'string' ? [term] : [])], skips };
  }
  return all;
}

function splitNames(value: unknown, at: RegExp): readonly string[] {
  if (value === undefined || value === null) return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => (Array.isArray(item) ? splitNames(item, at) : text(item).split(at)));
}
