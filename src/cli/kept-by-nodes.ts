import type { Diagnostic, Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import type { NodeHead } from '../journal/node-heads.ts';
import { parseNodeHeads, readHeadsScript } from '../journal/node-heads.ts';
import type { FleetContext } from './connect.ts';
import { openFleet } from './connect.ts';
import type { CliContext } from './command.ts';

/** Heads of journals that the nodes of the inventory keep, by host; and why some gave none. */
export async function keptByNodes(context: FleetContext & Pick<CliContext, 'signal'>): Promise<
  Result<{
    readonly heads: ReadonlyMap<string, readonly NodeHead[]>;
    readonly silent: readonly Diagnostic[];
  }>
> {
  const fleet = await openFleet(context, undefined, context.signal);
  if (!fleet.ok) return fleet;
  const { nodes, pool } = fleet.value;
  const heads = new Map<string, readonly NodeHead[]>();
  const silent: Diagnostic[] = [];
  const ask = async (node: (typeof nodes)[number]): Promise<void> => {
    const result = await pool.exec(node, readHeadsScript);
    if (!result.ok) return void silent.push(...result.diagnostics);
    const { exit, stdout, stderr } = result.value;
    if (exit === 0) heads.set(node.name, parseNodeHeads(stdout.toString()));
    else silent.push(notRead(node.name, stderr.toString().trim()));
  };
  await Promise.all(nodes.map(ask));
  await pool.close();
  return ok({ heads, silent });
}

function notRead(host: string, why: string): Diagnostic {
  return {
    code: 'journal/node-heads',
    severity: 'error',
    trouble: 'failed',
    host,
    message: `Cannot read the heads that ${host} keeps: ${why}`,
    hint: 'Only root reads them; become root with --become.',
  };
}
