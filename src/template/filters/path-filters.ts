import { posix, win32 } from 'node:path';
import { named } from '../filter-arguments.ts';
import type { Filter } from '../filter-values.ts';
import { list, text } from '../filter-values.ts';

/** Filters of paths, which look at nothing but their text. */
export const pathFilters: Readonly<Record<string, Filter>> = {
  basename: (value) => text(value).slice(text(value).lastIndexOf('/') + 1),
  dirname: (value) => {
    const head = text(value).slice(0, text(value).lastIndexOf('/') + 1);
    return /[^/]/u.test(head) ? head.replace(/\/+$/u, '') : head;
  },
  splitext: (value) => {
    const { root = '', extension = '' } =
      /^(?<root>(?:.*\/)?\.*[^/]*?)(?<extension>\.[^./]*)?$/su.exec(text(value))?.groups ?? {};
    return root === '' || /(?:^|\/)\.*$/u.test(root) ? [text(value), ''] : [root, extension];
  },
  path_join: (value) => (typeof value === 'string' ? value : list(value).map(text).reduce(joined)),
  relpath: (value, ...args) => {
    const { start = '.' } = named(args, ['start']);
    return posix.relative(text(start), text(value)) || '.';
  },
  win_basename: (value) => win32.basename(text(value)),
  win_dirname: (value) => win32.dirname(text(value)),
  win_splitdrive: (value) => {
    const [, drive = '', rest = ''] = /^([A-Za-z]:)?(.*)$/su.exec(text(value)) ?? [];
    return [drive, rest];
  },
};

/** As Python joins: an absolute part begins anew. */
function joined(path: string, part: string): string {
  if (part.startsWith('/')) return part;
  return path === '' || path.endsWith('/') ? path + part : `${path}/${part}`;
}
