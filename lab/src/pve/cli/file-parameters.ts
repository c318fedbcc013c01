import { die } from '../failure.ts';
import type { Session } from '../session.ts';

/** An option whose argument names a file: its text becomes the value, in PVE's percent code if `encode` says so. */
export interface FileParameter {
  readonly name: string;
  readonly encode: boolean;
}

/** Replaces the names of files by what is in them (param_mapping of PVE's tools). Throws Failure for a file that cannot be read. */
export function readFiles(
  session: Session,
  parameters: Readonly<Record<string, string>>,
  files: readonly FileParameter[],
): Record<string, string> {
  const out = { ...parameters };
  for (const { name, encode } of files) {
    const path = parameters[name];
    if (path === undefined) continue;
    const absolute = path.startsWith('/') ? path : `/root/${path}`;
    const text =
      (absolute === '/dev/stdin' ? session.input.stdin : session.machine.files.read(absolute)) ??
      die(
        `can't open '${path}' - ${session.machine.files.isDirectory(absolute) ? 'Is a directory' : 'No such file or directory'}`,
      );
    out[name] = encode ? uriEscape(text) : text;
  }
  return out;
}

/** As URI::Escape does by default: all but letters, digits and `-._~`. */
function uriEscape(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const KEY =
  /^(?:.*\s)?(ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9@.-]+)\s+AAAA[A-Za-z0-9+/]+={0,3}(?:\s.*)?$/;

/** Refuses a list of public keys that holds a line that is none (PVE::Tools::validate_ssh_public_keys). Throws Failure. */
export function checkPublicKeys(text: string): void {
  if (text.split('\n').some((line) => line.trim() !== '' && !KEY.test(line)))
    die('SSH public key validation error');
}
