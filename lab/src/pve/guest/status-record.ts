/** A plain value of a guest's status, or one level of them (`nics`). */
export type StatusValue = string | number | null | undefined | { readonly [name: string]: StatusValue };

/** What PVE knows of a guest (`vmstatus`), by its names. */
export type StatusRecord = Readonly<Record<string, StatusValue>>;

/** A value as it stands in a table or after a colon. */
export function statusText(value: StatusValue): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
}
