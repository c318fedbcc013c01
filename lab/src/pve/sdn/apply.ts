import type { Parameters } from '../cli/getopt.ts';
import { withFileLock } from '../cluster/file-lock.ts';
import { attempt, die, failureText } from '../failure.ts';
import { assertIfupdown, applyStaged } from '../network/reload.ts';
import type { Json } from '../pvesh/format.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { commitRunning, runningObjects, runningVersion } from './running.ts';
import { LOCAL, writeInterfaces } from './interfaces.ts';

/** PUT /cluster/sdn: what is written down is made the running configuration, then each node reloads its network. Throws Failure. */
export async function applySdn(session: Session, given: Parameters): Promise<TaskEnd> {
  if (given['lock-token'] !== undefined) die("pvefleet-lab: SDN's global lock is not modelled");
  try {
    await withFileLock(session, 'sdn_cfg', () => commitRunning(session.machine));
  } catch (thrown) {
    die(`could not commit SDN config: ${failureText(thrown)}`);
  }
  return runTask(session, 'reloadnetworkall', '', async () => {
    for (const [name, machine] of session.machine.cluster.machines) {
      session.print(`${name}: reloading network config\n`);
      await reloadNode({ ...session, machine }, name);
    }
  });
}

/** `pvesh set /nodes/NAME/network` on a node: it fails where the node's tools are refused, and only says so where they fail. */
async function reloadNode(session: Session, name: string): Promise<void> {
  const refused = attempt(() => assertIfupdown(session));
  if (refused !== undefined) {
    session.print(refused);
    session.print(`command 'pvesh set /nodes/${name}/network --regenerate-frr 0' failed: exit code 255\n`);
    return;
  }
  const { machine } = session;
  const inner: Session = {
    ...session,
    print: () => undefined,
    tasks: { ...session.tasks, depth: 0, log: undefined },
  };
  const said: string[] = [];
  await runTask({ ...inner, writeError: (text) => void said.push(text) }, 'srvreload', 'networking', () => {
    if (machine.traits.network === 'works') writeInterfaces(machine);
    applyStaged(inner);
  });
  session.print(said.join(''));
}

/** GET /nodes/{node}/sdn/zones: whether the node has applied the configuration that runs in the cluster. */
export function zoneStatus(session: Session): Json {
  const { machine } = session;
  const version = runningVersion(machine);
  if (version === 0) return [];
  const local = Number(/^#version:(\d+)$/m.exec(machine.files.read(LOCAL) ?? '')?.[1] ?? 0);
  if (local < version)
    session.warn(
      `local sdn network configuration is ${local === 0 ? 'not yet generated' : 'too old'}, please reload\n`,
    );
  return Object.entries(runningObjects(machine, 'zones'))
    .filter(([, { nodes }]) => typeof nodes !== 'string' || nodes.split(',').includes(machine.name))
    .map(([zone]) => ({ status: local < version ? 'pending' : 'available', zone }));
}
