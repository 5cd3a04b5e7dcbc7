/** The output folder itself. */
export const ROOT = '.';

/** Returns the folder of a file of the output. The paths are plain names joined by "/". */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? ROOT : path.slice(0, slash);
}

/** Returns the name of a file of the output within its folder. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Returns the path of a name in a folder of the output. */
export function pathOf(folder: string, name: string): string {
  return folder === ROOT ? name : `${folder}/${name}`;
}
