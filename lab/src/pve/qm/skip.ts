/** A change that a running VM cannot take: thrown to keep it pending. */
export class Skip extends Error {}

export function skip(): never {
  throw new Skip();
}
