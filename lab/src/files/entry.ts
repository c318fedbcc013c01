/** What a path can lead to. Directories answer by name, so that one can be kept in memory and another made when asked. */
export type Entry = FileEntry | DirectoryEntry | LinkEntry;

export interface Meta {
  /** Permission bits. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** Unix seconds. */
  readonly mtime: number;
}

export interface FileEntry extends Meta {
  readonly kind: 'file';
  /** Bytes; a disk image has a size and no content. */
  readonly size: number;
  readonly content: () => Buffer;
}

export interface LinkEntry extends Meta {
  readonly kind: 'link';
  readonly target: string;
}

/** The changing methods throw FileError where the directory does not allow them. */
export interface DirectoryEntry extends Meta {
  readonly kind: 'directory';
  readonly get: (name: string) => Entry | undefined;
  /** Sorted. */
  readonly names: () => readonly string[];
  readonly put: (name: string, made: NewEntry) => void;
  /** Takes an entry out; undefined if there is none. */
  readonly drop: (name: string) => Entry | undefined;
  /** Gives the directory itself other permission bits. */
  readonly setMode: (mode: number) => void;
  /** Gives the directory itself another time of change, in Unix seconds. */
  readonly setTime: (mtime: number) => void;
}

/** What is put into a directory; owner, mode and time are the directory's to give where left out. */
export type NewEntry =
  | {
      readonly kind: 'file';
      readonly bytes: Buffer;
      readonly size?: number;
      readonly mode?: number;
      readonly mtime?: number;
    }
  | { readonly kind: 'directory'; readonly mode?: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'moved'; readonly entry: Entry }
  /** A directory of another tree, as it is. */
  | { readonly kind: 'mounted'; readonly entry: DirectoryEntry };
