import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';

/** What `pvefleet cp` is to do: files of this machine to hosts, or files of hosts to this machine. */
export type CopyOrder =
  | {
      readonly way: 'up';
      readonly sources: readonly string[];
      readonly pattern: string;
      readonly path: string;
    }
  | {
      readonly way: 'down';
      readonly pattern: string;
      readonly paths: readonly string[];
      readonly directory: string;
    };

/**
 * Reads the arguments: those with a colon before any slash are "PATTERN:PATH" on hosts, all others are of this machine.
 * A pattern may hold colons itself ("pve1:pve2:/etc/hosts"): the last one before the first slash parts it from the path.
 */
export function readCopyOrder(args: readonly string[]): Result<CopyOrder> {
  const sources = args.slice(0, -1).map(parse);
  const [last] = args.slice(-1).map(parse);
  if (last === undefined || sources.length === 0)
    return refuse('two things are wanted, what is copied and whereto');
  const remote = sources.flatMap((each) => (each.pattern === undefined ? [] : [each]));
  const unusable = [...sources, last].find(({ path }) => /\n|^~[^/]/u.test(path));
  if (unusable !== undefined)
    return refuse(
      `the path "${unusable.path}" holds a line end or another user's home; a path from "/" or "~/" is wanted`,
    );
  if (last.pattern !== undefined && remote.length === 0)
    return ok({
      way: 'up',
      sources: sources.map(({ path }) => path),
      pattern: last.pattern,
      path: onNode(last.path),
    });
  const [first] = remote;
  if (last.pattern !== undefined || first === undefined)
    return refuse(
      'it goes from this machine to hosts or from hosts to this machine; exactly one side with "PATTERN:PATH" is wanted',
    );
  if (remote.length < sources.length || remote.some(({ pattern }) => pattern !== first.pattern))
    return refuse('all that is copied comes from the same hosts; one pattern is wanted before each path');
  return ok({
    way: 'down',
    pattern: first.pattern,
    paths: remote.map(({ path }) => onNode(path)),
    directory: last.path,
  });
}

type Argument =
  | { readonly path: string; readonly pattern?: undefined }
  | { readonly path: string; readonly pattern: string };

function parse(argument: string): Argument {
  const { pattern, path } = /^(?<pattern>[^/]*):(?<path>[^:]*(?:\/.*)?)$/su.exec(argument)?.groups ?? {};
  return pattern === undefined || pattern === '' ? { path: argument } : { pattern, path: path ?? '' };
}

/** Commands start in the home directory, so a path from there needs no more than "./", which also keeps a leading dash harmless. */
function onNode(path: string): string {
  if (path.startsWith('/')) return path;
  const inHome = path.replace(/^~\/?/u, '');
  return inHome === '' ? './' : `./${inHome}`;
}

function refuse(problem: string): Result<never> {
  const diagnostic: Diagnostic = {
    code: 'cp/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot copy: ${problem}`,
    hint: "Write: pvefleet cp FILE... 'PATTERN:PATH', or: pvefleet cp 'PATTERN:PATH'... DIRECTORY",
  };
  return fail(diagnostic);
}
