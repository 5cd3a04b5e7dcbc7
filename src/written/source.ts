/** A text file as it was read, from a folder or from a commit. */
export interface SourceFile {
  /** Path for messages: from the current folder. */
  readonly path: string;
  /** Path within its folder, with "/" between folders. */
  readonly name: string;
  readonly text: string;
}

/** A folder with manifests: an output folder, whose folders are clusters, or a folder of one cluster. */
export interface SourceFolder {
  /** Path of the folder, for messages. */
  readonly path: string;
  /** Cluster that all files belong to; undefined for an output folder. */
  readonly cluster?: string;
  readonly files: readonly SourceFile[];
}

/** A line of a file. */
export interface Place {
  readonly file: string;
  /** Line, counted from 1. */
  readonly line: number;
}

/** A place as compilers and editors write it: `dist/cluster1/Gateway.yaml:8`. */
export function placeText({ file, line }: Place): string {
  return `${file}:${line}`;
}
