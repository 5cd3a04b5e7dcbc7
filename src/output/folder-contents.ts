import { Dirent, existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { nameOf, parentOf } from './paths';

/** Files and folders in the output folder. Each folder is listed once, since one request for each of thousands of files is slow. */
export class FolderContents {
  private readonly listings = new Map<string, ReadonlyMap<string, Dirent>>();

  public constructor(private readonly root: string) {}

  /** Whether something is at a path: a file, a folder or a link. */
  public has(path: string): boolean {
    return this.list(parentOf(path)).has(nameOf(path));
  }

  /** Whether a path is a folder; a link to a folder is none. */
  public isFolder(path: string): boolean {
    return this.list(parentOf(path)).get(nameOf(path))?.isDirectory() ?? false;
  }

  /** Whether a path is a file; a link to a file is none. */
  public isFile(path: string): boolean {
    return this.list(parentOf(path)).get(nameOf(path))?.isFile() ?? false;
  }

  private list(folder: string): ReadonlyMap<string, Dirent> {
    const known = this.listings.get(folder);
    if (known) {
      return known;
    }
    const path = join(this.root, folder);
    const isListed = (folder === '.' || this.isFolder(folder)) && existsSync(path);
    const entries = isListed ? readdirSync(path, { withFileTypes: true }) : [];
    const listing = new Map(entries.map(entry => [entry.name, entry]));
    this.listings.set(folder, listing);
    return listing;
  }
}

/** Returns the folders that lead to files, each once, a folder before those within it. */
export function foldersOf(paths: string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let parent = parentOf(path); parent !== '.' && !folders.has(parent); parent = parentOf(parent)) {
      folders.add(parent);
    }
  }
  return [...folders].sort();
}
