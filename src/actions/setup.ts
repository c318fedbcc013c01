import { fnmatch } from './host/fnmatch.ts';
import { anything, integer, list, optional, preset } from './host/parameters.ts';
import { tableAction } from './host/table-action.ts';

/** Gathers the facts of the node anew, as Ansible's module: {ansible_facts}. */
export const setup = tableAction({
  name: 'setup',
  help: 'Gathers the facts of the node anew (`docs/playbooks.md` has which).',
  parameters: {
    filter: preset(
      list('Only facts whose names one of these shell patterns fits, with or without "ansible_".'),
      [],
    ),
    gather_subset: optional(anything('Taken; all that is known is gathered.')),
    gather_timeout: optional(integer('Taken.')),
  },
  notYet: ['fact_path'],
  changes: false,
  foresee: () => [],
  async run({ filter }, context) {
    const patterns = filter.flatMap((text) => [fnmatch(text), fnmatch(`ansible_${text}`)]);
    const facts = Object.entries(await context.gather());
    const wanted = facts.filter(([name]) => patterns.length === 0 || patterns.some((one) => one.test(name)));
    const gathered = Object.fromEntries(wanted);
    return { outcome: 'ok', gathered, result: { ansible_facts: gathered }, diagnostics: [] };
  },
});
