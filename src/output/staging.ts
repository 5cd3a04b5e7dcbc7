import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';

const PREFIX = '.mesh-staging-';

/**
 * Folder within the output folder in which files are completed before they get their place by a rename, so that no reader sees
 * a half-written file.
 */
export class Staging {
  private readonly path: string;

  public constructor(private readonly output: string) {
    this.path = join(output, `${PREFIX}${process.pid}`);
    mkdirSync(this.path);
  }

  /** Writes a file, or replaces it. Its folder must exist. */
  public writeFile(path: string, text: string): void {
    const file = join(this.path, 'file');
    writeFileSync(file, text);
    renameSync(file, join(this.output, path));
  }

  /** Writes a folder that does not exist, with files by name. One rename takes far less time than one for each file. */
  public writeFolder(path: string, files: ReadonlyMap<string, string>): void {
    const folder = join(this.path, 'folder');
    mkdirSync(folder);
    files.forEach((text, name) => writeFileSync(join(folder, name), text));
    mkdirSync(dirname(join(this.output, path)), { recursive: true });
    renameSync(folder, join(this.output, path));
  }

  /** Removes the staging folder. */
  public remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** Removes the staging folders of runs that were killed, and keeps those of other runs that are still active. */
export function removeAbandonedStaging(output: string): void {
  for (const name of readdirSync(output)) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length)) : undefined;
    if (pid !== undefined && (pid === process.pid || !isRunning(pid))) {
      rmSync(join(output, name), { recursive: true });
    }
  }
}

/** Whether a process runs on this machine, under any user. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
