/**
 * The machine that pvefleet runs on, as lookups and tests of files ask it: all their I/O is in here. A throw's message
 * is told as the error of what asked.
 */
export interface Controller {
  /** The file by this name: in `folder` ("files") of the role, of the task's file and of the playbook, and beside them; undefined when it is nowhere. */
  find(name: string, folder: string): string | undefined;
  /** Where it was looked for, for errors. */
  placesOf(name: string, folder: string): readonly string[];
  /** Plain files that a pattern of a shell fits, full paths, in the order of their names. */
  glob(pattern: string): readonly string[];
  /** The whole text of a file. */
  read(path: string): string;
  /** Writes a file that this user alone may read, and the directories above it. */
  writeSecret(path: string, text: string): void;
  /** A path from the playbook's directory, `~` being the user's home. */
  resolve(path: string): string;
  environment(name: string): string | undefined;
  /** What a command of the shell prints, run in the playbook's directory. */
  run(command: string): string;
  /** What is at a path, links followed; undefined when there is nothing. */
  statusOf(path: string): PathStatus | undefined;
  /** Links in it followed, as far as there is anything. */
  realPath(path: string): string;
  /** `~` and `~user` at its beginning replaced by the user's home. */
  expandUser(path: string): string;
  /** Whether there is anything at a path, and whether it is a link; links are not followed. */
  linkAt(path: string): 'link' | 'no link' | undefined;
  /** A whole number from 0 to below this, nobody knows which. */
  readonly random: (below: number) => number;
  /** Seconds since 1970. */
  now(): number;
}

export interface PathStatus {
  readonly kind: 'file' | 'directory' | 'other';
  /** Of the thing itself, however it is called. */
  readonly id: string;
  readonly isMount: boolean;
}

/** The key of variables under which the controller stands; no template can name it. */
export const CONTROLLER = Symbol('the controller');
