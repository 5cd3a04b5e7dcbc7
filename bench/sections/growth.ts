import { rmSync } from 'fs';
import { join } from 'path';
import { Bench, filesIn, run } from './bench';
import { inTurns, medianOf } from '../measure';
import { decimal, exponent, Point, table } from '../tables';

/** A mesh that grows in one direction. */
interface Shape {
  /** Name in `programs/growth.ts`. */
  readonly name: string;
  readonly subject: string;
  readonly sizes: number[];
}

/** Runs of each mesh that are counted. */
const ROUNDS = 3;

const SHAPES: Shape[] = [
  { name: 'global-dns', subject: 'clusters with `globalDns` and 100 imports each', sizes: [40, 80, 160] },
  { name: 'catalog', subject: 'imports from one catalog', sizes: [5_000, 10_000, 20_000] },
  { name: 'clusters', subject: 'clusters that neither export nor import', sizes: [250, 500, 1_000] },
  { name: 'one-service', subject: 'clusters that all export and import one service', sizes: [100, 200, 400] },
];

/**
 * How the CPU time of meshes grows with their output. The start of Node and of the library is left out, since it does not grow.
 * @param start seconds of CPU that the start takes
 * @param part part of each size that is measured
 */
export function growth(bench: Bench, start: number, part: number): string[] {
  const rows = SHAPES.flatMap(shape => {
    const points = shape.sizes.map(size => size * part).map(size => ({ ...pointAt(bench, shape, size), count: size }));
    return points.map(({ count, size, value }, i) => [
      `${count} ${shape.subject}`,
      (size / 2 ** 20).toFixed(1),
      decimal(value),
      i === 0 ? '' : decimal(growthBetween(points[i - 1], points[i], start)),
    ]);
  });
  return ['## Growth', '', ...table(['', 'MiB of output', 'CPU s', 'exponent'], rows), ''];
}

/** Exponent of the CPU time without the start. */
export function growthBetween(from: Point, to: Point, start: number): number {
  return exponent({ ...from, value: from.value - start }, { ...to, value: to.value - start });
}

function pointAt({ programs, work }: Bench, { name }: Shape, size: number): Point {
  const outdir = join(work, 'growth');
  const command = programs.command('growth', outdir, name, size);
  run(command);
  const bytes = [...filesIn(outdir).values()].reduce((sum, text) => sum + text.length, 0);
  rmSync(outdir, { recursive: true });
  const results = inTurns([{ name, command, outdir }], ROUNDS);
  return { size: bytes, value: medianOf(results.get(name)!, 'cpu') };
}
