import type { Listing, Row } from './listing.ts';
import { columns, ofEachCluster, rowOf, textOrNull } from './listing.ts';
import { timeText } from './units.ts';

/** What each node's task lists say, the latest first: those that run, and up to some dozens that ended. */
export const tasks: Listing = {
  columns: columns('start type target status seconds user node cluster', 'end upid'),
  rows: ofEachCluster((snapshot) =>
    Object.entries(snapshot.nodeFiles ?? {})
      .flatMap(([node, files]) => {
        const lines = ['active', 'index'].flatMap((name) =>
          (files[`/var/log/pve/tasks/${name}`] ?? '').split('\n'),
        );
        const found = new Map(
          lines
            .toReversed()
            .flatMap((line) => taskOf(line, node) ?? [])
            .map((task) => [task.upid, task]),
        );
        return [...found.values()];
      })
      .toSorted((a, b) => b.start - a.start || (a.upid < b.upid ? -1 : 1))
      .map((task) => rowOf(snapshot, 'task', task.upid, cellsOf(task), task.node)),
  ),
};

interface Task {
  readonly upid: string;
  readonly node: string;
  /** Seconds since 1970. */
  readonly start: number;
  readonly end?: number;
  readonly type: string;
  readonly target: string;
  readonly user: string;
  readonly status: string;
}

/**
 * A line of "active" or "index": a UPID, in the one whether it was archived, then, when it has ended, the time in
 * hexadecimal and how (PVE::RESTEnvironment active_workers; UPIDs: PVE::Tools upid_decode).
 */
function taskOf(line: string, node: string): Task | undefined {
  const { upid, end, status } =
    /^(?<upid>\S+)(?:\s[01])?(?:\s(?<end>[0-9A-Fa-f]{8})(?:\s(?<status>.*))?)?\s*$/u.exec(line)?.groups ?? {};
  const { start, type, target, user } =
    /^UPID:[^:\s]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:(?<start>[0-9A-Fa-f]{8}):(?<type>[^:\s]+):(?<target>[^:\s]*):(?<user>[^:\s]+):/u.exec(
      upid ?? '',
    )?.groups ?? {};
  if (upid === undefined || start === undefined || type === undefined) return undefined;
  return {
    upid,
    node,
    start: Number.parseInt(start, 16),
    ...(end !== undefined && { end: Number.parseInt(end, 16) }),
    type,
    target: target ?? '',
    user: user ?? '',
    status: end === undefined ? 'running' : (status ?? 'unknown'),
  };
}

function cellsOf({ upid, start, end, type, target, user, status }: Task): Row['cells'] {
  return {
    start: timeText(start),
    type,
    target: textOrNull(target),
    status,
    seconds: end === undefined ? null : end - start,
    user,
    end: timeText(end),
    upid,
  };
}
