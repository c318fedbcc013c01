import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventExamples } from './event-examples.ts';

const intro = `# Events

\`pvefleet apply --json\` and \`pvefleet run --json\` print what happens as it happens: one JSON object a line, each with its \`type\`. The
journal of a run (\`pvefleet show RUN --json\`) has the same events in its records, but those that say here that it has not.

More keys and more types may come: pass over what you don't know. \`at\` is a moment in UTC, or in events of a playbook the place in its
file; \`seconds\` are seconds; \`diagnostics\` are as in \`docs/diagnostics.md\`; \`address\` names a resource, as in \`vm/101@lab\`; \`node\` is
PVE's name of a node in \`cluster\`, \`host\` the inventory's. Secrets are masked. This page is made from \`test/report/event-examples.ts\`.
`;

function eventsPage(): string {
  const sections = Object.entries(eventExamples).map(([type, { when, keys = {}, event }]) => {
    const rows = Object.entries(keys).map(([key, meaning]) => `- \`${key}\`: ${meaning}`);
    return [
      `## ${type}`,
      when,
      ...(rows.length === 0 ? [] : [rows.join('\n')]),
      `\`\`\`json\n${JSON.stringify(event)}\n\`\`\``,
    ].join('\n\n');
  });
  return `${[intro, ...sections]
    .join('\n')
    .replaceAll(/\n(?=## )/gu, '\n\n')
    .replaceAll(/\n{3,}/gu, '\n\n')}\n`;
}

test('the docs page of events is what the types and their examples say (vitest -u writes it anew)', async () => {
  await expect(eventsPage()).toMatchFileSnapshot(join(import.meta.dirname, '..', '..', 'docs', 'events.md'));
});
