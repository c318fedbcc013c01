import type { Result } from '../diagnostic.ts';
import { ok } from '../diagnostic.ts';
import { rowFilter } from '../journal/filter-rows.ts';
import { findRun, listRuns } from '../journal/journal-directory.ts';
import type { LogRow } from '../journal/log-rows.ts';
import { createLogRows } from '../journal/log-rows.ts';
import { scanRun } from '../journal/read-run.ts';
import { runFile } from '../journal/run-file.ts';
import { stateDirectory } from '../journal/state-directory.ts';
import { printable } from '../report/printable.ts';
import { columns } from '../text/columns.ts';
import type { AuditContext } from './audit.ts';
import { callerName } from './caller.ts';
import { exitCodeFor } from './exit-code.ts';
import { printDiagnostics } from './print-diagnostics.ts';

/** Lists steps and commands of all runs; gives the exit code. */
export async function auditLog(context: AuditContext): Promise<number> {
  const { flags, stdout, stderr } = context;
  const rows = await wantedRows(context);
  if (!rows.ok) {
    printDiagnostics(rows.diagnostics, stderr);
    return exitCodeFor(rows.diagnostics);
  }
  stdout.write(
    flags.json ? rows.value.map((row) => `${JSON.stringify(row)}\n`).join('') : tableOf(rows.value),
  );
  return 0;
}

async function wantedRows({ flags, env, stderr }: AuditContext): Promise<Result<readonly LogRow[]>> {
  const directory = stateDirectory(flags.state, env);
  const isWanted = rowFilter(flags, new Date());
  if (!isWanted.ok) return isWanted;
  const one = flags.run === undefined ? undefined : await findRun(directory, flags.run);
  if (one?.ok === false) return one;
  const runs = one === undefined ? await listRuns(directory) : ok([one.value]);
  if (!runs.ok) return runs;
  const wanted: LogRow[] = [];
  for (const run of runs.value) {
    const rows = createLogRows(run);
    const { flaw } = (await scanRun(runFile(directory, run), (record) => rows.take(record))).checked;
    if (flaw !== undefined)
      stderr.write(`${run}.jsonl:${flaw.line}: ${flaw.what}; nothing from there on is listed\n`);
    for (const row of rows.rows) if (isWanted.value(row)) wanted.push(row);
  }
  return ok(wanted);
}

function tableOf(rows: readonly LogRow[]): string {
  const cells = rows.map(({ at, run, caller, node, address, outcome, command }) => [
    at.slice(0, 19).replace('T', ' '),
    run,
    callerName(caller),
    node,
    address ?? '-',
    outcome,
    printable(command).replaceAll('\n', ' '),
  ]);
  const header = ['TIME', 'RUN', 'USER', 'NODE', 'WHAT', 'OUTCOME', 'COMMAND'];
  return columns([header, ...cells])
    .map((line) => `${line}\n`)
    .join('');
}
