import type { ResourceModule, State } from '../modules/module.ts';
import { withFile } from '../snapshot/change.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { AppliedRun } from './applied-run.ts';
import { fileKey } from './applied-run.ts';
import type { Touched } from './touched.ts';

/** Everything about one resource. */
export interface Resource {
  readonly touched: Touched;
  readonly module: ResourceModule;
  readonly snapshot: Snapshot;
  readonly run: RunFiles;
}

export type RunFiles = Pick<AppliedRun, 'before' | 'left' | 'interrupted'>;

/** Its files were read after the last step that touched them; not where nobody knows how that one ended. */
export function isLeftKnown({ touched, module, snapshot, run: { left } }: Resource): boolean {
  const files = filesOf(module, touched, touched.node);
  return files.every((path) => left.has(fileKey(snapshot.cluster, path)));
}

/** Its files have the very bytes that the run has left: nobody has changed it since. */
export function isAsLeft({ touched, module, snapshot, run: { left } }: Resource, state: State): boolean {
  const then = filesOf(module, touched, touched.node);
  const now = filesOf(module, touched, state.node);
  return then.every((path, index) => {
    const known = left.get(fileKey(snapshot.cluster, path));
    // What was not there, and is not there now, is as it was; what was not read is not.
    return known !== undefined && (known.sha1 ?? undefined) === snapshot.digests[now[index] ?? ''];
  });
}

/** As the run has left it; undefined where that was not kept. */
export function leftState(resource: Resource): State | undefined {
  return stateOf(resource, resource.run.left);
}

/** As its kept files have it; undefined where one was not kept. */
export function stateOf(
  { touched, module, snapshot }: Resource,
  kept: ReadonlyMap<string, { readonly text?: string | null }>,
): State | undefined {
  const texts = filesOf(module, touched, touched.node).map((path) => ({
    path,
    text: kept.get(fileKey(snapshot.cluster, path))?.text,
  }));
  if (texts.some(({ text }) => text === undefined)) return undefined;
  const there = texts.flatMap(({ path, text }) => (typeof text === 'string' ? [{ path, text }] : []));
  const empty: Snapshot = { ...snapshot, files: {}, digests: {} };
  const state = module.read(
    there.reduce((before, { path, text }) => withFile(before, path, text), empty),
    touched.address,
  );
  return isUnknown(state) ? undefined : state;
}

/** The run left it removed. */
export function wasRemoved({ touched, module, snapshot, run: { left } }: Resource): boolean {
  const [own = ''] = filesOf(module, touched, touched.node);
  return left.get(fileKey(snapshot.cluster, own))?.sha1 === null;
}

/** The resource's own files first, then others that hold what was touched of it. */
export function filesOf(
  module: ResourceModule,
  { address, properties }: Touched,
  node: string,
): readonly string[] {
  const set = Object.fromEntries([...properties.keys()].map((property) => [property, '']));
  return module.touches({ brings: 'options', address, node, created: false, set, remove: [], revert: [] });
}
