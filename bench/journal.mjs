/**
 * What a journal costs: verifying 100,000 records (wanted: under 3 s), and appending to a long one and to a short one
 * (wanted: the same). Prints one line for each. Usage: node bench/journal.mjs [RECORDS]
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../dist/journal/journal.js';
import { scanRun } from '../dist/journal/read-run.js';

const records = Number(process.argv[2] ?? 100_000);
const directory = await mkdtemp(join(tmpdir(), 'pvefleet-bench-'));
const caller = { user: 'bench', host: 'here' };
const options = { directory, caller, argv: ['apply', 'site.yml'], hide: (entry) => entry };

/** Events as an apply has them. */
function* events(count) {
  for (let index = 0; index < count / 2; index++) {
    const vmid = 100 + index;
    const about = {
      at: new Date().toISOString(),
      cluster: 'prod',
      step: `${index}/1`,
      address: `vm/${vmid}@prod`,
      node: `pve${index % 10}`,
      command: `qm set ${vmid} --cores 4 --digest 0123456789012345678901234567890123456789`,
      declaredAt: { file: 'documents/site.yml', line: index, column: 5 },
      digests: {
        [`/etc/pve/nodes/pve1/qemu-server/${vmid}.conf`]: '0123456789012345678901234567890123456789',
      },
    };
    yield { type: 'step-started', ...about };
    const ended = {
      outcome: 'done',
      exit: 0,
      seconds: 0.81,
      stdout: 'update VM 100: -cores 4\n',
      stderr: '',
      diagnostics: [],
    };
    yield { type: 'step-finished', ...about, ...ended };
  }
}

const timed = async (what, act) => {
  const start = performance.now();
  const result = await act();
  return { result, ms: performance.now() - start };
};

const journal = await openJournal({ ...options, run: 'long' });
const filled = await timed('fill', async () => {
  const written = [];
  for (const event of events(records)) written.push(journal.record(event));
  await Promise.all(written);
});
const one = async (to) => {
  const times = [];
  for (const event of events(200)) times.push((await timed('append', () => to.record(event))).ms);
  return times.toSorted((a, b) => a - b)[times.length / 2];
};
const atLength = await one(journal);
const fresh = await openJournal({ ...options, run: 'short' });
const atStart = await one(fresh);
await journal.close();
await fresh.close();
const { size } = await stat(journal.path);
const { result, ms } = await timed('verify', () => scanRun(journal.path));
if (result.checked.flaw !== undefined) throw new Error(result.checked.flaw.what);
const reopened = await timed('open', async () => (await openJournal({ ...options, run: 'next' })).close());

console.log(
  `records: ${result.checked.records} (${(size / 2 ** 20).toFixed(0)} MiB), written in ${(filled.ms / 1000).toFixed(2)} s`,
);
console.log(`verify: ${(ms / 1000).toFixed(2)} s`);
console.log(
  `append, synced: ${atStart.toFixed(2)} ms to an empty journal, ${atLength.toFixed(2)} ms to this one`,
);
console.log(`open and close the next run: ${reopened.ms.toFixed(1)} ms`);
await rm(directory, { recursive: true });
