import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { renderValue } from '../template/render.ts';
import { maskValue } from '../text/mask.ts';
import { connectionProblem } from './connection-problem.ts';
import { holdsPassword, holdsTemplate, wordOf } from './connection-words.ts';
import type { Variable, Variables } from './draft.ts';

/** Renders templates; imported by whoever has some (template/render.ts). */
export type Render = typeof renderValue;

/** Whether any of these is a connection variable with a template in it. */
export function needsRendering(all: readonly Variables[]): boolean {
  return all.some((variables) =>
    [...variables].some(([name, { value }]) => wordOf(name) !== undefined && holdsTemplate(value)),
  );
}

/**
 * The variables of a host, its connection variables rendered with `known`: its own variables and the magic ones. What
 * they become is held against the same rules as what is written; a password is added to the secrets.
 */
export function renderConnection(
  variables: Variables,
  known: Readonly<Record<string, unknown>>,
  render: Render,
  secrets: Set<string>,
): Result<Variables> {
  const problems: Diagnostic[] = [];
  const rendered: Variables = new Map(variables);
  for (const [name, variable] of variables) {
    if (wordOf(name) === undefined || !holdsTemplate(variable.value)) continue;
    const result = render(variable.value, { '': variable.at }, known);
    if (!result.ok) {
      problems.push(...result.diagnostics);
      continue;
    }
    const made = renderedVariable(name, result.value, variable, secrets);
    const problem = connectionProblem(name, made);
    if (problem !== undefined) problems.push(problem);
    rendered.set(name, made);
  }
  return problems.length > 0 ? fail(...problems) : ok(rendered);
}

function renderedVariable(name: string, value: unknown, { at }: Variable, secrets: Set<string>): Variable {
  if (holdsPassword(name)) secrets.add(String(value));
  const secret = JSON.stringify(maskValue(value, secrets)) !== JSON.stringify(value);
  return { value, at, ...(secret && { secret }) };
}
