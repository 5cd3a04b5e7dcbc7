import type { Endpoint } from './step';
import { objectAt } from '../../checks/content';

/** An endpoint of an entry, with its place in the order of endpoints. */
export function endpointOf({ address, labels, weight }: any, port: number): Endpoint {
  return { address: String(address), port, rank: rankIn(labels), ...typeof weight === 'number' && { weight } };
}

/** Rank of an endpoint by its labels: 0 answers first. */
export function rankIn(labels: unknown): number {
  const ranks = Object.keys(objectAt(labels)).flatMap(label => /^failover\/(\d+)$/.exec(label)?.[1] ?? []);
  return Number(ranks[0] ?? 0);
}
