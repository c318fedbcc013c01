/** Why a file or directory could not be read or written, in words. */
export function fileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file or directory';
  if (code === 'ENOTDIR') return 'it is no directory, or is below a file';
  if (code === 'EEXIST') return 'a file is in its place';
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'EROFS') return 'the file system is read-only';
  if (code === 'EACCES' || code === 'EPERM') return 'permission is denied';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'no space is left';
  if (code === 'ELOOP') return 'its links lead in a circle';
  return error instanceof Error ? error.message : String(error);
}
