import { Difference, differences } from './differences';
import type { LiveCluster } from './live-cluster';
import { objectAt, objectsIn, textsIn } from '../../checks/content';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Finding } from '../../written/finding';
import { Manifest, placeOf, titleOf } from '../../written/manifest';
import type { LiveObject } from '../kubectl/kubectl';

/** Groups whose objects decide where requests go and who may call. */
const TRAFFIC_GROUPS = /(^|\.)istio\.io$|^gateway\.networking\.k8s\.io$/;

/** Groups of Istio, whose objects get no defaults from the API server. */
const ISTIO_GROUPS = /(^|\.)istio\.io$/;

/** Differences of one object that are told. */
const MAX_DIFFERENCES = 5;

/** An object of the cluster beside its file. */
export interface ComparedObject {
  readonly manifest: Manifest;
  readonly live: LiveObject;
}

/** Objects of a folder as the cluster has them. */
export interface ComparedFolder {
  readonly found: ComparedObject[];
  readonly findings: Finding[];
}

/**
 * Compares what the folder of a cluster sets with the objects of the cluster. Secrets are not read.
 * @throws NoAccess where kubectl fails
 */
export async function comparedObjects({ kubectl, written }: LiveCluster): Promise<ComparedFolder> {
  const manifests = written.manifests.filter(({ kind, group }) => !(kind === 'Secret' && group === ''));
  const named = manifests.map(({ apiVersion, kind, name, namespace }) => (
    { apiVersion, kind, metadata: { name, ...namespace !== '' && { namespace } } }
  ));
  const live = new Map((await kubectl.getSame('read the objects of the folder', named)).map(object => [keyOf(object), object]));
  const found = manifests.flatMap(manifest => {
    const object = live.get(keyOf(manifest.content));
    return object === undefined ? [] : [{ manifest, live: object }];
  });
  const missing = manifests.filter(({ content }) => !live.has(keyOf(content)));
  return {
    found,
    findings: [
      ...missing.map(manifest => missingFinding(written.name, manifest)),
      ...found.flatMap(object => differenceFindings(written.name, object)),
      ...found.flatMap(object => statusFindings(written.name, object)),
    ],
  };
}

function missingFinding(cluster: string, manifest: Manifest): Finding {
  return {
    severity: 'error',
    code: MeshErrorCode.LIVE_OBJECT,
    where: `${cluster}, ${titleOf(manifest)}`,
    what: 'the object is not in the cluster',
    fix: 'apply the folder, and see why its engine did not',
    place: placeOf(manifest),
  };
}

function differenceFindings(cluster: string, { manifest, live }: ComparedObject): Finding[] {
  const all = differences(manifest.content, live, { isWhole: ISTIO_GROUPS.test(manifest.group) });
  const more = all.length - MAX_DIFFERENCES;
  return all.slice(0, MAX_DIFFERENCES).map((difference, i) => differenceFinding(cluster, manifest, live, {
    difference, note: i === MAX_DIFFERENCES - 1 && more > 0 ? `, and ${more} other fields` : '',
  }));
}

function differenceFinding(
  cluster: string,
  manifest: Manifest,
  live: LiveObject,
  { difference: { path, got, expected }, note }: { readonly difference: Difference; readonly note: string },
): Finding {
  const editors = editorsOf(live, path);
  const by = editors.length > 0 ? `, last written by ${editors.join(' and ')}` : '';
  return {
    severity: TRAFFIC_GROUPS.test(manifest.group) ? 'error' : 'warning',
    code: MeshErrorCode.LIVE_OBJECT,
    where: `${cluster}, ${titleOf(manifest)}`,
    what: `${pathText(path)} is not as in the file${note}${by}`,
    got: got ?? 'nothing',
    expected: expected === undefined ? 'nothing' : JSON.stringify(expected),
    fix: 'apply the folder again; to keep the change, make it in the program',
    place: placeOf(manifest, ...path),
  };
}

/** What istiod and other controllers say about an object in its status. */
function statusFindings(cluster: string, { manifest, live }: ComparedObject): Finding[] {
  if (!TRAFFIC_GROUPS.test(manifest.group)) {
    return [];
  }
  const { conditions, validationMessages } = objectAt(live.status);
  const refused = objectsIn(conditions).filter(({ type, status }) => status === 'False' && REFUSING.includes(String(type)));
  const messages = objectsIn(validationMessages).filter(({ level }) => ['ERROR', 'WARNING'].includes(level));
  return [
    ...refused.map(({ type, reason, message }) => `${type}: ${reason ?? ''} ${message ?? ''}`.trim()),
    ...messages.map(({ type, documentationUrl }) => `${objectAt(type).code ?? ''} ${objectAt(type).name ?? documentationUrl ?? ''}`.trim()),
  ].map(text => ({
    severity: 'error',
    code: MeshErrorCode.LIVE_OBJECT,
    where: `${cluster}, ${titleOf(manifest)}`,
    what: 'the status of the object says that istiod does not use it',
    got: text,
    fix: 'correct what the message names, and apply the folder again',
    place: placeOf(manifest),
  }));
}

/** Conditions by which a controller says that it does not use an object. */
const REFUSING = ['Accepted', 'Programmed', 'Reconciled', 'ResolvedRefs'];

/** Managers that own the field or a part of it, or that last wrote to the object. */
function editorsOf(live: LiveObject, path: (string | number)[]): string[] {
  const entries = objectsIn(objectAt(live.metadata).managedFields);
  const owns = ({ fieldsV1 }: LiveObject) => {
    let fields = objectAt(fieldsV1);
    for (const key of path.filter(part => typeof part === 'string')) {
      if (!Object.hasOwn(fields, `f:${key}`)) {
        // Lists of Istio's objects are owned as a whole.
        return Object.keys(fields).length === 0 && fields !== objectAt(fieldsV1);
      }
      fields = objectAt(fields[`f:${key}`]);
    }
    return true;
  };
  return textsIn(entries.filter(owns).map(({ manager }) => manager));
}

function pathText(path: (string | number)[]): string {
  const step = (part: string) => /^[A-Za-z]\w*$/.test(part) ? `.${part}` : `["${part}"]`;
  return path.map(part => typeof part === 'number' ? `[${part}]` : step(part)).join('').replace(/^\./, '');
}

/** Kind, group, namespace and name of an object. */
function keyOf({ apiVersion, kind, metadata }: LiveObject): string {
  const group = String(apiVersion).includes('/') ? String(apiVersion).split('/')[0] : '';
  return [kind, group, metadata.namespace ?? '', metadata.name].join(' ');
}
