import { userInfo } from 'node:os';

let name: string | undefined;

/** The name of the user who runs this; the user's number where it has no name. Looked up once: each look reads /etc/passwd. */
export function localUser(): string {
  name ??= lookUp();
  return name;
}

function lookUp(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.());
  }
}
