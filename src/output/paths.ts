/** Returns the folder of a file of the output; "." for the output folder itself. The paths are plain names joined by "/". */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

/** Returns the name of a file of the output within its folder. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
