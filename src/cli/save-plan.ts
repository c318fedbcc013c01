import { readFile, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { DocumentPlan } from '../documents/plan-document.ts';
import type { SavedPlan } from '../plan/saved-plan.ts';
import { basisOf } from '../plan/saved-plan.ts';
import { fileError } from '../text/file-error.ts';
import { sha256 } from './apply-input.ts';

/** Saves a plan for "apply", readable by its owner only; what is there already is replaced only if it is a saved plan too. */
export async function savePlan(
  { file, text, plan }: { readonly file: string; readonly text: string; readonly plan: DocumentPlan },
  out: string,
): Promise<Result<void>> {
  const count = plan.refusals.length;
  if (count > 0)
    return fail(
      notSaved(out, 'refused', `${count} ${count === 1 ? 'resource is' : 'resources are'} refused`),
    );
  if (plan.survey.clusters.some(({ copied }) => copied === true))
    return fail(
      notSaved(
        out,
        'refused',
        'it was made from a copy of /etc/pve, and no node can be asked; the nodes or a saved survey are wanted',
      ),
    );
  const saved: SavedPlan = {
    pvefleet: 'plan',
    version: 1,
    made: new Date().toISOString(),
    document: { file: resolve(file), sha256: sha256(text) },
    plans: plan.plans,
    basis: basisOf(plan.survey, plan.plans),
  };
  try {
    if (!(await mayReplace(out)))
      return fail(notSaved(out, 'invalid', 'another file is there; a new name is wanted'));
    const whole = `${out}.new`;
    await writeFile(whole, `${JSON.stringify(saved, null, 2)}\n`, { mode: 0o600 });
    await rename(whole, out);
    return ok(undefined);
  } catch (error) {
    return fail(notSaved(out, 'invalid', fileError(error)));
  }
}

async function mayReplace(out: string): Promise<boolean> {
  const there = await readFile(out, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  return there === undefined || there.startsWith('{\n  "pvefleet": "plan"');
}

function notSaved(out: string, trouble: Diagnostic['trouble'], why: string): Diagnostic {
  return {
    code: 'plan/not-saved',
    severity: 'error',
    trouble,
    message: `Cannot save the plan in ${out}: ${why}`,
  };
}
