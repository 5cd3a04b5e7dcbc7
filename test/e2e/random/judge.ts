import { spawn } from 'child_process';
import { createInterface } from 'readline';
import type { Call } from './expectation';
import type { GatewayPods } from './model';
import type { RunningService } from './workloads';

/** A cluster as the judge is asked about it. */
export interface JudgedCluster {
  readonly name: string;
  readonly folder: string;
  readonly installValues: string;
  readonly domain: string;
  readonly rootNamespace: string;
  readonly families: number[];
  readonly services: RunningService[];
  readonly gateways: GatewayPods[];
  readonly calls: Call[];
}

/** What istiod makes of a cluster. */
export interface ClusterVerdict {
  readonly error?: string;
  readonly invalid: string[] | null;
  readonly objects: number;
  readonly gateways: Opening[][] | null;
  readonly calls: CallVerdict[] | null;
}

export interface Opening {
  readonly port: number;
  readonly sni: string;
  readonly routes: Route[];
}

export interface CallVerdict {
  readonly resolved: string[];
  readonly outcomes: Array<{ readonly address: string; readonly nowhere?: string; readonly routes: Route[] }>;
}

export interface Route {
  readonly cluster: string;
  readonly host: string;
  readonly subset: string;
  readonly weight: number;
  readonly tls: string;
  readonly sni: string;
  readonly identities: string[];
  readonly endpoints: string[];
}

/** The program `mesh-judge`, which answers for one mesh after the other. */
export interface Judge {
  readonly ask: (clusters: JudgedCluster[]) => Promise<ClusterVerdict[]>;
  readonly end: () => void;
}

/**
 * Starts the judge. It gets no environment of ours: settings of Istio in it would change the verdict. What it makes for a mesh
 * is garbage with the next one, so it need not be collected often.
 */
export function startJudge(program: string): Judge {
  const child = spawn(program, [], { env: { GOGC: '400' }, stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting: Array<{ readonly resolve: (verdict: ClusterVerdict[]) => void; readonly reject: (error: Error) => void }> = [];
  let complaints = '';
  child.stderr.on('data', chunk => { complaints = (complaints + chunk).slice(-4000); });
  createInterface({ input: child.stdout }).on('line', line => waiting.shift()?.resolve(JSON.parse(line).clusters));
  const gone = (why: string) => waiting.splice(0).forEach(({ reject }) => reject(new Error(`mesh-judge ${why}:\n${complaints}`)));
  child.on('error', error => gone(`cannot be started: ${error.message}`));
  child.on('close', code => gone(`ended with ${code ?? 'a signal'}`));
  return {
    ask: clusters => new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify({ clusters })}\n`);
    }),
    end: () => child.kill(),
  };
}
