import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

const folders: string[] = [];

/** Makes a new folder, which is removed after the tests of the file. The name shows which test left it when a run was killed. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `mesh-test-${name}-`));
  folders.push(folder);
  return folder;
}

/** Removes the folders that the tests of a file made. */
export function removeTemporaryFolders(): void {
  folders.splice(0).forEach(folder => rmSync(folder, { recursive: true, force: true }));
}

afterAll(removeTemporaryFolders);
