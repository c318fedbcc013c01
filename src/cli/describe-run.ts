import type { Event } from '../apply/event.ts';
import { formatPosition } from '../diagnostic.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Entry } from '../journal/entry.ts';
import type { LogRow } from '../journal/log-rows.ts';
import { createLogRows } from '../journal/log-rows.ts';
import type { RunRecords } from '../journal/read-run.ts';
import { duration, printable } from '../report/printable.ts';
import { columns } from '../text/columns.ts';
import { shJoin } from '../text/sh-quote.ts';
import { callerName } from './caller.ts';

/**
 * A run for people: its head, its changes, its commands, what was said of them, how it ended, and by which runs what it
 * changed was taken back, or how that is done.
 */
export function describeRun(run: RunRecords, hasChanged: boolean, takenBackBy: readonly string[]): string {
  const rows = createLogRows(run.run);
  for (const record of run.records) rows.take(record);
  const events = run.records.map(({ event }) => event);
  const changes = events.filter((event) => event.type === 'change-finished');
  const blocks = [
    headOf(run),
    section('CHANGES', changes.map(changeCells)),
    section('COMMANDS', rows.rows.map(commandCells)),
    section(
      'SAID',
      [...new Set(events.flatMap(diagnosticsIn).map(({ message }) => message))].map((text) => [text]),
    ),
    endOf(run) + wayBack(run.run, hasChanged, takenBackBy),
  ];
  return printable(blocks.filter((block) => block !== '').join('\n'));
}

function headOf({ run, opened, records }: RunRecords): string {
  const at = records[0]?.at.slice(0, 19).replace('T', ' ') ?? 'an unknown time';
  const by = opened === undefined ? 'an unknown user' : callerName(opened.caller);
  const from = opened?.caller.from === undefined ? '' : `, from ${opened.caller.from}`;
  const resumes = opened?.resumes === undefined ? '' : `resumes ${opened.resumes}\n`;
  const takesBack = opened?.rollsBack === undefined ? '' : `takes back ${opened.rollsBack}\n`;
  return `RUN ${run}\n${resumes}${takesBack}by ${by}${from}, at ${at} UTC\npvefleet ${shJoin(opened?.argv ?? [])}\n`;
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return `${title}\n${columns(rows.map((row) => row.map((cell) => cell.replaceAll('\n', ' '))))
    .map((line) => `  ${line}\n`)
    .join('')}`;
}

function changeCells({
  address,
  title,
  outcome,
}: Extract<Event, { type: 'change-finished' }>): readonly string[] {
  return [address, title, outcome];
}

function commandCells({ node, outcome, seconds, command, declaredAt }: LogRow): readonly string[] {
  const where = declaredAt === null ? '' : `  # ${formatPosition(declaredAt)}`;
  return [node, outcome, seconds === null ? '-' : duration(seconds), `${command}${where}`];
}

function diagnosticsIn(event: Entry): readonly Diagnostic[] {
  if (event.type === 'diagnostic') return [event.diagnostic];
  return 'diagnostics' in event ? event.diagnostics : [];
}

function endOf({ closed, sealed, checked }: RunRecords): string {
  if (closed === undefined)
    return checked.cutLine === undefined
      ? 'It has no end: it was cut off after the last record, or is still under way.\n'
      : 'It was cut off in the middle of a record.\n';
  const lines = [`It ended with exit ${closed.exit}.`];
  if (sealed !== undefined) {
    const { signature, kept, notKept } = sealed;
    lines.push('key' in signature ? `Signed by ${signature.key}.` : `Not signed: ${signature.unsigned}.`);
    if (kept.length > 0) lines.push(`Its head is kept by ${kept.join(', ')}.`);
    for (const [host, why] of Object.entries(notKept)) lines.push(`Its head is not kept by ${host}: ${why}.`);
  }
  return `${lines.join('\n')}\n`;
}

function wayBack(run: string, hasChanged: boolean, takenBackBy: readonly string[]): string {
  if (takenBackBy.length > 0) return `Taken back by ${takenBackBy.join(', ')}.\n`;
  return hasChanged ? `To take back what it changed: pvefleet rollback ${run}\n` : '';
}
