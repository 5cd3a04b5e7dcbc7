import { sleep } from './machine';
import { curl, Rig, url } from './rig';

/** Requests that were made while something went on. */
export interface Load {
  /** What is going on, for the requests that fail. */
  phase: string;
  answered: number;
  readonly failed: string[];
}

/** A namespace of cluster1, and what it calls. */
export type Target = readonly [namespace: string, service: string];

/** Does something while some call, one request after the other, each on a connection of its own to the sidecar; throws when a request fails. */
export async function underLoad(rig: Rig, targets: readonly Target[], work: (load: Load) => Promise<void>): Promise<Load> {
  const load: Load = { phase: 'before', answered: 0, failed: [] };
  let under = true;
  const client = async (namespace: string, service: string) => {
    while (under) {
      const { phase } = load;
      const { code } = await curl(rig, namespace, url(service));
      if (code === '200') {
        load.answered++;
      } else {
        load.failed.push(`${phase}: ${namespace} ${service} ${code}`);
      }
      await sleep(50);
    }
  };
  const clients = targets.map(([namespace, service]) => client(namespace, service));
  try {
    await work(load);
  } finally {
    under = false;
    await Promise.all(clients);
  }
  if (load.failed.length > 0) {
    throw new Error(
      `${load.failed.length} requests failed of ${load.answered + load.failed.length}: ${[...new Set(load.failed)].join(', ')}`,
    );
  }
  return load;
}
