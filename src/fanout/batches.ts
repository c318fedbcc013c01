/** Hosts at a time, from "3" or "25%" (rounded down, at least one); undefined for any other text. */
export function batchSize(serial: string, hosts: number): number | undefined {
  const { number, percent } = /^(?<number>[1-9]\d{0,8})(?<percent>%?)$/u.exec(serial)?.groups ?? {};
  if (number === undefined) return undefined;
  return percent === '' ? Number(number) : Math.max(1, Math.floor((hosts * Math.min(100, Number(number))) / 100));
}

/** The items in their order, so many at a time. */
export function batchesOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
