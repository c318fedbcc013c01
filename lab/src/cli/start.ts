import { LAB_FLAGS } from './options.ts';
import { parseFlags, UsageError } from './flags.ts';
import { openLab } from './open.ts';

/** `pvefleet-lab start`: serves until SIGINT or SIGTERM. */
export async function start(argv: readonly string[]): Promise<number> {
  const flags = parseFlags(argv, LAB_FLAGS);
  const [word] = flags.words.concat(flags.rest ?? []);
  if (word !== undefined) throw new UsageError(`start takes no argument, and got ${word}.`);
  const { lab, paths, close } = await openLab(flags);
  const stopped = new Promise<void>((resolve) => {
    process.on('SIGINT', () => resolve());
    process.on('SIGTERM', () => resolve());
  });
  for (const { host, address, port, cluster } of lab.nodes)
    console.log(`${host}${cluster === undefined ? '' : ` (cluster ${cluster})`}: ${address} port ${port}`);
  console.log(`Inventory: ${paths.inventory}`);
  console.log(`Key: ${paths.key}`);
  console.log(`Known hosts: ${paths.knownHosts}`);
  const [first] = lab.nodes;
  const count = `${lab.nodes.length} ${lab.nodes.length === 1 ? 'node' : 'nodes'}`;
  console.log(
    `Ready: ${count}. Try: ssh -i ${paths.key} -o UserKnownHostsFile=${paths.knownHosts} -p ${first?.port} root@${first?.address}`,
  );
  await stopped;
  await close();
  return 0;
}
