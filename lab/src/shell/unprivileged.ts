import type { IFileSystem } from 'just-bash';
import { STRERROR } from '../machine.ts';

/** Programs that another user than root may run: they tell of the node, and change and read nothing that is root's. */
export const OPEN_PROGRAMS: ReadonlySet<string> = new Set([
  'arch',
  'dpkg-query',
  'hostname',
  'id',
  'ip',
  'logger',
  'ls',
  'nproc',
  'readlink',
  'realpath',
  'tr',
  'uname',
  'uptime',
  'whoami',
]);

const CLOSED = /^\/(?:etc\/(?:pve\/.|shadow|sudoers)|root|var\/log\/pve|var\/lib\/pve-cluster)/;
const OPEN_TO_WRITES = /^\/(?:tmp|home\/ops|dev\/null)(?:\/|$)/;

/** The same files as another user than root sees them: /etc/pve cannot be read, and nothing but /tmp and the own home be written. */
export function unprivileged(files: IFileSystem, denied: (words: string) => void): IFileSystem {
  const reading = <T>(path: string, act: () => Promise<T>): Promise<T> => {
    if (CLOSED.test(path)) return Promise.reject(noAccess(path));
    return act();
  };
  const writing = (path: string, act: () => Promise<void>): Promise<void> => {
    if (!OPEN_TO_WRITES.test(path)) return Promise.reject(noAccess(path));
    return act();
  };
  /** As in file-system.ts: just-bash would give up the whole run at a redirection that cannot open its file. */
  const redirecting = async (path: string, act: () => Promise<void>): Promise<void> => {
    if (OPEN_TO_WRITES.test(path)) return act();
    denied(`bash: ${path}: ${STRERROR.EACCES}`);
  };
  return {
    ...files,
    readFile: (path, options) => reading(path, () => files.readFile(path, options)),
    readFileBuffer: (path) => reading(path, () => files.readFileBuffer(path)),
    writeFile: (path, content, options) => redirecting(path, () => files.writeFile(path, content, options)),
    appendFile: (path, content, options) => redirecting(path, () => files.appendFile(path, content, options)),
    mkdir: (path, options) => writing(path, () => files.mkdir(path, options)),
    rm: (path, options) => writing(path, () => files.rm(path, options)),
    cp: (from, to, options) => reading(from, () => writing(to, () => files.cp(from, to, options))),
    mv: (from, to) => writing(from, () => writing(to, () => files.mv(from, to))),
    chmod: (path, mode) => writing(path, () => files.chmod(path, mode)),
    symlink: (target, path) => writing(path, () => files.symlink(target, path)),
    link: (existing, path) => writing(path, () => files.link(existing, path)),
    utimes: (path, accessed, modified) => writing(path, () => files.utimes(path, accessed, modified)),
  };
}

function noAccess(path: string): Error {
  return new Error(`EACCES: ${STRERROR.EACCES.toLowerCase()}, open '${path}'`);
}
