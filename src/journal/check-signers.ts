import { readFile } from 'node:fs/promises';
import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { fileError } from '../text/file-error.ts';
import type { Finding } from './check-directory.ts';
import type { CheckedRun } from './read-run.ts';

/** Runs that no key of an allowed_signers file (ssh-keygen(1)) has signed; none when no file is given. */
export async function checkSigners(
  path: string | undefined,
  runs: readonly CheckedRun[],
): Promise<Result<readonly Finding[]>> {
  if (path === undefined) return ok([]);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return fail({
      code: 'journal/allowed-signers',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot read ${path}: ${fileError(error)}; a file of allowed signers is wanted`,
    });
  }
  const allowed = allowedKeys(text);
  return ok(
    runs.flatMap(({ run, sealed, closed }) => {
      // What was cut off could not be signed.
      if (closed === undefined) return [];
      const why = whyNot(sealed?.signature, allowed);
      return why === undefined
        ? []
        : [{ file: `${run}.jsonl`, what: why, vouched: 'what the chain of heads and the nodes say' }];
    }),
  );
}

function whyNot(
  signature: NonNullable<CheckedRun['sealed']>['signature'] | undefined,
  allowed: ReadonlySet<string>,
): string | undefined {
  if (signature === undefined) return 'the run is not signed';
  if ('unsigned' in signature) return `the run is not signed: ${signature.unsigned}`;
  if (allowed.has(signature.publicKey.split(' ')[1] ?? '')) return undefined;
  return `the run is signed by ${signature.key}, which is no allowed signer`;
}

/** Lines "PRINCIPALS [OPTIONS] ssh-ed25519 KEY [COMMENT]". */
function allowedKeys(text: string): ReadonlySet<string> {
  return new Set(
    text
      .split('\n')
      .flatMap((line) => /^[^#].*?\sssh-ed25519\s+(?<key>[\w+/=]+)/u.exec(line)?.groups?.['key'] ?? []),
  );
}
