import type { Process, ProcessTable } from '../machine.ts';

/** A process that started with the machine. */
export type BootProcess = Pick<Process, 'pid' | 'argv' | 'sockets'>;

const FIRST_PID = 1200;

/** A node's process table; `boot` is what runs from the start. */
export function processTable(clock: () => number, boot: readonly BootProcess[]): ProcessTable {
  const running = new Map<number, Process>(
    boot.map((process) => [process.pid, { ...process, started: clock() }]),
  );
  const onKill = new Map<number, () => void>();
  let next = FIRST_PID;
  return {
    spawn(argv, options = {}) {
      next += 1;
      running.set(next, { pid: next, argv, sockets: options.sockets ?? [], started: clock() });
      if (options.onKill !== undefined) onKill.set(next, options.onKill);
      return next;
    },
    kill(pid) {
      if (!running.delete(pid)) return false;
      const told = onKill.get(pid);
      onKill.delete(pid);
      told?.();
      return true;
    },
    get: (pid) => running.get(pid),
    list: () => [...running.values()],
  };
}
