import type { Event } from '../apply/event.ts';

type Stopping = Extract<Event, { type: 'stopping' | 'left' }>;

/** What an interrupted run still waits for, or has left to itself: how many steps, and on which nodes. */
export function stoppingLines({ type, steps }: Stopping): readonly string[] {
  if (steps.length === 0) return [];
  const nodes = [...new Set(steps.map(({ node }) => node))].toSorted((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const where = `${steps.length} ${steps.length === 1 ? 'step' : 'steps'} on ${nodes.join(', ')}`;
  const shown = steps.slice(0, SHOWN).map(({ node, command }) => `  ${node}: ${command}`);
  const more = steps.length > SHOWN ? [`  and ${steps.length - SHOWN} more`] : [];
  const head =
    type === 'stopping'
      ? `Waiting for ${where}; Ctrl-C again leaves ${steps.length === 1 ? 'it' : 'them'} to go on without this command:`
      : `Left: ${where}; what became of ${steps.length === 1 ? 'it' : 'them'} is found out by "pvefleet resume":`;
  return [head, ...shown, ...more];
}

const SHOWN = 5;
