// What npm start shows: one playbook run twice, then what a state document would change. PVEFLEET_INVENTORY is the lab's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from './run.mjs';

const state = mkdtempSync(join(tmpdir(), 'pvefleet-tour-'));
process.on('exit', () => rmSync(state, { recursive: true, force: true }));

function show(...args) {
  console.log(
    `\n\u001B[1m$ pvefleet ${args.join(' ')}\u001B[0m\n`.replaceAll(/\u001B\[\d*m/gu, (code) =>
      process.stdout.isTTY ? code : '',
    ),
  );
  must('pvefleet', ...args, '--state', state);
}

console.log('A lab of three PVE nodes is up: one cluster, each node behind an SSH server of its own.');
show('run', 'playbooks/site.yml');
console.log('\nThe same again: what is as declared is left alone.');
show('run', 'playbooks/site.yml');
console.log('\nA state document, compared with what is now there:');
show('plan', 'documents/web.json');
console.log(`
Next, with a lab that stays:
  npx pvefleet-lab start --inventory lab.yml
and from another terminal:
  npx pvefleet run playbooks/site.yml -i lab.yml
  npx pvefleet ls guests -i lab.yml
  npx pvefleet exec 'pve*' -i lab.yml -- uptime`);
