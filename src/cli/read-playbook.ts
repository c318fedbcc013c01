import type { Result } from '../diagnostic.ts';
import { loadPlaybook, parsePlaybook } from '../playbook/load.ts';
import type { Playbook } from '../playbook/playbook.ts';
import type { CliContext } from './command.ts';

/** The playbook of a file; of "-" what is given to this process to read, other files then looked for from here. */
export async function readPlaybook(
  file: string,
  context: Pick<CliContext, 'input'>,
): Promise<Result<Playbook>> {
  if (file !== '-') return loadPlaybook(file);
  const chunks: Uint8Array[] = [];
  for await (const chunk of context.input?.()?.chunks ?? []) chunks.push(chunk);
  return parsePlaybook(Buffer.concat(chunks).toString(), 'stdin');
}
