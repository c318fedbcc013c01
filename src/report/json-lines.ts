import type { Event } from '../apply/event.ts';

/** Writes each event as one line of JSON; a step's has its `command`. */
export function jsonLinesReport(out: { write(text: string): void }): (event: Event) => void {
  return (event) => out.write(`${JSON.stringify(event)}\n`);
}
