import type { Tool } from './tool.ts';

/** What argv's words name. */
export type Resolved =
  | {
      readonly kind: 'command';
      readonly words: string;
      readonly usage: string;
      readonly rest: readonly string[];
    }
  | { readonly kind: 'group'; readonly error: string; readonly prefix: string }
  | { readonly kind: 'unknown'; readonly error: string };

/** The words of a usage line without the tool's name and the arguments: `qm disk resize <vmid> ...` is `disk resize`. */
function wordsOf(tool: Tool, line: string): string {
  const words = line.slice(tool.name.length + 1).split(' ');
  const end = words.findIndex((word) => /^[<[{-]/.test(word) || word === '');
  return (end === -1 ? words : words.slice(0, end)).join(' ');
}

/** Finds the command that argv begins with; any word may be cut short as long as it stays unambiguous (PVE::CLIHandler::resolve_cmd). */
export function resolve(tool: Tool, argv: readonly string[]): Resolved {
  if (argv.length === 0) return { kind: 'unknown', error: 'no command specified' };
  const lines = new Map(tool.usage.flat().map((line) => [wordsOf(tool, line), line]));
  let queue = [...argv];
  const taken: string[] = [];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const next = expand(tool, lines, taken, word);
    const alias = tool.aliases[[...taken, next ?? word].join(' ')];
    if (alias !== undefined) {
      queue = [...alias.split(' '), ...queue];
      continue;
    }
    taken.push(next ?? word);
    const words = taken.join(' ');
    if (next === undefined) return { kind: 'unknown', error: `unknown command '${tool.name} ${words}'` };
    const usage = lines.get(words);
    if (usage !== undefined) return { kind: 'command', words, usage, rest: queue };
  }
  return {
    kind: 'group',
    error: `incomplete command '${tool.name} ${taken.join(' ')}'`,
    prefix: taken.join(' '),
  };
}

function expand(
  tool: Tool,
  lines: ReadonlyMap<string, string>,
  taken: readonly string[],
  word: string,
): string | undefined {
  const prefix = taken.length === 0 ? '' : `${taken.join(' ')} `;
  const next = new Set(
    [...lines.keys()]
      .filter((words) => words.startsWith(prefix))
      .map((words) => words.slice(prefix.length).split(' ')[0] ?? ''),
  );
  if (next.has(word) || tool.aliases[prefix + word] !== undefined) return word;
  const begun = [...next].filter((candidate) => candidate.startsWith(word));
  return begun.length === 1 ? begun[0] : undefined;
}

/** The usage of the whole tool, or of the commands below some words. */
export function shortUsage(tool: Tool, prefix?: string): string {
  const head = `USAGE: ${tool.name} <COMMAND> [ARGS] [OPTIONS]\n\n`;
  const print = (lines: readonly string[]): string => lines.map((line) => `       ${line}\n`).join('');
  if (prefix === undefined) return head + tool.usage.map(print).join('\n');
  return head + print(tool.usage.flat().filter((line) => wordsOf(tool, line).startsWith(`${prefix} `)));
}
