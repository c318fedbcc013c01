import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import { renderValue } from '../template/render.ts';
import type { Variables } from '../template/render.ts';
import type { ModuleDefaults } from './module-defaults.ts';
import type { Written } from './playbook.ts';
import { kindOfValue } from './reading.ts';

/** Keywords that are on or off. */
export const SWITCHES = [
  'any_errors_fatal',
  'become',
  'check_mode',
  'delegate_facts',
  'diff',
  'ignore_errors',
  'ignore_unreachable',
  'no_log',
  'run_once',
] as const;
/** Keywords that are a name. */
export const NAMES = ['become_method', 'become_user', 'delegate_to'] as const;
/** Keywords that are a number. */
export const NUMBERS = ['async', 'delay', 'poll', 'retries', 'throttle', 'timeout'] as const;
/** Keywords that are a condition. */
export const CONDITIONS = ['changed_when', 'failed_when', 'until'] as const;

type Word =
  | (typeof SWITCHES)[number]
  | (typeof NAMES)[number]
  | (typeof NUMBERS)[number]
  | (typeof CONDITIONS)[number];

/** What a task has from its keywords, and from those of its blocks and its play. Nothing is rendered yet. */
export interface Settings {
  /** Conditions, outermost first; all must hold. */
  readonly when: readonly Written[];
  readonly vars: Variables;
  readonly tags: readonly string[];
  /** Mappings of variables of the environment, outermost first. */
  readonly environment: readonly Written[];
  /** Handlers. */
  readonly notify: readonly Written<string>[];
  /** Arguments that tasks inside have by default, outermost first. */
  readonly moduleDefaults: readonly ModuleDefaults[];
  readonly words: Readonly<Partial<Record<Word, Written>>>;
}

export const noSettings: Settings = {
  when: [],
  vars: {},
  tags: [],
  environment: [],
  notify: [],
  moduleDefaults: [],
  words: {},
};

/** The settings of what stands inside: the nearest wins; conditions, tags, environments and handlers add up. */
export function within(outer: Settings, own: Settings): Settings {
  return {
    when: [...outer.when, ...own.when],
    vars: { ...outer.vars, ...own.vars },
    tags: [...new Set([...outer.tags, ...own.tags])],
    environment: [...outer.environment, ...own.environment],
    notify: [...outer.notify, ...own.notify],
    moduleDefaults: [...outer.moduleDefaults, ...own.moduleDefaults],
    words: { ...outer.words, ...own.words },
  };
}

/** Whether a switch is on; one that is not written is off. */
export function isOn(
  { words }: Settings,
  word: (typeof SWITCHES)[number],
  variables: Variables,
): Result<boolean> {
  const written = words[word];
  if (written === undefined) return ok(false);
  const rendered = renderValue(written.value, written.positions, variables);
  if (!rendered.ok) return rendered;
  const { value } = rendered;
  if (typeof value === 'boolean') return ok(value);
  if (value === 1 || value === 0) return ok(value === 1);
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (['yes', 'true', 'on', '1'].includes(text)) return ok(true);
  if (['no', 'false', 'off', '0'].includes(text)) return ok(false);
  return fail(wrong(word, written, `it is ${shown(value)}; true or false is wanted`));
}

/** The text of a name; undefined when it is not written. */
export function nameOf(
  { words }: Settings,
  word: (typeof NAMES)[number],
  variables: Variables,
): Result<string | undefined> {
  const written = words[word];
  if (written === undefined) return ok(undefined);
  const rendered = renderValue(written.value, written.positions, variables);
  if (!rendered.ok) return rendered;
  return typeof rendered.value === 'string' && rendered.value !== ''
    ? ok(rendered.value)
    : fail(wrong(word, written, `it is ${shown(rendered.value)}; a name is wanted`));
}

/** A number that is not negative; undefined when it is not written. */
export function numberOf(
  { words }: Settings,
  word: (typeof NUMBERS)[number],
  variables: Variables,
): Result<number | undefined> {
  const written = words[word];
  if (written === undefined) return ok(undefined);
  const rendered = renderValue(written.value, written.positions, variables);
  if (!rendered.ok) return rendered;
  const number = rendered.value === '' || rendered.value === null ? Number.NaN : Number(rendered.value);
  return Number.isFinite(number) && number >= 0
    ? ok(number)
    : fail(wrong(word, written, `it is ${shown(rendered.value)}; a number is wanted`));
}

/** The variables of the environment, as texts. */
export function environmentOf(
  { environment }: Settings,
  variables: Variables,
): Result<Readonly<Record<string, string>>> {
  const all: Record<string, string> = {};
  for (const written of environment) {
    const rendered = renderValue(written.value, written.positions, variables);
    if (!rendered.ok) return rendered;
    const { value } = rendered;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return fail(wrong('environment', written, `it is ${kindOfValue(value)}; a mapping is wanted`));
    for (const [name, each] of Object.entries(value)) {
      if (!/^[A-Za-z_]\w*$/u.test(name))
        return fail(wrong('environment', written, `"${name}" is no name of a variable`));
      if (typeof each === 'object' && each !== null)
        return fail(wrong('environment', written, `"${name}" is ${kindOfValue(each)}; text is wanted`));
      all[name] = typeof each === 'boolean' ? (each ? 'True' : 'False') : String(each ?? '');
    }
  }
  return ok(all);
}

function wrong(word: string, { positions }: Written, what: string): Diagnostic {
  const at = positionAt(positions, []);
  return {
    code: 'playbook/invalid',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot read "${word}": ${what}`,
    ...(at && { at }),
  };
}

const shown = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? `"${value}"` : kindOfValue(value);
