import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok, positionAt } from '../diagnostic.ts';
import type { Variables } from '../template/render.ts';
import { renderValue } from '../template/render.ts';
import type { Include, Included } from './playbook.ts';

/** What an include brings with these variables; the same key: the same. */
export function includedBy(
  include: Include,
  variables: Variables,
): Result<{ readonly key: string; readonly included: Included }> {
  const name = renderValue(include.name.value, include.name.positions, variables);
  if (!name.ok) return name;
  const from = renderValue(include.from.value, {}, variables);
  if (!from.ok) return from;
  if (typeof name.value !== 'string' || name.value === '') return fail(noName(include));
  const files = Object.entries(from.value ?? {}).map(([part, file]) => [part, String(file)] as const);
  const included = include.load(name.value, { ...include.from.value, ...Object.fromEntries(files) });
  return included.ok ? ok({ key: JSON.stringify([name.value, files]), included: included.value }) : included;
}

function noName({ of, name }: Include): Diagnostic {
  const at = positionAt(name.positions, []);
  return {
    code: 'playbook/include',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot include "${name.value}": it gives no text; the name of ${of === 'role' ? 'a role' : 'a file'} is wanted`,
    ...(at && { at }),
  };
}
