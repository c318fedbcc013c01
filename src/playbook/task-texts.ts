import { readFileSync } from 'node:fs';
import { ownOptions, withLineOptions } from '../actions/host/jinja-options.ts';
import { findAction } from '../actions/registry.ts';
import type { Position, Positions } from '../diagnostic.ts';
import { positionAt } from '../diagnostic.ts';
import { expressionIn } from '../template/condition.ts';
import { holdsMarks } from '../template/tokens.ts';
import type { Task, Written } from './playbook.ts';
import { isMapping } from './reading.ts';
import { findFile } from './scope.ts';
import { CONDITIONS } from './settings.ts';

/** A text of a task that is rendered when the task is reached. */
export interface TaskText {
  readonly kind: 'template' | 'expression';
  readonly text: string;
  readonly at: Position | undefined;
}

/** All texts that a task needs for being run. Its name is not among them: it is shown as written where it can't be rendered. */
export function textsOf(task: Task): readonly TaskText[] {
  const { settings, loop, include } = task;
  const { words } = settings;
  const conditions = [...settings.when, ...CONDITIONS.flatMap((word) => words[word] ?? [])];
  const others = Object.entries(words).filter(([word]) => !CONDITIONS.some((each) => each === word));
  return [
    ...conditions.flatMap(({ value, positions }) => expressionsIn(value, positions)),
    ...[
      ...others.map(([, written]) => written),
      ...settings.environment,
      ...settings.notify,
      // Names of files that can't be told are passed over there.
      ...(loop === undefined || loop.lookup === 'first_found' ? [] : [loop.items]),
      ...(loop?.label === undefined ? [] : [loop.label]),
      ...(include === undefined ? [] : [include.name]),
    ].flatMap(({ value, positions }) => templatesIn(value, positions)),
    ...argumentTexts(task),
    ...(templateFile(task)?.texts ?? []),
  ];
}

/** The templates in a tree of plain data. */
export function templatesIn(value: unknown, positions: Positions): readonly TaskText[] {
  const found: TaskText[] = [];
  const walk = (each: unknown, path: readonly (string | number)[]): void => {
    if (typeof each === 'string' && holdsMarks(each))
      found.push({ kind: 'template', text: each, at: positionAt(positions, path) });
    else if (Array.isArray(each)) each.forEach((item, index) => walk(item, [...path, index]));
    else if (isMapping(each)) for (const [key, item] of Object.entries(each)) walk(item, [...path, key]);
  };
  walk(value, []);
  return found;
}

export function expressionsIn(value: unknown, positions: Positions): readonly TaskText[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.flatMap((text, index): readonly TaskText[] =>
    typeof text === 'string' && text.trim() !== ''
      ? [
          {
            kind: 'expression',
            text: expressionIn(text),
            at: positionAt(positions, Array.isArray(value) ? [index] : []),
          },
        ]
      : [],
  );
}

function argumentTexts({ module, args, include }: Task): readonly TaskText[] {
  const { value, positions }: Written = args;
  const expressions = findAction(module)?.expressions ?? [];
  if (include !== undefined) return [];
  if (!isMapping(value)) return templatesIn(value, positions);
  const plain = Object.entries(value).filter(([key]) => !expressions.includes(key));
  // What "debug" shows may be undefined: it says so.
  const asked = expressions.filter((key) => module !== 'debug' && value[key] !== undefined);
  return [
    ...templatesIn(Object.fromEntries(plain), positions),
    ...asked.flatMap((key) =>
      expressionsIn(value[key], positions).map((each) => ({ ...each, at: positionAt(positions, [key]) })),
    ),
  ];
}

/** The file that a "template" task renders, where its name is fixed; undefined when it is not there. */
export function templateFile({
  module,
  args,
  directories,
}: Task): { readonly text: string; readonly file: string; readonly texts: readonly TaskText[] } | undefined {
  const src = module === 'template' && isMapping(args.value) ? args.value['src'] : undefined;
  if (typeof src !== 'string' || holdsMarks(src)) return undefined;
  const file = findFile(directories, 'templates', [src]);
  if (file === undefined) return undefined;
  try {
    const own = ownOptions(readFileSync(file, 'utf8'));
    const lines = withLineOptions(own.text, { trim_blocks: true, lstrip_blocks: false });
    const text = `${'\n'.repeat(own.line - 1)}${lines}`;
    return { text, file, texts: [{ kind: 'template', text, at: { file, line: 1, column: 1 } }] };
  } catch {
    // Read again, and told, when the task is reached.
    return undefined;
  }
}
