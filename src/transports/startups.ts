import type { Result } from '../diagnostic.ts';
import type { Route } from './route.ts';
import { createTurns, type Turns } from './turns.ts';

/** Connections to one server that are not logged in yet; from ten on sshd drops some (MaxStartups 10:30:100, sshd_config(5)). */
const mostPerServer = 8;

/**
 * Lets so many log in to one address at once. A ProxyCommand leads to a server that is not known here, as `ssh -W`
 * through a bastion does: all of them count as one. Behind a jump host each has a server of its own. Where a server
 * takes fewer, it gets fewer from then on.
 */
export function createStartups(): <T>(
  route: Pick<Route, 'through' | 'node'>,
  logIn: () => Promise<Result<T>>,
) => Promise<Result<T>> {
  const servers = new Map<string, Turns>();
  return (route, logIn) => {
    const { through, node } = route;
    if (through.kind === 'jump') return logIn();
    const key =
      through.kind === 'command' ? 'command' : JSON.stringify([node.connection.host, node.connection.port]);
    const turns = servers.get(key) ?? createTurns(mostPerServer);
    servers.set(key, turns);
    return turns.run(async () => {
      const loggedIn = await logIn();
      if (!loggedIn.ok && loggedIn.diagnostics.some(({ code }) => code === 'transport/dropped'))
        turns.lower();
      return loggedIn;
    });
  };
}
