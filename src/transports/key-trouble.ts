import { fail, type Result } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { shQuote } from '../text/sh-quote.ts';
import type { KeyFile } from './key-file.ts';
import { unreachable } from './trouble.ts';

/** The key file that the inventory names cannot be used, nor does the agent hold its key. */
export function keyFileRefusal(node: Node, file: KeyFile): Result<never> {
  const path = shQuote(file.path);
  if (file.kind === 'missing')
    return fail(
      unreachable(
        node,
        'key-file',
        `there is no key file ${file.path}`,
        `make one with "ssh-keygen -t ed25519 -f ${path}", or mend ansible_ssh_private_key_file`,
      ),
    );
  if (file.kind !== 'locked')
    return fail(
      unreachable(
        node,
        'key-file',
        `its key file ${file.path} cannot be used${file.kind === 'unusable' ? `: ${file.why}` : ''}; a private key as ssh-keygen writes it is wanted`,
        `write it anew in OpenSSH's format with "ssh-keygen -p -f ${path}"`,
      ),
    );
  const what =
    file.why === 'encrypted'
      ? 'is encrypted, the ssh agent does not hold it, and nobody can be asked for its passphrase'
      : `is ${file.why}, and the ssh agent does not hold it`;
  const orOpenssh =
    file.why === 'of a security key'
      ? ', or let the system\'s ssh use it, with "pvefleet_transport: openssh"'
      : '';
  return fail(
    unreachable(
      node,
      'key-locked',
      `its key ${file.path} ${what}; it must be in the agent`,
      `ssh-add ${shQuote(file.path.replace(/\.pub$/u, ''))} (start an agent first, if there is none: eval "$(ssh-agent)")${orOpenssh}`,
    ),
  );
}

/** There is nothing to log in with, and these places were looked at. */
export function noKeyRefusal(node: Node, tried: readonly string[]): Result<never> {
  return fail(
    unreachable(
      node,
      'no-key',
      `there is no key to log in with (${tried.join('; ')})`,
      'load a key with "ssh-add FILE", or name one with ansible_ssh_private_key_file in the inventory',
    ),
  );
}
