/**
 * PVE's own interface as a value: one method of its API. Its command line tools are generated from the same
 * methods, so `qm set 100 --cores 2` and `PUT /nodes/pve1/qemu/100/config {cores: 2}` are one call.
 */

/** An argument of a command. A secret is never a string, so nothing that prints arguments can print it. */
export type Argument =
  | string
  /** A secret by its name; its value is put in on the way to the node. */
  | { readonly secret: string }
  /** The SHA-1 of that file at that moment. */
  | { readonly digest: string }
  /** The volume that is in a slot of a guest's config file at that moment, in the middle of a text: `local-lvm:vm-100-disk-0,ssd=1`. */
  | { readonly volumeOf: string; readonly in: string; readonly around: readonly [string, string] }
  /** The path of a file with this text, which is there while the command runs. */
  | { readonly file: string };

export interface PveCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Concrete API path: /nodes/pve1/qemu/100/config */
  readonly path: string;
  /** Parameters beside those in the path, in the order they are to be printed; a list for one that is an array. */
  readonly params: Readonly<Record<string, Argument | readonly Argument[]>>;
}
