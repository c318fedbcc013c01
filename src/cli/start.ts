import { actTable } from '../guest-acts/act-table.ts';
import { actCommand } from './act-command.ts';

export const { flags, help, run } = actCommand('start', actTable.start, {
  about: [
    'Starts guests that are stopped; a hibernated VM goes on where it was. Guests under HA are started by HA, and it is waited for that. Nothing is waited for inside a guest unless --wait-for says so.',
  ],
  examples: [
    ['pvefleet start @tag-web', 'All guests with a tag:'],
    ['pvefleet start 100:110,-105 --wait-for agent', 'A range without one, until their agents answer:'],
  ],
});
