/** `1234567` bytes → `1,2 MB`, as a file manager in Indonesia writes it. */
export function fileSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1).replace('.', ',');
  return `${digits} ${units[unit]}`;
}

/** The name of a file without its folder, whichever slash the machine uses. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
