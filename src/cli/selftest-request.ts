import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { VMIDS_WANTED } from '../selftest/test-step.ts';
import { usageError } from './parse-flags.ts';
import type { SelftestContext } from './selftest.ts';
import { checkReports } from './write-report.ts';

/** What the command line of a self-test asks for. */
export interface SelftestRequest {
  readonly host: string;
  readonly vmids: readonly number[];
  readonly storage: string | undefined;
  readonly out: string | undefined;
}

/** More could only be a slip: each is looked for in the cluster. */
const MOST_VMIDS = 1000;

/** Reads the flags, and whether the report could be written. */
export async function readSelftest({
  flags,
  positionals,
}: SelftestContext): Promise<Result<SelftestRequest>> {
  const { node: host, vmids: range, storage, out } = flags;
  if (positionals.length > 0) return wrong(`"${positionals.join(' ')}" is too much; flags alone are wanted`);
  if (host === undefined) return wrong('no node is named; one host of the inventory is wanted, with --node');
  if (range === undefined)
    return wrong('no VMIDs are given; a range that nothing uses is wanted, with --vmids 9990-9999');
  if (flags['read-only']) return fail(readOnly);
  const vmids = readRange(range);
  if (typeof vmids === 'string') return wrong(vmids);
  const report = await checkReports({ html: out });
  if (!report.ok) return report;
  return ok({ host, vmids, storage, out });
}

/** "9990-9999" or "9990:9999"; what is wrong with it, as a sentence. */
function readRange(range: string): readonly number[] | string {
  const { first, last } = /^(?<first>[1-9]\d{2,8})[-:](?<last>[1-9]\d{2,8})$/u.exec(range)?.groups ?? {};
  const count = Number(last) - Number(first) + 1;
  if (first === undefined || last === undefined || count < 1)
    return `--vmids is "${range}"; a range of VMIDs from 100 on is wanted, as 9990-9999`;
  if (count < VMIDS_WANTED) return `--vmids ${range} are ${count} VMIDs; at least ${VMIDS_WANTED} are wanted`;
  if (count > MOST_VMIDS) return `--vmids ${range} are ${count} VMIDs; at most ${MOST_VMIDS} are wanted`;
  return Array.from({ length: count }, (_, index) => Number(first) + index);
}

function wrong(problem: string): Result<never> {
  return fail(usageError('cli/arguments', `Cannot run selftest: ${problem}`, 'selftest'));
}

const readOnly: Diagnostic = {
  code: 'cli/read-only',
  severity: 'error',
  trouble: 'refused',
  message: 'Cannot run selftest: the mode is read-only, and the test makes guests; no --read-only is wanted',
  hint: 'Where it was set: pvefleet config',
};
