import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** All that is below a directory: path → kind, permissions, owners, and the content of a file or what a link says. */
export function readTree(root: string, prefix: string): ReadonlyMap<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    paths.map((path) => {
      const about = describe(join(root, path));
      return [`${prefix}/${nameless(path, about)}`, about];
    }),
  );
}

function describe(path: string): string {
  const status = lstatSync(path);
  if (status.isCharacterDevice() && status.rdev === 0) return 'removed';
  const mode = (status.mode & 0o7777).toString(8).padStart(4, '0');
  const about = `${mode} ${status.uid}:${status.gid}`;
  if (status.isDirectory()) return `directory ${about}`;
  if (status.isSymbolicLink()) return `link ${about} to ${readlinkSync(path)}`;
  if (!status.isFile()) return `other ${about}`;
  const content = readFileSync(path, 'latin1').replace(/^# \(.* installed on .*\)$/mu, '# (installed)');
  const shown = content.includes('\0') ? `(${digestOf(content)})` : content;
  return `file ${about} links ${status.nlink}\n${shown}`;
}

/** An old file that was kept goes by what it holds: its name has a process number and the time. */
function nameless(path: string, about: string): string {
  return path.replace(/\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~$/u, `.${digestOf(about)}~`);
}

const digestOf = (text: string): string => createHash('sha1').update(text).digest('hex').slice(0, 8);
