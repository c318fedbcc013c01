/** What apt-get would do, by what it prints with -s. */
export interface AptSimulation {
  readonly install: readonly AptPackage[];
  readonly remove: readonly string[];
}

export interface AptPackage {
  readonly name: string;
  /** Undefined: it is new. */
  readonly from?: string;
  readonly to: string;
}

/** Reads "Inst name [old] (new source [amd64]) []" and "Remv name [old]" (apt's apt-private/private-install.cc); all else is passed over. */
export function parseAptSimulation(output: string): AptSimulation {
  const lines = output.split('\n');
  return {
    install: lines.flatMap((line): readonly AptPackage[] => {
      const { name, from, to } =
        /^Inst (?<name>\S+)(?: \[(?<from>[^\]]*)\])? \((?<to>\S+)/u.exec(line)?.groups ?? {};
      return name === undefined || to === undefined
        ? []
        : [{ name, to, ...(from !== undefined && { from }) }];
    }),
    remove: lines.flatMap((line) => /^Remv (?<name>\S+)/u.exec(line)?.groups?.['name'] ?? []),
  };
}
