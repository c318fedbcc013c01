import type { Event, ReportEvent } from '../apply/event.ts';
import { isLive } from '../apply/event.ts';
import type { Result } from '../diagnostic.ts';
import { diagnosticsOf, fail, ok } from '../diagnostic.ts';
import { hideTexts } from '../journal/hide-texts.ts';
import { jsonLinesReport } from '../report/json-lines.ts';
import type { TerminalReport } from '../report/terminal.ts';
import { terminalReport } from '../report/terminal.ts';
import type { CliContext } from './command.ts';
import type { reportFlags } from './flags.ts';
import { writeReport } from './write-report.ts';

type ReportContext = Pick<CliContext<typeof reportFlags>, 'flags' | 'stdout' | 'signal' | 'mask'>;

/** A run told on stdout, and kept for the files that were asked for. */
export interface RunReport extends TerminalReport {
  /** Writes these files, once the run has ended. */
  write(): Promise<Result<void>>;
}

/** `teller`: who tells it on stdout. */
export function runReport({ flags, mask }: ReportContext, teller: TerminalReport): RunReport {
  const { junit, html } = flags;
  const events: Event[] = [];
  const keep = (event: ReportEvent): void => {
    if (isLive(event)) return;
    if (junit !== undefined || html !== undefined) events.push(hideTexts(event, mask) as Event);
  };
  return {
    tell(event) {
      keep(event);
      teller.tell(event);
    },
    know(event) {
      keep(event);
      teller.know(event);
    },
    async write() {
      const written = [
        junit === undefined ? ok(undefined) : await writeJunit(junit, events),
        html === undefined ? ok(undefined) : await writeHtml(html, events),
      ];
      return written.every((each) => each.ok) ? ok(undefined) : fail(...written.flatMap(diagnosticsOf));
    },
  };
}

/** As JSON lines with --json, else for people. */
export function stdoutTeller({
  flags,
  stdout,
  signal,
}: Pick<CliContext, 'stdout' | 'signal'> & {
  readonly flags: { readonly json: boolean; readonly verbose?: boolean };
}): TerminalReport {
  if (!flags.json)
    return terminalReport(stdout, { signal, detail: flags.verbose === true ? 'output' : 'changes' });
  const tell = jsonLinesReport(stdout);
  return { tell, know: tell };
}

/** For what is told by other means alone. */
export const silentTeller: TerminalReport = { tell: () => undefined, know: () => undefined };

async function writeJunit(file: string, events: readonly Event[]): Promise<Result<void>> {
  const { runJunit } = await import('../report/run-junit.ts');
  return writeReport(file, runJunit(events));
}

async function writeHtml(file: string, events: readonly Event[]): Promise<Result<void>> {
  const { runHtml } = await import('../report/html/run-html.ts');
  return writeReport(file, runHtml(events));
}
