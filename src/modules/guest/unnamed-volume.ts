import type { Argument } from '../../pve/call.ts';
import type { GuestKind } from './guest-kind.ts';
import { placeOf } from './disk-place.ts';

/** A name that stands for that of a volume which an earlier step makes: PVE names it itself. */
export function unnamedVolume(
  storage: string,
  vmid: number,
  option: string,
  format: string | undefined,
): string {
  const ending = format === undefined || format === 'raw' || format === 'subvol' ? '' : `.${format}`;
  return `${storage}:vm-${vmid}-new-${option}${ending}`;
}

export const isUnnamed = (volume: string): boolean => /[:/]vm-\d+-new-[a-z]+\d*(?:\.\w+)?$/u.test(volume);

/** The text of a disk for a call: a volume that had no name when it was planned is the one in its slot once the call is made. */
export function withVolumeOf(kind: GuestKind, path: string, option: string, text: string): Argument {
  if (!text.split(',').some(isUnnamed)) return text;
  const { volume } = placeOf(kind, option, text);
  const at = text.indexOf(volume);
  return { volumeOf: option, in: path, around: [text.slice(0, at), text.slice(at + volume.length)] };
}
