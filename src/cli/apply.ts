import { applyCommand, applyFlags } from './apply-command.ts';
import type { CliContext, Help } from './command.ts';
import type { Flags } from './flags.ts';

export const flags = {
  'allow-destroy': { help: 'remove what the document says is absent' },
  'rotate-secrets': { help: 'set secrets again that are set and can not be compared' },
  ...applyFlags,
} as const satisfies Flags;

export const help: Help = {
  usage: 'DOCUMENT|PLAN',
  about: [
    'Shows the same plan as "pvefleet plan", asks, and does what it says: no more, and in that order. When a part of the document is refused, nothing of it is applied; but what is for a node that did not answer is left out, and the rest applied (exit 4).',
    'A plan that "pvefleet plan --out" saved is applied exactly as it is, and nothing else: the nodes are asked again first, and when a file that it was computed from was changed since, it is named and nothing is done (exit 5).',
    'Brakes (--max-changes, --max-restarts, --max-destroys) refuse a plan that is larger than was meant (exit 6); --serial changes a few nodes at a time. They belong in the config file: see "pvefleet config".',
    'What it changed is taken back by "pvefleet rollback"; with --checkpoint snapshot it takes a snapshot of each guest before it changes it, so that the disks can go back too.',
    'While it changes a cluster no other run may: it is refused (exit 5) and told by whom it is held up. With --lock-wait it waits.',
    'Ctrl-C begins nothing more and waits for the commands that run; a second one leaves them to their nodes. "pvefleet resume" goes on after both, and after a kill.',
    'With --json each event is one JSON object on a line of its own, a command\'s with its text, and the last one the result in the shape of the plugin contract. For a diff that "pvefleet diff" printed that result is all.',
  ],
  examples: [
    ['pvefleet apply documents/web.json -i inventory.yml', 'Show the plan, ask, apply:'],
    ['pvefleet apply web.plan', 'Do what a saved plan says, and nothing else:'],
    [
      'pvefleet apply documents/web.json --serial 1,10%,100% --pause 60',
      'One node first, then a tenth, then all:',
    ],
    ['pvefleet apply documents/web.json --yes --json', 'For scripts:'],
    ['pvefleet apply documents/web.json --html run.html', 'With a page to be sent to others:'],
  ],
};

/** A document, a saved plan or a diff, told by its content. */
export async function run(context: CliContext<typeof flags>): Promise<number> {
  return applyCommand(context, 'apply', async () => {
    const [{ documentArgument }, { readApplyInput }, { knownSecretsOf }] = await Promise.all([
      import('./document-argument.ts'),
      import('./apply-input.ts'),
      import('./known-secrets.ts'),
    ]);
    const file = documentArgument(context, 'apply');
    if (!file.ok) return file;
    return readApplyInput(file.value, {
      knownSecrets: await knownSecretsOf(context),
      allowDestroy: context.flags['allow-destroy'],
      rotateSecrets: context.flags['rotate-secrets'],
      targets: context.flags.target,
    });
  });
}
