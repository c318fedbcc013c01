import type { Variables } from '../template/render.ts';
import { Verbatim } from '../template/render.ts';
import type { Prepared } from '../template/prepare.ts';
import { prepareExpression, prepareTemplate } from '../template/prepare.ts';
import { mayBeOfLink } from './system-facts.ts';
import type { TaskText } from './task-texts.ts';
import { templatesIn } from './task-texts.ts';

type Text = Pick<TaskText, 'kind' | 'text'>;

/** A variable that nobody defines. */
export interface Missing {
  readonly name: string;
  /** The text that names it, and the variables on the way there. */
  readonly text: string;
  readonly naming: readonly string[];
  /** By a condition in a text, it may never be looked at. */
  readonly branches: boolean;
}

/** What a text needs and nothing defines, also by way of the variables that it names. */
export function missingIn(
  { kind, text }: Text,
  known: Variables,
  naming: readonly string[],
): readonly Missing[] {
  const { needed, branches } = prepare(kind, text);
  return [...needed].flatMap((name): readonly Missing[] => {
    if (!Object.hasOwn(known, name)) return mayBeOfLink(name) ? [] : [{ name, text, naming, branches }];
    if (naming.includes(name)) return [];
    return templatesIn(plain(known[name]), {})
      .flatMap((inner) => missingIn(inner, known, [...naming, name]))
      .map((missing) => ({ ...missing, branches: missing.branches || branches }));
  });
}

const plain = (value: unknown): unknown =>
  value instanceof Verbatim || typeof value === 'function' ? null : value;

const prepared = new Map<string, Prepared>();

/** The text taken apart, each once. */
export function prepare(kind: Text['kind'], text: string): Prepared {
  const key = `${kind} ${text}`;
  const made = prepared.get(key) ?? (kind === 'template' ? prepareTemplate(text) : prepareExpression(text));
  prepared.set(key, made);
  return made;
}

/** The variables that texts name, and those that these are made of. */
export function namesOf(texts: readonly Text[], known: Variables): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (found: readonly Text[]): void => {
    for (const { kind, text } of found)
      for (const name of prepare(kind, text).names) {
        if (names.has(name)) continue;
        names.add(name);
        add(templatesIn(plain(known[name]), {}));
      }
  };
  add(texts);
  return names;
}
