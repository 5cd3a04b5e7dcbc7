import { readdirSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { Answers, RunningClusters } from './running-clusters';
import recorded from './three-clusters.json';
import { threeClusters } from '../../../examples/three-clusters/mesh';
import { IstioRelease, MeshApp } from '../../../src';
import { WrittenFolder } from '../../written/written-folder';

const RECORDED = recorded as unknown as Answers;

/** The mesh of three clusters with the addresses of the clusters that the answers were recorded from. */
export function recordedMesh(app: MeshApp): void {
  threeClusters(app, IstioRelease.V1_31, {
    cluster1: { ingressGateway: '10.61.2.1' },
    cluster2: { ingressGateway: '10.62.2.1' },
    cluster3: { ingressGateway: 'mesh.cluster3.example.com' },
  });
}

/** The call for the objects of a folder. */
export const OBJECTS = 'get --filename=- --output=json --ignore-not-found --show-managed-fields';

let applied: Answers | undefined;

/**
 * Running clusters that answer as real ones did: Istio 1.31 on Kubernetes 1.34. Of the answers of proxies and istiod, what the command
 * reads is kept. The objects are those of the folder, with what an API server and an injector add.
 */
export function threeRunning(): RunningClusters {
  applied ??= appliedFolder();
  return new RunningClusters(Object.fromEntries(Object.entries(RECORDED).map(
    ([cluster, byWords]) => [cluster, { ...byWords, ...applied![cluster] }],
  )));
}

/** The only recorded call of a cluster whose arguments match. */
export function callOf(cluster: string, ...parts: string[]): string {
  const calls = Object.keys(RECORDED[cluster]).filter(words => parts.every(part => words.includes(part)));
  if (calls.length !== 1) {
    throw new Error(`${calls.length} calls of ${cluster} have ${parts.join(' and ')}`);
  }
  return calls[0];
}

function appliedFolder(): Answers {
  const folder = WrittenFolder.of(recordedMesh);
  return Object.fromEntries(Object.keys(RECORDED).map(cluster => {
    const files = readdirSync(join(folder.path, cluster)).filter(file => file.endsWith('.yaml'));
    return [cluster, { [OBJECTS]: { items: files.map(file => appliedObject(parse(folder.read(`${cluster}/${file}`)))) } }];
  }));
}

/** An object as an API server returns it. */
function appliedObject(object: any): any {
  const metadata = { ...object.metadata, generation: 1, resourceVersion: '1', uid: '0' };
  if (object.kind === 'Service') {
    return { ...object, metadata, spec: { ...object.spec, type: 'ClusterIP', clusterIP: '10.96.1.1', sessionAffinity: 'None' } };
  }
  if (object.kind === 'Deployment') {
    const { template } = object.spec;
    const containers = [{ name: 'istio-proxy', image: 'proxyv2' }, ...template.spec.containers.map(
      (container: any) => ({ ...container, imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log' }),
    )];
    const spec = { ...template.spec, containers, volumes: [{ name: 'istio-envoy' }, ...template.spec.volumes ?? []] };
    return { ...object, metadata, spec: { ...object.spec, replicas: 1, template: { ...template, spec } } };
  }
  return { ...object, metadata };
}
