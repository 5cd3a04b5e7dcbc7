import { sleep } from './machine';
import { curl, Rig, url } from './rig';

/** Requests that were sent while a proof changed the clusters. */
export interface Load {
  /** Name of the current change, which the report of a failed request contains. */
  phase: string;
  answered: number;
  readonly failed: string[];
}

/** A namespace of cluster1, and a service that it calls. */
export interface Target {
  readonly namespace: string;
  readonly service: string;
}

/**
 * Does `work` while each target gets one request after another, each request on a new connection to the sidecar.
 * @throws Error if a request fails
 */
export async function underLoad(rig: Rig, targets: readonly Target[], work: (load: Load) => Promise<void>): Promise<Load> {
  const load: Load = { phase: 'before', answered: 0, failed: [] };
  let working = true;
  const client = async ({ namespace, service }: Target) => {
    while (working) {
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
  const clients = targets.map(client);
  try {
    await work(load);
  } finally {
    working = false;
    await Promise.all(clients);
  }
  if (load.failed.length > 0) {
    const sent = load.answered + load.failed.length;
    throw new Error(`${load.failed.length} requests failed of ${sent}: ${[...new Set(load.failed)].join(', ')}`);
  }
  return load;
}
