import { realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Linted } from '../lint/inspect-file.ts';
import type { Report } from '../lint/lint.ts';
import { fileError } from '../text/file-error.ts';
import type { Output } from './command.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import { printDiagnostics } from './print-diagnostics.ts';

interface RewriteContext {
  readonly flags: { readonly output: string | undefined };
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Prints the one file, or writes all below --output; 2 when what was written is not what was read, which is a bug of ours. */
export async function rewrite(
  { flags, stdout, stderr }: RewriteContext,
  { files, untold }: Report,
): Promise<number> {
  const trouble = await put(files, flags.output, stdout);
  if (trouble !== undefined) {
    printDiagnostics([trouble], stderr);
    return exitCodeFor([trouble]);
  }
  const changed = files.filter(({ source, rewritten }) => !Buffer.from(source.bytes).equals(rewritten));
  for (const { source, kind } of changed)
    stderr.write(
      `error: ${source.file} (${kind}) is NOT the same when it is written again: this is a bug of pvefleet, keep the original\n`,
    );
  if (flags.output !== undefined)
    stdout.write(
      `${files.length} written below ${flags.output}, ${files.length - changed.length} of them byte for byte the same; ${untold.length} of no known kind passed over\n`,
    );
  return changed.length === 0 ? exitCode.done : exitCode.pending;
}

async function put(
  files: readonly Linted[],
  directory: string | undefined,
  stdout: Output,
): Promise<Diagnostic | undefined> {
  if (directory === undefined) {
    const [only, ...others] = files;
    if (only === undefined || others.length > 0)
      return invalid(
        `Cannot print ${files.length} files: one is wanted, or a place for all`,
        'Write them below a directory: --rewrite -o DIR',
      );
    stdout.write(only.rewritten);
    return undefined;
  }
  const places = files.map(({ source }) => source.relative);
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined)
    return invalid(
      `Cannot write below ${directory}: two files would be ${join(directory, twice)}; each needs its own`,
      'Name them one call each.',
    );
  try {
    const own = await over(files, directory);
    if (own !== undefined)
      return invalid(
        `Cannot write below ${directory}: ${own} would be written over itself; another directory is wanted`,
      );
    for (const { source, rewritten } of files) {
      const target = join(directory, source.relative);
      await makeDirectory(dirname(target));
      await writeFile(target, rewritten);
    }
    return undefined;
  } catch (error) {
    return invalid(
      `Cannot write below ${directory}: ${fileError(error)}; a directory that can be written to is wanted`,
    );
  }
}

/** A file that would be written over one of those that were read. */
async function over(files: readonly Linted[], directory: string): Promise<string | undefined> {
  const read = new Set(await Promise.all(files.map(({ source: { file } }) => realpath(file))));
  for (const { source } of files) {
    const target = join(directory, source.relative);
    const real = await realpath(target).catch(() => undefined);
    if (real !== undefined && read.has(real)) return target;
  }
  return undefined;
}

function invalid(message: string, hint?: string): Diagnostic {
  return {
    code: 'lint/rewrite',
    severity: 'error',
    trouble: 'invalid',
    message,
    ...(hint !== undefined && { hint }),
  };
}
