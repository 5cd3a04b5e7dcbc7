import { join } from 'path';
import { Bench, run } from './bench';
import { inTurns, medianOf, ratioOf } from '../measure';
import { decimal, table } from '../tables';

/** Lines of the section, and the seconds of CPU that the start of a program with this library takes. */
export interface Start {
  readonly lines: string[];
  readonly cpu: number;
}

/** Runs of each program that are counted. */
const ROUNDS = 15;

/** What the start of Node, of cdk8s, of this library and of its command takes. */
export function start({ programs }: Bench): Start {
  const [node, cdk8s, library, help] = ['`node -e 0`', '`require` of cdk8s', '`require` of this library', '`istio-mesh --help`'];
  const turns = [
    { name: node, command: [process.execPath, '-e', '0'] },
    { name: cdk8s, command: programs.loading('cdk8s') },
    { name: library, command: programs.loading('cdk8s-istio-multicluster') },
    { name: help, command: [process.execPath, join(__dirname, '..', '..', 'bin', 'istio-mesh'), '--help'] },
  ];
  turns.forEach(({ command }) => run(command));
  const results = inTurns(turns, ROUNDS);
  const bases = new Map([[library, cdk8s], [cdk8s, node], [help, node]]);
  const rows = [...results].map(([name, runs]) => {
    const base = bases.get(name);
    return [
      name,
      ...(['wall', 'cpu'] as const).map(value => medianOf(runs, value).toFixed(3)),
      base === undefined ? '' : `${decimal(ratioOf(runs, results.get(base)!, 'cpu'))} of ${base}`,
    ];
  });
  return {
    lines: ['## Start', '', ...table(['', 'wall s', 'CPU s', 'CPU, ratio'], rows), ''],
    cpu: medianOf(results.get(library)!, 'cpu'),
  };
}
