// What pvefleet does over connections that are open, as a program: node bench/sessions.mjs INVENTORY COMMANDS [IN OUT]
// Runs so many commands one after the other on every host, each with IN bytes of input and OUT bytes of output.
import { loadInventory } from '../dist/inventory/load-inventory.js';
import { createPool } from '../dist/transports/pool.js';
import { createSshTransport } from '../dist/transports/ssh.js';

const [path, commands, input = '0', output = '0'] = process.argv.slice(2);
const inventory = await loadInventory([path]);
if (!inventory.ok) throw new Error(JSON.stringify(inventory.diagnostics));
const { nodes } = inventory.value;
const pool = createPool(createSshTransport(), { forks: nodes.length, connectTimeoutSeconds: 60 });
const script = `${'#'.repeat(Number(input))}\nprintf '%0${output}d' 0\n`;
const [command, options] = input === '0' ? ['true', {}] : ['sh', { stdin: script }];
const ended = await Promise.all(
  nodes.map(async (node) => {
    let last;
    for (let count = 0; count < Number(commands); count++) last = await pool.exec(node, command, options);
    if (last?.ok === false) console.error(JSON.stringify(last.diagnostics));
    return last?.ok === true && last.value.exit === 0 && last.value.stdout.length >= Number(output);
  }),
);
await pool.close();
process.exitCode = ended.every(Boolean) ? 0 : 1;
