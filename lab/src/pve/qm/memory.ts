/** MiB of a `memory` option (`2048` or `current=2048`), PVE's 512 if it is not set. */
export function memoryOf(text: string | undefined): number {
  return Number(/^(?:current=)?(\d+)/.exec(text ?? '')?.[1] ?? 512);
}
