import type { Diagnostic } from '../diagnostic.ts';
import type { Become, Node } from '../inventory/node.ts';

const docs = 'pvefleet docs sudoers';

/** The password was not the right one. */
export function wrongPassword(node: Node, become: Become): Diagnostic {
  const whose = become.method === 'sudo' ? 'of the user who logs in' : `of ${become.user}`;
  return cannotBecome(
    node,
    become,
    'become-password-wrong',
    `${become.method} refused the password; that ${whose} is wanted`,
    'give it with -K, or as ansible_become_password, encrypted with ansible-vault',
  );
}

/** A password is asked for, and there is none. */
export function passwordMissing(node: Node, become: Become): Diagnostic {
  return cannotBecome(
    node,
    become,
    'become-password-missing',
    `${become.method} asks for a password, and none is given; one is wanted`,
    become.method === 'sudo'
      ? `give it with -K, or let the user go without one; a sudoers file for that: ${docs}`
      : 'give it with -K, or as ansible_become_password, encrypted with ansible-vault',
  );
}

/** Something is asked for that is no password: a code, another factor. */
export function otherQuestion(node: Node, become: Become, text: string): Diagnostic {
  return cannotBecome(
    node,
    become,
    'become-question',
    `${become.method} asks ${JSON.stringify(text)}, and only a password can be given; a user who is asked nothing else is wanted`,
    `a sudoers file for such a user: ${docs}`,
  );
}

type Row = readonly [pattern: RegExp, code: string, whatIs: (become: Become) => string, hint: string];

/** What sudo (1.9) and util-linux's su say in English when they refuse. */
const refusals: readonly Row[] = [
  [
    /\b(?:sudo|su)\b.*not found|not found: (?:sudo|su)\b|(?:sudo|su): No such file/iu,
    'become-no-program',
    ({ method }) => `there is no ${method} on it; ${method}, or a log-in as the user itself, is wanted`,
    'install it there (apt install sudo), take the other method (ansible_become_method: sudo or su), or log in as root (ansible_user: root)',
  ],
  [
    /must have a tty|must be run from a terminal/iu,
    'become-no-terminal',
    ({ method }) => `${method} wants a terminal (requiretty), and there is none; no such rule is wanted`,
    `put "Defaults:USER !requiretty" into its sudoers, as in: ${docs}`,
  ],
  [
    /not in the sudoers file|is not allowed to (?:execute|run)|may not run sudo/iu,
    'become-not-allowed',
    ({ user }) => `sudo does not allow it; a rule in sudoers for /bin/sh as ${user} is wanted`,
    `a file with that rule: ${docs}`,
  ],
  [
    /unknown user|user \S+ does not exist|no passwd entry/iu,
    'become-no-user',
    ({ user }) => `there is no user ${user} on it; one that is there is wanted`,
    'see become_user, and on the node: getent passwd',
  ],
];

/** sudo or su ended before the command began; `said` is what it wrote. */
export function becomeRefused(node: Node, become: Become, said: string, exit: number | null): Diagnostic {
  if (/authentication failure|incorrect password|sorry, try again/iu.test(said))
    return wrongPassword(node, become);
  if (/password is required/iu.test(said)) return passwordMissing(node, become);
  const row = refusals.find(([pattern]) => pattern.test(said));
  if (row !== undefined) return cannotBecome(node, become, row[1], row[2](become), row[3]);
  const end = exit === null ? 'was killed' : `ended with exit code ${exit}`;
  return cannotBecome(
    node,
    become,
    'become-refused',
    `${become.method} ${end} before the command began${said === '' ? '' : `: ${said}`}`,
    `try it on ${node.name}: ${become.method === 'sudo' ? `sudo -u ${become.user} true` : `su ${become.user} -c true`}`,
  );
}

function cannotBecome(node: Node, become: Become, code: string, whatIs: string, hint: string): Diagnostic {
  return {
    code: `transport/${code}`,
    severity: 'error',
    // Nothing was run there.
    trouble: 'unreachable',
    message: `Cannot become ${become.user} on ${node.name}: ${whatIs}`,
    host: node.name,
    hint,
  };
}
