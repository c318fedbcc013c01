import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Finding, JournalDirectory } from '../journal/check-directory.ts';
import { checkDirectory } from '../journal/check-directory.ts';
import { compareNodes } from '../journal/check-nodes.ts';
import type { ComparedNodes } from '../journal/check-nodes.ts';
import { checkSigners } from '../journal/check-signers.ts';
import { findRun, noJournals, readJournals } from '../journal/journal-directory.ts';
import { stateDirectory } from '../journal/state-directory.ts';
import type { AuditContext } from './audit.ts';
import { callerName, callerOf } from './caller.ts';
import { exitCode, exitCodeFor } from './exit-code.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import { keptByNodes } from './kept-by-nodes.ts';

/** What was looked at, and what is wrong with it. */
interface Verified {
  readonly journals: JournalDirectory;
  readonly findings: readonly Finding[];
  readonly nodes: (ComparedNodes & { readonly asked: number }) | undefined;
  /** Nodes that could not be asked. */
  readonly silent: readonly Diagnostic[];
}

/** Checks journals, prints what is wrong and what was checked; gives the exit code. */
export async function auditVerify(context: AuditContext, name: string | undefined): Promise<number> {
  const verified = await verify(context, name);
  if (!verified.ok) {
    printDiagnostics(verified.diagnostics, context.stderr);
    return exitCodeFor(verified.diagnostics);
  }
  const { findings, silent } = verified.value;
  context.stdout.write(context.flags.json ? jsonOf(verified.value) : textOf(verified.value));
  printDiagnostics(silent, context.stderr);
  return findings.length > 0 ? exitCode.pending : exitCodeFor(silent);
}

async function verify(context: AuditContext, name: string | undefined): Promise<Result<Verified>> {
  const { flags, env } = context;
  const directory = resolve(stateDirectory(flags.state, env));
  const only = name === undefined ? undefined : await findRun(directory, name);
  if (only?.ok === false) return only;
  const read = await readJournals(directory, only && [only.value]);
  // Nodes know of journals that were in a directory which is gone.
  const journals = read.ok || !flags.nodes || existsSync(directory) ? read : ok(noJournals());
  if (!journals.ok) return journals;
  const signers = await checkSigners(flags['allowed-signers'], [...journals.value.runs.values()]);
  if (!signers.ok) return signers;
  const found = [...checkDirectory(journals.value), ...signers.value];
  if (!flags.nodes) return ok({ journals: journals.value, findings: found, nodes: undefined, silent: [] });
  const kept = await keptByNodes(context);
  if (!kept.ok) return kept;
  const { heads, silent } = kept.value;
  if (heads.size === 0) return fail(...silent);
  const compared = compareNodes(heads, {
    id: journals.value.heads.records[0]?.sha256,
    by: callerName(callerOf(env)),
    directory,
    ...journals.value,
  });
  if (!read.ok && compared.findings.length === 0) return read;
  return ok({
    journals: journals.value,
    findings: [...found, ...compared.findings],
    nodes: { ...compared, asked: heads.size },
    silent,
  });
}

function textOf({ journals, findings, nodes }: Verified): string {
  const lines = findings.map(({ file, line, what, vouched }) => {
    const place = line === undefined ? file : `${file}:${line}`;
    return `${place}: ${what}\n  can still be vouched for: ${vouched}\n`;
  });
  const { runs, records, cutOff, unsigned, keys } = countsOf(journals);
  const counted = [
    `${plural(runs, 'run')}, ${plural(records, 'record')}: ${findings.length === 0 ? 'nothing found' : plural(findings.length, 'finding')}`,
    ...(cutOff === 0 ? [] : [`${plural(cutOff, 'run')} without an end: cut off there, or still under way`]),
    ...[...keys].map(([key, count]) => `${plural(count, 'run')} signed by ${key}`),
    ...(unsigned === 0 ? [] : [`${plural(unsigned, 'run')} not signed`]),
    ...(nodes === undefined
      ? ['nodes were not asked; --nodes compares with what they keep']
      : [
          `${plural(nodes.asked, 'node')} asked: ${plural(nodes.agreed, 'head')} borne out, ${nodes.others} of other journals`,
        ]),
  ];
  return [...lines, ...counted.map((line) => `${line}\n`)].join('');
}

function jsonOf({ journals, findings, nodes }: Verified): string {
  const { keys, ...counts } = countsOf(journals);
  const document = {
    ...counts,
    signed: Object.fromEntries(keys),
    ...(nodes !== undefined && { nodes: { asked: nodes.asked, agreed: nodes.agreed, others: nodes.others } }),
    findings,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function countsOf({ runs }: JournalDirectory) {
  const keys = new Map<string, number>();
  const all = [...runs.values()];
  const unsigned = all.filter(({ sealed }) => {
    if (sealed === undefined || 'unsigned' in sealed.signature) return sealed !== undefined;
    const { key } = sealed.signature;
    keys.set(key, (keys.get(key) ?? 0) + 1);
    return false;
  });
  return {
    runs: all.length,
    records: all.reduce((sum, { checked }) => sum + checked.records, 0),
    cutOff: all.filter(({ closed, checked }) => closed === undefined && checked.flaw === undefined).length,
    unsigned: unsigned.length,
    keys,
  };
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
