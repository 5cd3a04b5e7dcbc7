import { objectAt } from './content';
import { Declarations, ForeignManifest, indexed } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { podOf } from '../names';

/** The exported pods of a StatefulSet. */
interface ExportedPods {
  readonly statefulSet: string;
  readonly namespace: string;
  readonly governingService: string;
  /** Ordinals of the pods, in order. */
  readonly ordinals: number[];
  readonly path: string;
}

/** Exported pods that the StatefulSet in the same chart does not have, or has under other names. */
export function statefulSets(declared: Declarations): Problem[] {
  return compared(declared, (pods, { spec }) => [...otherService(pods, spec), ...missingPods(pods, spec)]);
}

/**
 * Exports of fewer pods than the StatefulSet in the same chart has, and of a StatefulSet that the chart has in another namespace alone:
 * both can be meant.
 */
export function possibleStatefulSets(declared: Declarations): Problem[] {
  return [...compared(declared, (pods, { spec }) => unexportedPods(pods, spec)), ...otherNamespaces(declared)];
}

type Compare = (pods: ExportedPods, statefulSet: ForeignManifest) => Problem[];

function compared(declared: Declarations, compare: Compare): Problem[] {
  const exported = exportedPods(declared);
  return exported.length === 0 ? [] : manifests(declared).flatMap(statefulSet => exported
    .filter(({ statefulSet: name, namespace }) => name === statefulSet.metadata.name && namespace === statefulSet.metadata.namespace)
    .flatMap(pods => compare(pods, statefulSet)));
}

function exportedPods({ exports }: Declarations): ExportedPods[] {
  const pods = exports.flatMap(exported => {
    const pod = exported.governingService === undefined ? undefined : podOf(exported.name);
    return pod ? [{ ...pod, exported }] : [];
  });
  const groups = indexed(pods, ({ statefulSet, exported }) => `${statefulSet} ${exported.namespace} ${exported.governingService}`);
  return [...groups.values()].map(group => {
    const [{ statefulSet, exported }] = group;
    return {
      statefulSet,
      namespace: exported.namespace,
      governingService: exported.governingService!,
      ordinals: group.map(({ ordinal }) => ordinal).sort((a, b) => a - b),
      path: exported.path,
    };
  });
}

function manifests(declared: Declarations): ForeignManifest[] {
  return declared.manifests('StatefulSet', 'apps');
}

function otherService(pods: ExportedPods, { serviceName }: any): Problem[] {
  return typeof serviceName !== 'string' || serviceName === pods.governingService ? [] : [problem(pods, {
    what: 'the StatefulSet has another governing Service',
    got: pods.governingService,
    expected: serviceName,
    fix: `write serviceName: '${serviceName}', so that hosts are those of the pods within their cluster`,
  })];
}

function missingPods(pods: ExportedPods, spec: any): Problem[] {
  const existing = ordinalsOf(spec);
  const missing = missingOrdinals(pods, existing);
  return existing === undefined || missing.length === 0 ? [] : [problem(pods, {
    what: 'pods that the StatefulSet does not have',
    got: missing.map(ordinal => `${pods.statefulSet}-${ordinal}`),
    expected: ordinalsText(pods, existing),
    fix: 'write the replicas of the StatefulSet, and its ordinals.start as firstOrdinal',
  })];
}

function unexportedPods(pods: ExportedPods, spec: any): Problem[] {
  const existing = ordinalsOf(spec);
  const count = existing === undefined ? 0 : existing.last - existing.first + 1;
  return existing === undefined || missingOrdinals(pods, existing).length > 0 || count === pods.ordinals.length ? [] : [problem(pods, {
    what: 'the StatefulSet has pods that are not exported',
    got: pods.ordinals.map(ordinal => `${pods.statefulSet}-${ordinal}`),
    expected: ordinalsText(pods, existing),
    fix: 'write the replicas of the StatefulSet',
  })];
}

/** Ordinals of exported pods that the StatefulSet does not have. */
function missingOrdinals({ ordinals }: ExportedPods, existing: Ordinals | undefined): number[] {
  return existing === undefined ? [] : ordinals.filter(ordinal => ordinal < existing.first || ordinal > existing.last);
}

function otherNamespaces(declared: Declarations): Problem[] {
  const exported = exportedPods(declared);
  return exported.flatMap(pods => {
    const namesakes = manifests(declared).filter(({ metadata }) => metadata.name === pods.statefulSet);
    const namespaces = namesakes.map(({ metadata }) => metadata.namespace);
    // An object without a namespace goes to that of whoever applies it.
    return namespaces.length === 0 || namespaces.includes(pods.namespace) || namespaces.includes(undefined) ? [] : [problem(pods, {
      what: 'the StatefulSet in the chart is in another namespace',
      got: pods.namespace,
      expected: namespaces.join(', '),
      fix: 'correct the namespace of the export, or of the StatefulSet',
    })];
  });
}

/** Ordinals of the first and the last pod of a StatefulSet. */
interface Ordinals {
  readonly first: number;
  readonly last: number;
}

/** Ordinals of the pods of a StatefulSet; undefined where it does not say how many it has, as with an autoscaler. */
function ordinalsOf(spec: any): Ordinals | undefined {
  const first = objectAt(spec.ordinals).start ?? 0;
  return Number.isInteger(spec.replicas) && Number.isInteger(first) ? { first, last: first + spec.replicas - 1 } : undefined;
}

function ordinalsText({ statefulSet }: ExportedPods, { first, last }: Ordinals): string {
  return last < first ? 'no pods' : `pods ${statefulSet}-${first} to ${statefulSet}-${last}`;
}

function problem(
  { statefulSet, namespace, path }: ExportedPods,
  details: Pick<Problem, 'what' | 'got' | 'expected' | 'fix'>,
): Problem {
  return { code: MeshErrorCode.STATEFUL_SET, where: `export of StatefulSet ${statefulSet}.${namespace}`, path, ...details };
}
