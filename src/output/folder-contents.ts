import { Dirent, existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { nameOf, parentOf, ROOT } from './paths';

/** What has a name in a folder. A link is neither a file nor a folder, whatever it leads to. */
type Kind = 'file' | 'folder' | 'other';

/** Files and folders in the output folder. Each folder is listed once, since one request for each of thousands of files is slow. */
export class FolderContents {
  private readonly listings = new Map<string, ReadonlyMap<string, Kind>>();

  public constructor(private readonly root: string) {}

  /** Whether something is at a path: a file, a folder or a link. */
  public has(path: string): boolean {
    return this.namesIn(parentOf(path)).has(nameOf(path));
  }

  public isFolder(path: string): boolean {
    return this.namesIn(parentOf(path)).get(nameOf(path)) === 'folder';
  }

  public isFile(path: string): boolean {
    return this.namesIn(parentOf(path)).get(nameOf(path)) === 'file';
  }

  /** The names in a folder; none where there is no such folder. */
  public namesIn(folder: string): ReadonlyMap<string, Kind> {
    const known = this.listings.get(folder);
    if (known) {
      return known;
    }
    const path = join(this.root, folder);
    const isListed = (folder === ROOT || this.isFolder(folder)) && existsSync(path);
    const entries = isListed ? readdirSync(path, { withFileTypes: true }) : [];
    const listing = new Map(entries.map(entry => [entry.name, kindOf(entry)]));
    this.listings.set(folder, listing);
    return listing;
  }
}

function kindOf(entry: Dirent): Kind {
  if (entry.isFile()) {
    return 'file';
  }
  return entry.isDirectory() ? 'folder' : 'other';
}

/** Returns folders and those that lead to them, each once, a folder before those within it. */
export function withParents(paths: Iterable<string>): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = path; folder !== ROOT && !folders.has(folder); folder = parentOf(folder)) {
      folders.add(folder);
    }
  }
  return [...folders].sort();
}
