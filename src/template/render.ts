import type { Diagnostic, Position, Positions, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import type { Controller } from './controller.ts';
import { CONTROLLER } from './controller.ts';
import type { Outside } from './engine.ts';
import { renderPrepared } from './engine.ts';
import type { Question, Surroundings } from './lookups/lookup.ts';
import { findAll, lookUp } from './lookups/lookups.ts';
import { pythonStr } from './python-text.ts';
import type { Prepared } from './prepare.ts';
import { prepareExpression, prepareTemplate, prepareText } from './prepare.ts';
import { templateError, whatIsMissing } from './template-error.ts';

/**
 * Variables by name. A value may hold templates of its own, rendered when a template names it; a value that is a
 * function is called then.
 */
export type Variables = Readonly<Record<string, unknown>> & {
  /** Whom lookups ask; without it they are errors. */
  readonly [CONTROLLER]?: Controller | undefined;
};

/** A variable's value that is used as it is: braces in it are no template. What nodes say is such, and what was rendered already. */
export class Verbatim {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** What is found under a variable's name. */
type Found =
  | { readonly value: unknown }
  | { readonly missing: true }
  | { readonly failed: readonly Diagnostic[] };

const texts = new Map<string, Prepared>();
const files = new Map<string, Prepared>();
const expressions = new Map<string, Prepared>();
const foundBefore = new WeakMap<Variables, Map<string, Found>>();

/**
 * Renders every template in a tree of plain data; keys are left as they are. A text that is one `{{ … }}` gives its
 * value with its type, any other text gives text. All errors of the tree at once, each with its position.
 */
export function renderValue(value: unknown, positions: Positions, variables: Variables): Result<unknown> {
  const diagnostics: Diagnostic[] = [];
  const rendered = renderTree(value, [], (text, path) => {
    // Most texts are just that, and looking for their place costs more than reading them.
    if (!/\{[{%#]/u.test(text)) return text;
    const result = renderText(text, variables, positionAt(positions, path), []);
    if (result.ok) return result.value;
    diagnostics.push(...result.diagnostics);
    return null;
  });
  return diagnostics.length > 0 ? fail(...diagnostics) : ok(rendered);
}

/** The value of an expression without braces: `groups["web"] | length`. */
export function evaluate(expression: string, variables: Variables, at?: Position): Result<unknown> {
  return run(memoise(expressions, expression, prepareExpression), expression, variables, at, []);
}

function renderText(
  text: string,
  variables: Variables,
  at: Position | undefined,
  naming: readonly string[],
): Result<unknown> {
  return run(memoise(texts, text, prepareText), text, variables, at, naming);
}

/** What the text of a template file gives; `at` is its first line. */
export function renderFile(text: string, at: Position, variables: Variables): Result<unknown> {
  return run(memoise(files, text, prepareTemplate), text, variables, at, []);
}

/** `naming` holds the variables whose values are being rendered, outermost first. */
function run(
  prepared: Prepared,
  text: string,
  variables: Variables,
  at: Position | undefined,
  naming: readonly string[],
): Result<unknown> {
  const context: Record<string, unknown> = {};
  const failed = new Map<string, readonly Diagnostic[]>();
  for (const name of prepared.names) {
    const found = look(name, variables, at, naming);
    if ('value' in found) context[name] = found.value;
    else if ('failed' in found) failed.set(name, found.failed);
  }
  const easy = withoutEngine(prepared, context);
  if (easy !== undefined) return ok(easy);
  const rendered = renderPrepared(prepared, context, outsideOf(variables, at, naming));
  if ('value' in rendered) return ok(rendered.value);
  if (rendered.problem === 'error')
    return fail(templateError('template/error', text, naming, rendered.message, at));
  const root = /^\w+/u.exec(rendered.source)?.[0] ?? '';
  const reasons = failed.get(root);
  if (reasons !== undefined) return fail(...reasons);
  const isLocal = rendered.within && !Object.hasOwn(context, root);
  const what = isLocal
    ? `"${rendered.source}" is not defined`
    : whatIsMissing(rendered.source, context, variables);
  return fail(templateError('template/undefined', text, naming, what, at));
}

function outsideOf(variables: Variables, at: Position | undefined, naming: readonly string[]): Outside {
  const { [CONTROLLER]: controller } = variables;
  return {
    controller,
    lookUp: (name, question) => lookUp(name, question, surroundingsOf(variables, at, naming)),
  };
}

function surroundingsOf(
  variables: Variables,
  at: Position | undefined,
  naming: readonly string[],
): Surroundings {
  const { [CONTROLLER]: controller } = variables;
  if (controller === undefined)
    throw new Error('the machine that pvefleet runs on is asked in playbooks only');
  return {
    controller,
    variableNames: Object.keys(variables),
    variable: (name) => {
      const found = look(name, variables, at, naming);
      if ('failed' in found) throw new Error(found.failed[0]?.message);
      return 'value' in found ? found : undefined;
    },
    render: (text, file, more) => {
      const rendered = renderFile(text, { file, line: 1, column: 1 }, { ...variables, ...more });
      if (!rendered.ok) throw new Error(rendered.diagnostics[0]?.message);
      return pythonStr(rendered.value);
    },
  };
}

/** The items of a `with_…` loop: what the lookup of that name finds for these terms. */
export function lookUpItems(
  name: string,
  question: Question,
  variables: Variables,
  at: Position | undefined,
): Result<readonly unknown[]> {
  try {
    return ok(findAll(name, question, surroundingsOf(variables, at, [])));
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return fail({
      code: 'playbook/loop',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot loop by with_${name}: ${what}`,
      ...(at && { at }),
    });
  }
}

/** What is plainly there needs no engine, whose every render costs a tenth of a millisecond; undefined where it does. */
function withoutEngine(
  { path, simple }: Prepared,
  context: Variables,
): string | number | boolean | undefined {
  if (path !== undefined) return plainAt(path, context);
  return simple && joined(simple, context);
}

function joined(simple: readonly string[], context: Variables): string | undefined {
  let text = '';
  for (const [index, part] of simple.entries()) {
    const value = index % 2 === 0 ? part : plainAt(part, context);
    // Other numbers, and booleans, are written as Python writes them.
    if (typeof value !== 'string' && !Number.isSafeInteger(value)) return undefined;
    text += String(value);
  }
  return text;
}

/** The text, number or boolean at a path; undefined when there is something else, or nothing. */
function plainAt(path: string, context: Variables): string | number | boolean | undefined {
  let value: unknown = context;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
}

/** A variable's value, its own templates rendered; remembered, for the same variables render many templates. */
function look(
  name: string,
  variables: Variables,
  at: Position | undefined,
  naming: readonly string[],
): Found {
  if (!Object.hasOwn(variables, name)) return { missing: true };
  if (naming.includes(name)) {
    const chain = [...naming.slice(naming.indexOf(name)), name].map((one) => `"${one}"`).join(' needs ');
    return { failed: [templateError('template/loop', `{{ ${name} }}`, [], chain, at)] };
  }
  const known = foundBefore.get(variables) ?? new Map<string, Found>();
  foundBefore.set(variables, known);
  return memoise(known, name, () => resolve(name, variables, at, [...naming, name]));
}

function resolve(
  name: string,
  variables: Variables,
  at: Position | undefined,
  naming: readonly string[],
): Found {
  const written = variables[name];
  const given: unknown = typeof written === 'function' ? (written() as unknown) : written;
  if (given instanceof Verbatim) return { value: given.value };
  const diagnostics: Diagnostic[] = [];
  const value = renderTree(given, [], (text) => {
    const result = renderText(text, variables, at, naming);
    if (result.ok) return result.value;
    diagnostics.push(...result.diagnostics);
    return null;
  });
  return diagnostics.length > 0 ? { failed: diagnostics } : { value };
}

type Path = readonly (string | number)[];

function renderTree(value: unknown, path: Path, render: (text: string, path: Path) => unknown): unknown {
  if (typeof value === 'string') return render(value, path);
  if (Array.isArray(value)) return value.map((item, index) => renderTree(item, [...path, index], render));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, renderTree(item, [...path, key], render)]),
  );
}

function memoise<T>(known: Map<string, T>, key: string, make: (key: string) => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make(key);
  known.set(key, made);
  return made;
}
