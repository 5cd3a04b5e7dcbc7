import { readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import type { MeshSize } from './mesh';
import type { Programs } from './programs';

/** A tool that writes the objects of a mesh. */
export interface Contender {
  readonly name: string;
  /** Largest number of imports that the contender is measured with; undefined for any. */
  readonly maxImports?: number;
  /** Prepares what the contender reads, and returns the number of lines that its user keeps. */
  prepare(size: MeshSize, ours: OurOutput): number;
  /** Command that writes the objects of all clusters. */
  command(size: MeshSize, outdir: string): string[];
  /** Texts of YAML or JSON that hold the objects of a cluster. */
  textsOf(outdir: string, cluster: string): string[];
}

/** Output of this library, from which the inputs of other contenders are made. */
export interface OurOutput {
  /** Every file, by its path. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of the clusters. */
  readonly clusters: string[];
}

/** This library. */
export function thisLibrary(programs: Programs, name: string): Contender {
  return {
    name,
    prepare: () => linesOf(join(__dirname, 'programs', 'ours.ts'), join(__dirname, 'mesh.ts')),
    command: ({ clusters, imports }, outdir) => programs.command('ours', outdir, clusters, imports),
    textsOf: yamlFilesIn,
  };
}

/** cdk8s without this library. */
export function plainCdk8s(programs: Programs): Contender {
  return {
    name: 'plain cdk8s',
    prepare: () => linesOf(join(__dirname, 'programs', 'plain.ts')),
    command: ({ clusters, imports }, outdir) => programs.command('plain', outdir, clusters, imports),
    textsOf: yamlFilesIn,
  };
}

/** The least that a program in Node takes: it writes the files of this library from ready texts. */
export function floor(programs: Programs, work: string): Contender {
  const texts = join(work, 'texts.json');
  return {
    name: 'floor: the same files from ready texts',
    prepare: (_, { files }) => {
      writeFileSync(texts, JSON.stringify(Object.fromEntries(files)));
      return 0;
    },
    command: (_, outdir) => programs.command('floor', outdir, texts),
    textsOf: yamlFilesIn,
  };
}

/** Texts of the objects of a cluster, where each is a YAML file in the folder of the cluster. */
export function yamlFilesIn(outdir: string, cluster: string): string[] {
  const folder = join(outdir, cluster);
  return readdirSync(folder).filter(file => file.endsWith('.yaml')).map(file => readFileSync(join(folder, file), 'utf8'));
}

/** Number of lines of files that are not empty. */
export function linesOf(...files: string[]): number {
  return files.flatMap(file => readFileSync(file, 'utf8').split('\n')).filter(line => line.trim() !== '').length;
}
