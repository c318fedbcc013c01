import { Environment } from 'minijinja-js';
import type { Controller } from './controller.ts';
import type { ControllerFilter } from './controller-filters.ts';
import { controllerFilters, controllerFunctions, controllerTests } from './controller-filters.ts';
import type { Filter } from './filter-values.ts';
import { isMapping } from './filter-values.ts';
import { KeyOrders } from './key-order.ts';
import { filters } from './filters.ts';
import { drawingFilters } from './filters/drawing-filters.ts';
import type { Question } from './lookups/lookup.ts';
import { pythonText } from './python-text.ts';
import type { Prepared } from './prepare.ts';
import { LOOKUP_FUNCTIONS, NAMED } from './token-shapes.ts';
import { tests } from './tests.ts';

/** Why a template gave no value. */
type EngineError =
  /** A variable, or an attribute of one, that isn't there: its source, "vm.name", and whether "vm" is. */
  | { readonly problem: 'undefined'; readonly source: string; readonly within: boolean }
  | { readonly problem: 'error'; readonly message: string; /** Of the template. */ readonly line?: number };

export type Rendered = { readonly value: unknown } | EngineError;

/** What a template may ask that is neither in it nor in its variables. */
export interface Outside {
  readonly controller: Controller | undefined;
  /** Answers `lookup(name, …)`. Throws when it can't. */
  readonly lookUp: (name: string, question: Question) => unknown;
}

/** One render. A lookup may begin another one within it, and the engine can't be entered twice: each depth has an engine of its own. */
interface Render {
  readonly environment: Environment;
  readonly outside: Outside;
  readonly orders: KeyOrders;
  /**
   * What went wrong inside a function of ours. A function called by the engine must not throw (the engine would panic and
   * be lost), so it notes the error here and the render is dropped afterwards.
   */
  noted?: EngineError;
}

/** A template that looks itself up would never end. */
const DEEPEST = 20;

const renders: Render[] = [];
const environments: Environment[] = [];

function note(error: EngineError): void {
  const render = renders.at(-1);
  if (render !== undefined) render.noted ??= error;
}

const nothingOutside: Outside = {
  controller: undefined,
  lookUp: () => {
    throw new Error('lookups are not made here');
  },
};

/** Renders what prepare.ts prepared. `context` holds plain data: the variables that the template names and that exist. */
export function renderPrepared(
  prepared: Prepared,
  context: Readonly<Record<string, unknown>>,
  outside: Outside = nothingOutside,
): Rendered {
  if (prepared.kind === 'plain') return { value: prepared.source };
  if (renders.length > DEEPEST)
    return {
      problem: 'error',
      message: `lookups are made within lookups, ${DEEPEST} deep; one ends in itself`,
    };
  const environment = environmentAt(renders.length);
  const render: Render = { environment, outside, orders: new KeyOrders() };
  for (const keys of prepared.orders) render.orders.rememberKeys(keys);
  render.orders.remember(context);
  renders.push(render);
  try {
    const value: unknown =
      prepared.kind === 'text'
        ? environment.renderStr(prepared.source, context)
        : environment.evalExpr(prepared.source, context);
    if (render.noted !== undefined) return render.noted;
    if (prepared.kind === 'expression') return nativeValue(render, prepared, value, context);
    return { value: typeof value === 'string' ? withLineEnds(value, prepared.source) : value };
  } catch (error) {
    const line = Number(/ \(in <string>:(\d+)\)/u.exec(String(error))?.[1] ?? 1);
    return render.noted ?? { problem: 'error', message: firstLine(error), line };
  } finally {
    renders.pop();
  }
}

/** As Ansible, which puts back the line ends that a statement at the end has taken away. */
function withLineEnds(text: string, source: string): string {
  const [, ends = ''] = /(\n*)$/u.exec(source) ?? [];
  const [, left = ''] = /(\n*)$/u.exec(text) ?? [];
  return text + '\n'.repeat(Math.max(0, ends.length - left.length));
}

function environmentAt(depth: number): Environment {
  const environment = environments[depth] ?? makeEnvironment();
  environments[depth] = environment;
  return environment;
}

/** The engine gives undefined for none, for undefined and for a list's holes; ask it which it was. */
function nativeValue(
  { environment }: Render,
  { source, mayBeNothing }: Prepared,
  value: unknown,
  context: Readonly<Record<string, unknown>>,
): Rendered {
  if (value === undefined && environment.evalExpr(`(${source}) is none`, context) !== true) {
    if (mayBeNothing) return { value: '' };
    return { problem: 'error', message: 'the expression gives no value' };
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return noNumber;
  return { value: toPlain(value) };
}

/** The engine divides by zero as C does. */
const noNumber: EngineError = {
  problem: 'error',
  message: 'the result is no number that can be written: something is divided by zero, or it is too large',
};

function makeEnvironment(): Environment {
  const made = new Environment();
  made.undefinedBehavior = 'strict';
  made.trimBlocks = true;
  made.keepTrailingNewline = true;
  made.enablePyCompat();
  for (const [name, filter] of Object.entries(filters)) made.addFilter(name, guarded(name, filter));
  for (const [name, filter] of Object.entries(drawingFilters))
    made.addFilter(
      name,
      guarded(name, (...args) => filter(renders.at(-1)?.outside.controller, ...args)),
    );
  for (const [name, test] of Object.entries(tests)) made.addTest(name, guarded(name, test));
  for (const [name, filter] of Object.entries(controllerFilters))
    made.addFilter(name, guarded(name, asking(filter)));
  for (const [name, test] of Object.entries(controllerTests)) made.addTest(name, guarded(name, asking(test)));
  made.addFilter('__text', (value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) note(noNumber);
    return value === undefined ? '' : pythonText(toPlain(value));
  });
  made.addGlobal('__undefined', (source: string, within: boolean) => {
    note({ problem: 'undefined', source, within });
  });
  for (const [name, run] of Object.entries(controllerFunctions))
    made.addGlobal(name, guarded(name, asking(run)));
  for (const name of LOOKUP_FUNCTIONS)
    made.addGlobal(name, (...args: readonly unknown[]) => answer(name, args.map(toPlain)));
  return made;
}

/** Whether the engine has a filter, test or function by this name. */
export function isKnownWord(kind: 'filter' | 'test' | 'function', name: string): boolean {
  if (kind === 'function') return FUNCTIONS.includes(name);
  return environmentAt(renders.length).evalExpr(`"${name}" is ${kind}`, {}) === true;
}

function answer(word: string, [name, ...args]: readonly unknown[]): unknown {
  const called = `${word}("${String(name)}")`;
  try {
    const last = args.at(-1);
    // strict.ts has put a keyword argument of its own behind all others.
    const isNamed = isMapping(last) && NAMED in last;
    const { [NAMED]: _, ...options } = isNamed ? last : {};
    const question = {
      terms: isNamed ? args.slice(0, -1) : args,
      options: word === 'lookup' ? options : { ...options, wantlist: true },
    };
    const found = renders.at(-1)?.outside.lookUp(String(name), question);
    renders.at(-1)?.orders.remember(found);
    return found;
  } catch (error) {
    note({ problem: 'error', message: `${called}: ${firstLine(error)}` });
    return undefined;
  }
}

const FUNCTIONS = [
  ...LOOKUP_FUNCTIONS,
  ...Object.keys(controllerFunctions),
  'range',
  'dict',
  'namespace',
  'debug',
  'caller',
  'super',
  'loop',
];

const asking =
  (ask: ControllerFilter): Filter =>
  (...args) => {
    const controller = renders.at(-1)?.outside.controller;
    if (controller === undefined)
      throw new Error('the machine that pvefleet runs on is asked in playbooks only');
    return ask(controller, ...args);
  };

/** Calls `run` with plain data; the engine hands keyword arguments over as a last Map. */
function guarded(name: string, run: (value: unknown, ...args: readonly unknown[]) => unknown) {
  return (...args: readonly unknown[]): unknown => {
    try {
      const [value, ...others] = args.map(toPlain);
      const made = run(value, ...others);
      renders.at(-1)?.orders.remember(made);
      return made;
    } catch (error) {
      note({
        problem: 'error',
        message: `${name === '__attributes' ? 'map' : name}: ${firstLine(error)}`,
      });
      return undefined;
    }
  };
}

/** Map becomes object, BigInt number, and undefined (which is what the engine makes of none) null. */
function toPlain(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Map) {
    const items = new Map([...value].map(([key, item]) => [String(key), item as unknown]));
    const keys = renders.at(-1)?.orders.inOrder([...items.keys()]) ?? [...items.keys()];
    return Object.fromEntries(keys.map((key) => [key, toPlain(items.get(key))]));
  }
  return value;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').replace(/ \(in <(?:expression|string)>:\d+\)$/u, '');
}
