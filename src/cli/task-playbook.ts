import { splitWords } from '../actions/split-words.ts';
import { actionNames, findAction } from '../actions/registry.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import { findPlanner, plannerKinds } from '../plan/planners.ts';
import { parsePlaybook } from '../playbook/load.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { bareName, LANGUAGE_WORDS } from '../playbook/keywords.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { parseYaml } from '../text/parse-yaml.ts';
import { shJoin } from '../text/sh-quote.ts';

/** Stands for a file in positions: the line is the number of the argument, the pattern being the first. */
const FILE = 'argument';

/** Modules whose words are a command line where they are no arguments. */
const COMMANDS = ['command', 'shell', 'raw', 'script'];

/** A playbook of one task, from the words of a command line: PATTERN KIND [key=value | word]... [-- command]. */
export function taskPlaybook(
  [pattern, kind, ...words]: readonly string[],
  afterDashes: readonly string[] = [],
): Result<Playbook> {
  if (pattern === undefined || kind === undefined)
    return wrong(
      `${pattern === undefined ? 'no hosts are named' : 'no kind of task is named'}; PATTERN and KIND are wanted`,
      'Write: pvefleet task PATTERN KIND key=value ..., as in: pvefleet task all service name=pvedaemon state=restarted',
    );
  const bare = bareName(kind);
  const names = [...plannerKinds, ...actionNames];
  if (findAction(bare) === undefined && findAction(kind) === undefined && findPlanner(kind) === undefined)
    return LANGUAGE_WORDS.includes(bare) || bare.startsWith('import_')
      ? wrong(`"${kind}" changes the course of a playbook; a task that stands for itself is wanted`)
      : wrong(`there is no task or kind "${kind}"${didYouMean(kind, names)}`);
  const args = argumentsOf(bare, words, afterDashes);
  if ('problem' in args) return wrong(args.problem);
  const text = [
    `[{"hosts": ${JSON.stringify(pattern)}, "tasks": [{`,
    `${JSON.stringify(kind)}:${args.opens}`,
    ...args.lines,
    '}]}]',
  ].join('\n');
  return parsePlaybook(text, FILE);
}

/** What stands behind the kind, and the lines of its words. YAML takes the comma before the bracket. */
type Lines = { readonly opens: string; readonly lines: readonly string[] } | { readonly problem: string };

/** The arguments as JSON, each on the line of its word. */
function argumentsOf(module: string, words: readonly string[], afterDashes: readonly string[]): Lines {
  const [only] = words;
  if (words.length === 1 && only !== undefined && /^\s*\{(?!\{)/u.test(only)) {
    const whole = parseYaml(only, FILE);
    return whole.ok
      ? { opens: '', lines: [JSON.stringify(whole.value.value)] }
      : { problem: `${only} is no mapping` };
  }
  const isCommand = COMMANDS.includes(module);
  const keys = findAction(module)?.keys ?? [];
  const isArgument = (word: string): boolean => {
    const key = /^(?<key>[\w-]+)=/u.exec(word)?.groups?.['key'];
    return key !== undefined && (!isCommand || keys.includes(key));
  };
  const plain = [...words.filter((word) => !isArgument(word)), ...afterDashes];
  if (!isCommand && plain[0] !== undefined)
    return { problem: `"${plain[0]}" is no key=value; an argument of "${module}" is wanted` };
  const start = words.findIndex((word) => !isArgument(word));
  const command = commandLine(module, plain);
  const line = command === undefined ? undefined : `"cmd": ${JSON.stringify(command)}`;
  const pairs = words.map((word, index) => {
    if (isArgument(word)) return pair(module, word);
    return index === start ? line : undefined;
  });
  const all = start < 0 ? [...pairs, line] : pairs;
  return { opens: ' {', lines: [...all.map((each) => (each === undefined ? '' : `${each},`)), '}'] };
}

/** One word is a command line already; several arrive as they are. */
function commandLine(module: string, words: readonly string[]): string | undefined {
  const [only] = words;
  if (only === undefined) return undefined;
  if (words.length > 1) return shJoin(words);
  return module === 'command' && splitWords(only) === undefined ? shJoin(words) : only;
}

function pair(module: string, word: string): string {
  const equals = word.indexOf('=');
  const value = word.slice(equals + 1);
  const given = findAction(module) === undefined ? yamlValue(value) : jsonValue(value);
  return `${JSON.stringify(word.slice(0, equals))}: ${JSON.stringify(given)}`;
}

/** A list or mapping in JSON; anything else is text, of which the task makes what it wants. */
function jsonValue(value: string): unknown {
  if (!/^[[{]/u.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** As in a playbook: numbers, true and false, null, a list or mapping in JSON or YAML; else text. */
function yamlValue(value: string): unknown {
  if (value.startsWith('{{') || value.startsWith('{%')) return value;
  const parsed = parseYaml(value, FILE);
  if (!parsed.ok) return value;
  const { value: read } = parsed.value;
  const isOfMany = typeof read === 'object' && read !== null;
  return isOfMany && !/^[[{]/u.test(value) ? value : (read ?? null);
}

function wrong(what: string, hint = 'See: pvefleet task --help'): Result<never> {
  const diagnostic: Diagnostic = {
    code: 'cli/arguments',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot run a task: ${what}`,
    hint,
  };
  return fail(diagnostic);
}
