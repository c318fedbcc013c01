import type { ReportEvent } from '../apply/event.ts';

/** Writes each event as one line of JSON: docs/events.md. */
export function jsonLinesReport(out: { write(text: string): void }): (event: ReportEvent) => void {
  return (event) => out.write(`${JSON.stringify(event)}\n`);
}
