/** What a node would boot, and whether that is what runs. */
export interface KernelState {
  readonly running: string;
  /** Undefined: none of Proxmox VE's is installed, as in a container. */
  readonly next?: string;
}

/**
 * The kernel that the next boot takes: the pinned one (proxmox-boot-tool kernel pin writes /etc/kernel/proxmox-boot-pin and
 * next-boot-pin), else the newest in /boot, as GRUB and proxmox-boot-tool order them.
 */
export function nextKernel(
  images: readonly string[],
  pins: readonly (string | undefined)[],
): string | undefined {
  const releases = images.flatMap(
    (path) => /^\/boot\/vmlinuz-(?<release>.+)$/u.exec(path)?.groups?.['release'] ?? [],
  );
  const pinned = pins.map((text) => text?.trim()).find((pin) => pin !== undefined && releases.includes(pin));
  return pinned ?? releases.toSorted(byVersion).at(-1);
}

/** "6.17.9-1-pve" before "6.17.13-1-pve". */
export function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
