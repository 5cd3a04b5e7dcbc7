import type { Cluster } from './cluster';
import { until } from './machine';
import { curlIn } from './rig';

/** Who answered how often: "cluster2 v1", or the status code. */
export type Answers = Map<string, number>;

/** Calls a URL from the pod of namespace `team`, one request after the other. */
export async function answersOf(cluster: Cluster, target: string, times: number, ...args: string[]): Promise<Answers> {
  const counts: Answers = new Map();
  for (let i = 0; i < times; i++) {
    const { code, body } = await curlIn(cluster, 'team', target, ...args);
    const who = code === '200' ? /"HTTPBIN_ENV_ANSWER": "([^"]+)"/.exec(body)?.[1] ?? '200' : code;
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  return counts;
}

/** Answers as one line, in a fixed order. */
export function text(answers: Answers): string {
  return [...answers].sort().map(([who, count]) => `${who} ${count}`).join(', ');
}

/** Waits until a service is answered by somebody that is wanted, several times in a row. */
export async function answeredBy(cluster: Cluster, target: string, who: RegExp): Promise<void> {
  await until(
    `${target} answered by ${who}`,
    async () => [...(await answersOf(cluster, target, 5)).keys()].every(name => who.test(name)),
    60,
  );
}
