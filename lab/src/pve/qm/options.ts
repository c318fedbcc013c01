/** `cpuunits` within what cgroup v2 takes, 1 to 10000 (PVE::CGroup::clamp_cpu_shares); in place. */
export function clampCpuUnits(parameters: Record<string, string>): void {
  const units = parameters['cpuunits'];
  if (units !== undefined) parameters['cpuunits'] = String(Math.min(10000, Math.max(1, Number(units))));
}

/** Whether a VM is a Windows one by its `ostype`. */
export function isWindows(ostype: string | undefined): boolean {
  return /^(w2k|w2k3|w2k8|wxp|wvista|win\d+)$/.test(ostype ?? '');
}
