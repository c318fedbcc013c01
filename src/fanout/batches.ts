/**
 * How many hosts at a time: "3", "25%" (of all, rounded down, at least one), or several after each other, the last one
 * for all that is left ("1,10%,100%"); as Ansible's `serial`. Undefined for any other text.
 */
export function batchSizes(serial: string, hosts: number): readonly number[] | undefined {
  const sizes = serial.split(',').map((part) => batchSize(part.trim(), hosts));
  return sizes.every((size) => size !== undefined) ? sizes : undefined;
}

function batchSize(part: string, hosts: number): number | undefined {
  const { number, percent } = /^(?<number>[1-9]\d{0,8})(?<percent>%?)$/u.exec(part)?.groups ?? {};
  if (number === undefined) return undefined;
  return percent === ''
    ? Number(number)
    : Math.max(1, Math.floor((hosts * Math.min(100, Number(number))) / 100));
}

/** The items in their order, in batches of these sizes; the last size holds for all that is left. */
export function batchesOf<T>(items: readonly T[], sizes: readonly number[]): readonly (readonly T[])[] {
  const batches: (readonly T[])[] = [];
  for (let start = 0; start < items.length;) {
    const size = sizes[Math.min(batches.length, sizes.length - 1)] ?? items.length;
    batches.push(items.slice(start, start + size));
    start += size;
  }
  return batches;
}
