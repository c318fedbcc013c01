import type { Diagnostic } from '../diagnostic.ts';
import type { Route } from './route.ts';
import { unreachable } from './trouble.ts';

/** Bytes that no host name or address has. */
const noHost = /[\s\p{Cc}'"`$\\;&<>|(){}]/u;
/** What a shell does not leave as it is. ProxyCommand hands names to one without quotes, as OpenSSH does. */
const shellReads = /[\s\p{Cc}'"`$\\;&<>|(){}*?[\]!#~]/u;

/** Why an address or a user cannot be one, or must not come near a shell; nothing has been started by then. */
export function oddName({ node, through }: Route): Diagnostic | undefined {
  const { host, user } = node.connection;
  const shown = (text: string): string => JSON.stringify(text);
  if (host === '' || host.startsWith('-') || noHost.test(host))
    return unreachable(
      node,
      'host-name',
      `its address is ${shown(host)}; a host name or an IP address is wanted`,
      'mend ansible_host in the inventory, or HostName in ~/.ssh/config',
    );
  if (user === '' || user.startsWith('-') || /\p{Cc}/u.test(user))
    return unreachable(
      node,
      'user-name',
      `its user is ${shown(user)}; a user name is wanted`,
      'mend ansible_user in the inventory, or User in ~/.ssh/config',
    );
  if (through.kind === 'command' && shellReads.test(user))
    return unreachable(
      node,
      'user-name',
      `its user is ${shown(user)}, and ProxyCommand would hand it to a shell; a plain name is wanted`,
      'reach the node without ProxyCommand (ProxyJump needs no shell), or as another user',
    );
  return undefined;
}
