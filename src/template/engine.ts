import { Environment } from 'minijinja-js';
import { filters } from './filters.ts';
import { pythonText } from './python-text.ts';
import type { Prepared } from './strict.ts';
import { tests } from './tests.ts';

/** Why a template gave no value. */
type EngineError =
  /** A variable, or an attribute of one, that isn't there: its source, "vm.name", and whether "vm" is. */
  | { readonly problem: 'undefined'; readonly source: string; readonly within: boolean }
  | { readonly problem: 'error'; readonly message: string; /** Of the template. */ readonly line?: number };

export type Rendered = { readonly value: unknown } | EngineError;

/**
 * What went wrong inside a function of ours during one render. A function called by the engine must not throw
 * (the engine would panic and be lost), so it notes the error here and the render is dropped afterwards.
 */
let noted: EngineError | undefined;

const environment = makeEnvironment();

/** Renders what strict.ts prepared. `context` holds plain data: the variables that the template names and that exist. */
export function renderPrepared(prepared: Prepared, context: Readonly<Record<string, unknown>>): Rendered {
  if (prepared.kind === 'plain') return { value: prepared.source };
  noted = undefined;
  try {
    const value: unknown =
      prepared.kind === 'text'
        ? environment.renderStr(prepared.source, context)
        : environment.evalExpr(prepared.source, context);
    if (noted !== undefined) return noted;
    return prepared.kind === 'text' ? { value } : nativeValue(prepared.source, value, context);
  } catch (error) {
    const line = Number(/ \(in <string>:(\d+)\)/u.exec(String(error))?.[1] ?? 1);
    return noted ?? { problem: 'error', message: firstLine(error), line };
  }
}

/** The engine gives undefined for none, for undefined and for a list's holes; ask it which it was. */
function nativeValue(source: string, value: unknown, context: Readonly<Record<string, unknown>>): Rendered {
  if (value === undefined && environment.evalExpr(`(${source}) is none`, context) !== true) {
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
  for (const [name, test] of Object.entries(tests)) made.addTest(name, guarded(name, test));
  made.addFilter('__text', (value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) noted ??= noNumber;
    return value === undefined ? '' : pythonText(toPlain(value));
  });
  made.addGlobal('__undefined', (source: string, within: boolean) => {
    noted ??= { problem: 'undefined', source, within };
  });
  return made;
}

/** Whether the engine has a filter, test or function by this name. */
export function isKnownWord(kind: 'filter' | 'test' | 'function', name: string): boolean {
  if (kind === 'function') return FUNCTIONS.includes(name);
  return environment.evalExpr(`"${name}" is ${kind}`, {}) === true;
}

const FUNCTIONS = ['range', 'dict', 'namespace', 'debug', 'caller', 'super', 'loop'];

/** Calls `run` with plain data; the engine hands keyword arguments over as a last Map. */
function guarded(name: string, run: (value: unknown, ...args: readonly unknown[]) => unknown) {
  return (...args: readonly unknown[]): unknown => {
    try {
      const [value, ...others] = args.map(toPlain);
      return run(value, ...others);
    } catch (error) {
      noted ??= {
        problem: 'error',
        message: `${name === '__attributes' ? 'map' : name}: ${firstLine(error)}`,
      };
      return undefined;
    }
  };
}

/** Map becomes object, BigInt number, and undefined (which is what the engine makes of none) null. */
function toPlain(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, item]) => [String(key), toPlain(item)]));
  return value;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').replace(/ \(in <(?:expression|string)>:\d+\)$/u, '');
}
