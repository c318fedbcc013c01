/** What is in an archive, by its name, as vzdump and the backup server name them; undefined: its name doesn't tell. */
export function archiveType(archive: string): 'vm' | 'container' | undefined {
  if (/(?:^|\/)vzdump-qemu-\d|:backup\/vm\/\d/u.test(archive)) return 'vm';
  return /(?:^|\/)vzdump-(?:lxc|openvz)-\d|:backup\/ct\/\d/u.test(archive) ? 'container' : undefined;
}
