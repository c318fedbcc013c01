import { join } from 'node:path';
import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { downloadFrom } from '../copy/download.ts';
import { readLocalSources } from '../copy/local-tree.ts';
import type { CopyOrder } from '../copy/remote-path.ts';
import { uploadTo } from '../copy/upload.ts';
import type { Copier } from './cp.ts';

/** What an order means for one host. Files of this machine are read, and hashed, once for all hosts. */
export async function makeCopier(
  order: CopyOrder,
  {
    mode,
    owner,
    check,
  }: { readonly mode: string | undefined; readonly owner: string | undefined; readonly check: boolean },
): Promise<Result<Copier>> {
  if (order.way === 'down')
    return ok((pool, node, hosts) =>
      downloadFrom(pool, node, order.paths, {
        directory: hosts > 1 ? join(order.directory, node.name) : order.directory,
        check,
      }),
    );
  const sources = await readLocalSources(order.sources);
  if (!sources.ok) return sources;
  const options = {
    path: order.path,
    check,
    ...(mode !== undefined && { mode: mode.replace(/^0(?=\d{3})/u, '') }),
    ...(owner !== undefined && { owner }),
  };
  return ok((pool, node) => uploadTo(pool, node, sources.value, options));
}
