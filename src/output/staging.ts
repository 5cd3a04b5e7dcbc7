import { chmodSync, closeSync, mkdirSync, openSync, renameSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';

/**
 * Folder within the output folder in which files are completed before they get their place by a rename, so that no reader sees
 * a half-written file.
 */
export class Staging {
  /**
   * @param path folder for unfinished files, which no other run uses
   * @param mode permissions of the files
   */
  public constructor(private readonly output: string, private readonly path: string, private readonly mode: number) {}

  /** Writes a file, or replaces it. Its folder must exist. */
  public writeFile(path: string, text: string): void {
    const file = join(this.path, 'file');
    writeFileSync(file, text, { mode: this.mode });
    renameSync(file, join(this.output, path));
  }

  /** Writes a file in parts, or replaces it. Its folder must exist. */
  public writeFileInParts(path: string, parts: Iterable<string>): void {
    const file = join(this.path, 'file');
    const descriptor = openSync(file, 'w', this.mode);
    try {
      for (const part of parts) {
        writeFileSync(descriptor, part);
      }
    } finally {
      closeSync(descriptor);
    }
    renameSync(file, join(this.output, path));
  }

  /**
   * Writes a folder that does not exist, with files. One rename takes far less time than one for each file.
   * @param files texts of the files, by their names
   */
  public writeFolder(path: string, files: ReadonlyMap<string, string>): void {
    const folder = join(this.path, 'folder');
    mkdirSync(folder);
    for (const [name, text] of files) {
      writeFileSync(`${folder}/${name}`, text, { mode: this.mode });
    }
    mkdirSync(dirname(join(this.output, path)), { recursive: true });
    renameSync(folder, join(this.output, path));
  }

  /** Gives an existing file the permissions of new ones. */
  public protect(path: string): void {
    chmodSync(join(this.output, path), this.mode);
  }
}
