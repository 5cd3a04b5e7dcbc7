import { spawn } from 'child_process';
import { createInterface } from 'readline';
import type { Call, Endpoint } from './expectation';
import type { GatewayPods } from './model';
import type { RunningService } from './workloads';

/** A cluster as the judge is asked about it. */
export interface JudgedCluster {
  readonly name: string;
  readonly folder: string;
  readonly installValues: string;
  readonly domain: string;
  readonly rootNamespace: string;
  readonly locality: string;
  readonly families: number[];
  readonly services: RunningService[];
  readonly gateways: JudgedGateway[];
  readonly calls: Call[];
}

/** A gateway, with the file of its install values; empty where nothing installs it. */
export interface JudgedGateway extends GatewayPods {
  readonly installValues: string;
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
  readonly tiers: Endpoint[][];
}

/** A judge that takes longer than ten minutes for a mesh hangs: it takes less than a second. */
const LONGEST = 600_000;

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
  let end: string | undefined;
  const ended = (why: string) => {
    end ??= why;
    waiting.splice(0).forEach(({ reject }) => reject(new Error(`mesh-judge ${end}:\n${complaints}`)));
  };
  child.stderr.on('data', chunk => {
    complaints = (complaints + chunk).slice(-4000);
  });
  child.stdin.on('error', error => ended(`takes no more questions: ${error.message}`));
  child.on('error', error => ended(`cannot be started: ${error.message}`));
  child.on('close', code => ended(`ended with ${code ?? 'a signal'}`));
  createInterface({ input: child.stdout }).on('line', line => waiting.shift()?.resolve(JSON.parse(line).clusters));
  return {
    ask: clusters => {
      const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST);
      return new Promise<ClusterVerdict[]>((resolve, reject) => {
        waiting.push({ resolve, reject });
        if (end !== undefined) {
          return ended(end);
        }
        child.stdin.write(`${JSON.stringify({ clusters })}\n`);
      }).finally(() => clearTimeout(timer));
    },
    end: () => child.kill(),
  };
}
