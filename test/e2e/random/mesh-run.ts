import { existsSync } from 'fs';
import { join } from 'path';
import { runInThisContext } from 'vm';
import * as cdk8s from 'cdk8s';
import { MeshDeclaration } from './declaration';
import { writeHostileObjects } from './hostile';
import type { Judge, JudgedCluster } from './judge';
import { expectationOf, gatewayPods } from './model';
import { programOf } from './program';
import { differences } from './verdict';
import { brokenWays } from './ways';
import { servicesIn, writtenServicesIn } from './workloads';
import * as lib from '../../../src';

/** What came of judging a mesh. */
export interface Judgement {
  /** What is wrong; nothing when all is as declared. */
  readonly problems: string[];
  /** How many calls were made, and how many of them lead somewhere. */
  readonly calls: number;
  readonly declared: number;
  /** How many objects istiod validated. */
  readonly objects: number;
}

/** Runs the program of a mesh: its manifests are then in the folder. */
export function synthesize(mesh: MeshDeclaration, outdir: string): void {
  const known = { ...lib, ApiObject: cdk8s.ApiObject, Duration: cdk8s.Duration };
  const names = Object.keys(known).filter(name => /^[A-Z]/.test(name));
  const program = runInThisContext(`((${names.join(', ')}) => {\n${programOf(mesh, outdir)}\n})`) as (...values: unknown[]) => void;
  const { warn } = console;
  // What is drawn deserves many a second look.
  console.warn = () => undefined;
  try {
    program(...names.map(name => known[name as keyof typeof known]));
  } finally {
    console.warn = warn;
  }
}

/** Has istiod judge the manifests of a mesh by what its declaration says. */
export async function judged(mesh: MeshDeclaration, outdir: string, judge: Judge): Promise<Judgement> {
  const expected = expectationOf(mesh);
  const removeHostile = mesh.hostile ? writeHostileObjects(mesh, outdir) : () => undefined;
  const verdicts = await judge.ask(mesh.clusters.map((cluster, i): JudgedCluster => {
    const valuesOf = (name: string) => {
      const file = join(outdir, 'install', cluster.name, `${name}-values.yml`);
      return existsSync(file) ? file : '';
    };
    const [ingress, ...egress] = gatewayPods(cluster);
    return {
      name: cluster.name,
      folder: join(outdir, cluster.name),
      installValues: valuesOf('istiod'),
      domain: cluster.domain,
      rootNamespace: cluster.istioNamespace,
      locality: cluster.locality ?? '',
      families: cluster.families,
      services: [...servicesIn(cluster.name, mesh), ...writtenServicesIn(cluster.name, join(outdir, cluster.name), mesh)],
      gateways: [
        { ...ingress, installValues: valuesOf('istio-ingressgateway') },
        ...egress.map(gateway => ({ ...gateway, installValues: valuesOf(cluster.egress!.name ?? 'istio-egressgateway') })),
      ],
      calls: expected[i].calls.map(({ call }) => call),
    };
  })).finally(removeHostile);
  const calls = expected.flatMap(cluster => cluster.calls);
  return {
    problems: [
      ...verdicts.flatMap((verdict, i) => differences(mesh.clusters[i].name, expected[i], verdict)),
      ...brokenWays(mesh, expected, verdicts),
    ],
    calls: calls.length,
    declared: calls.filter(({ routes }) => routes.length > 0).length,
    objects: verdicts.reduce((sum, { objects }) => sum + objects, 0),
  };
}
