import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { planDocument } from '../documents/plan-document.ts';
import type { Spec } from '../spec.ts';
import type { ApplyInput } from './apply-input.ts';
import { usageError } from './parse-flags.ts';

/** One guest, which may not be there, from one archive. */
export function readRestoreInput(
  [vmid, archive, ...others]: readonly string[],
  args: Readonly<Record<string, unknown>>,
  allowDestroy: boolean,
): Result<ApplyInput> {
  if (vmid === undefined || archive === undefined || others.length > 0) {
    const what = others.length > 0 ? `"${others.join(' ')}" is too much` : 'a VMID and an archive are wanted';
    return fail(usageError('cli/arguments', `Cannot run restore: ${what}`, 'restore'));
  }
  const spec: Spec = {
    kind: 'restore',
    args: { ...args, vmid, archive },
    positions: {},
    declaredBy: 'pvefleet restore',
  };
  return ok({
    is: 'acts',
    plan: (survey) => Promise.resolve(planDocument([spec], survey, { allowDestroy })),
  });
}
