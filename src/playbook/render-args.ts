import type { Action } from '../actions/action.ts';
import type { HostRead } from '../actions/host/facts.ts';
import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { Variables } from '../template/render.ts';
import { renderValue } from '../template/render.ts';
import { withoutOmitted } from './omit.ts';
import type { Written } from './playbook.ts';
import { isMapping } from './reading.ts';

/** The arguments of an action as they are handed to it: those that are expressions are left to it. */
export function renderArgs(
  { value, positions }: Written,
  variables: Variables,
  isLeft: (name: string) => boolean,
): Result<unknown> {
  if (!isMapping(value)) return renderValue(value, positions, variables);
  const expressions = Object.fromEntries(Object.entries(value).filter(([key]) => isLeft(key)));
  const templates = Object.fromEntries(Object.entries(value).filter(([key]) => !isLeft(key)));
  const rendered = renderValue(templates, positions, variables);
  const plain = rendered.ok ? withoutOmitted(rendered.value) : undefined;
  return isMapping(plain) ? ok({ ...plain, ...expressions }) : rendered;
}

export function isExpression({ expressions }: Pick<Action, 'expressions'>): (name: string) => boolean {
  return (name) => expressions.includes(name);
}

/** Stands for an argument that can't be rendered yet; no argument is this. */
const NOT_YET = '\u{F0000} not known yet \u{F0000}';

interface LooseArgs {
  readonly value: unknown;
  /** Whether nothing of a read comes from what is not known yet. */
  readonly isKnown: (read: HostRead) => boolean;
}

/** The arguments before the task is reached, as far as they can be rendered then. */
export function looseArgs(args: Written, variables: Variables, isLeft: (name: string) => boolean): LooseArgs {
  const whole = renderArgs(args, variables, isLeft);
  if (whole.ok) return { value: whole.value, isKnown: () => true };
  const isKnown = (read: HostRead): boolean => !JSON.stringify(read).includes(NOT_YET);
  if (!isMapping(args.value)) return { value: NOT_YET, isKnown };
  const loose = Object.entries(args.value).map(([name, value]) => {
    const one = renderArgs({ value: { [name]: value }, positions: {} }, variables, isLeft);
    return one.ok ? one.value : { [name]: NOT_YET };
  });
  return { value: Object.assign({}, ...loose), isKnown };
}
