import { nameOf, parentOf, pathOf, ROOT } from './paths';

/**
 * Files that an output folder is to hold: their texts by folder and name. Many clusters have files of the same name, and a path for each
 * file would take much of the memory of a large synth.
 */
export class OutputFiles {
  /** Returns files by their paths within the output folder, with "/" between folders. */
  public static of(files: Iterable<readonly [string, string]>): OutputFiles {
    const output = new OutputFiles();
    output.add(files);
    return output;
  }

  private readonly texts = new Map<string, Map<string, string>>();

  /** The texts of the files of each folder that has any, by their names. The folder "." is the output folder itself. */
  public get folders(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    return this.texts;
  }

  public set(folder: string, name: string, text: string): void {
    const files = this.texts.get(folder);
    if (files === undefined) {
      this.texts.set(folder, new Map([[name, text]]));
    } else {
      files.set(name, text);
    }
  }

  /** Adds files by their paths. */
  public add(files: Iterable<readonly [string, string]>): void {
    for (const [path, text] of files) {
      this.set(parentOf(path), nameOf(path), text);
    }
  }

  public has(path: string): boolean {
    return this.texts.get(parentOf(path))?.has(nameOf(path)) ?? false;
  }

  /** All files, as path and text. */
  public *entries(): Generator<[string, string]> {
    for (const [folder, files] of this.texts) {
      for (const [name, text] of files) {
        yield [pathOf(folder, name), text];
      }
    }
  }

  /** The paths of all files, in order. */
  public *paths(): Generator<string> {
    yield* pathsIn(this.texts);
  }
}

/** The paths of names in folders, in order. Only the names of one folder are sorted at a time. */
export function* pathsIn(names: ReadonlyMap<string, { keys(): Iterable<string> }>): Generator<string> {
  const inner = new Map<string, Set<string>>();
  for (const folder of names.keys()) {
    for (let path = folder; path !== ROOT; path = parentOf(path)) {
      const parent = parentOf(path);
      inner.set(parent, (inner.get(parent) ?? new Set()).add(`${nameOf(path)}/`));
    }
  }
  const below = function* (folder: string): Generator<string> {
    // The files of a folder stand between those of other folders: "a/" comes after "a-b" and before "a0".
    for (const name of [...names.get(folder)?.keys() ?? [], ...inner.get(folder) ?? []].sort()) {
      if (name.endsWith('/')) {
        yield* below(pathOf(folder, name.slice(0, -1)));
      } else {
        yield pathOf(folder, name);
      }
    }
  };
  yield* below(ROOT);
}
