import type { RemoteRequest } from './destination';
import { step, Step } from './step';
import { objectAt, objectsIn, textsIn } from '../../checks/content';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { selects, workloadSelectorOf, WrittenCluster } from '../cluster';
import type { Finding } from '../finding';
import { Manifest, placeOf, titleOf } from '../manifest';

/** Service that a request arrives at, and its manifest where a file holds it. */
export interface ServedService {
  readonly name: string;
  readonly namespace: string;
  readonly service?: Manifest;
}

/** Kinds whose pods have a template. */
const WORKLOADS = [['Deployment', 'apps'], ['StatefulSet', 'apps'], ['DaemonSet', 'apps'], ['Rollout', 'argoproj.io']] as const;

/** The last step: whom the workload accepts as a caller. */
export function callersStep(request: RemoteRequest, cluster: WrittenCluster, served: ServedService): Step {
  const labels = podLabels(cluster, served);
  const policies = policiesFor(cluster, 'AuthorizationPolicy', served, labels);
  const allowing = policies.filter(({ content }) => [undefined, 'ALLOW'].includes(objectAt(content.spec).action));
  const others = policies.filter(policy => !allowing.includes(policy));
  const principals = allowing.flatMap(principalsOf);
  const findings = [...plainTextFindings(cluster, served, labels), ...identityFindings(request, cluster, served)];
  const risks = [
    ...others.map(policy => `${titleOf(policy)} (${objectAt(policy.content.spec).action}) refuses the request`),
    ...served.service === undefined ? ['a policy that selects the pods stands in no file here'] : [],
  ];
  if (allowing.length === 0) {
    return step('callers', `${served.namespace}/${served.name} in ${cluster.name} accepts every workload of the mesh`, { findings, risks });
  }
  const { fromNamespace } = request;
  const ours = principals.filter(principal => fromNamespace === undefined || isOfNamespace(principal, fromNamespace));
  const [policy] = allowing;
  const place = placeOf(policy, 'spec', 'rules');
  // A rule without principals depends on the request, which no file shows.
  const isKnown = allowing.every(({ content }) => objectsIn(objectAt(content.spec).rules).every(hasPrincipals));
  if (ours.length > 0 || !isKnown) {
    const accepted = ours.length > 0 ? ours.join(', ') : 'the callers of its rules';
    return step('callers', `${titleOf(policy)} of ${cluster.name} accepts ${accepted}`, {
      place,
      findings,
      risks: [...risks, ...ours.every(principal => principal === '*') ? [] : ['the caller runs as another service account']],
    });
  }
  return step('callers', `${titleOf(policy)} of ${cluster.name} accepts no caller of namespace ${fromNamespace}`, {
    place,
    risks,
    findings: [...findings, {
      severity: 'error',
      code: MeshErrorCode.CALLERS,
      where: request.where,
      what: `the workload in ${cluster.name} accepts no caller of this namespace`,
      got: principals,
      expected: `a principal of namespace ${fromNamespace}`,
      fix: 'add the caller to allow of the export, or remove the import',
      place,
    }],
  });
}

/** Principals that the rules of a policy accept. */
export function principalsOf(policy: Manifest): string[] {
  return objectsIn(objectAt(policy.content.spec).rules).flatMap(
    rule => objectsIn(rule.from).flatMap(({ source }) => textsIn(objectAt(source).principals)),
  );
}

function hasPrincipals({ from }: any): boolean {
  return objectsIn(from).length > 0 && objectsIn(from).every(({ source }) => textsIn(objectAt(source).principals).length > 0);
}

/** Whether a principal can be a service account of a namespace. `*` is a wildcard at the beginning or the end. */
function isOfNamespace(principal: string, namespace: string): boolean {
  const part = `/ns/${namespace}/`;
  return principal.includes(part) || principal === '*' || principal.startsWith('*') && !principal.includes('/ns/')
    || principal.endsWith('*') && !principal.includes('/ns/');
}

/** Rules of a kind that select the pods of a Service: those of its namespace and of the namespace of Istio. */
function policiesFor(cluster: WrittenCluster, kind: string, { namespace }: ServedService, labels: object | undefined): Manifest[] {
  return cluster.of(kind, 'security.istio.io').filter(policy => {
    const selector = workloadSelectorOf(policy);
    const isForNamespace = policy.namespace === namespace || policy.namespace === cluster.settings.istioNamespace;
    return isForNamespace && (Object.keys(selector).length === 0 || labels !== undefined && selects(selector, labels));
  });
}

/** The labels of the pods of a Service: those of the workloads that it selects, or else its own selector. */
function podLabels(cluster: WrittenCluster, { namespace, service }: ServedService): object | undefined {
  const selector = objectAt(service?.content.spec).selector;
  if (service === undefined || Object.keys(objectAt(selector)).length === 0) {
    return undefined;
  }
  const found = templatesOf(cluster, namespace).find(({ template }) => selects(selector, objectAt(template.metadata).labels));
  return objectAt(found?.template.metadata).labels ?? selector;
}

/** Templates of pods in a namespace. */
function templatesOf(cluster: WrittenCluster, namespace: string): { readonly workload: Manifest; readonly template: any }[] {
  return WORKLOADS.flatMap(([kind, group]) => cluster.of(kind, group))
    .filter(workload => workload.namespace === namespace)
    .map(workload => ({ workload, template: objectAt(objectAt(workload.content.spec).template) }));
}

function plainTextFindings(cluster: WrittenCluster, served: ServedService, labels: object | undefined): Finding[] {
  const rules = policiesFor(cluster, 'PeerAuthentication', served, labels);
  const chosen = rules.find(rule => Object.keys(workloadSelectorOf(rule)).length > 0)
    ?? rules.find(({ namespace }) => namespace === served.namespace) ?? rules[0];
  if (chosen === undefined || objectAt(objectAt(chosen.content.spec).mtls).mode !== 'DISABLE') {
    return [];
  }
  return [{
    severity: 'error',
    code: MeshErrorCode.PLAIN_TEXT,
    where: `${cluster.name}, ${titleOf(chosen)}`,
    what: `mutual TLS is off for ${served.namespace}/${served.name}, which other clusters call`,
    got: 'DISABLE',
    expected: 'STRICT or PERMISSIVE',
    fix: 'remove the rule, or limit it to other workloads',
    place: placeOf(chosen, 'spec', 'mtls'),
  }];
}

/** A caller that asks for another identity than that of the pods refuses the server. */
function identityFindings(request: RemoteRequest, cluster: WrittenCluster, { namespace, service }: ServedService): Finding[] {
  const selector = objectAt(service?.content.spec).selector;
  const pods = Object.keys(objectAt(selector)).length === 0 || request.identities.length === 0 ? [] : templatesOf(cluster, namespace)
    .filter(({ template }) => selects(selector, objectAt(template.metadata).labels))
    .map(({ workload, template }) => ({ workload, account: objectAt(template.spec).serviceAccountName ?? 'default' }));
  const refused = pods.map(({ workload, account }) => (
    { workload, identity: `spiffe://${cluster.settings.trustDomain}/ns/${namespace}/sa/${account}` }
  )).filter(({ identity }) => !request.identities.includes(identity));
  return refused.map(({ workload, identity }) => ({
    severity: 'error' as const,
    code: MeshErrorCode.SERVER_IDENTITY,
    where: request.where,
    what: `pods of ${cluster.name} have another identity than the import asks for, so callers refuse them`,
    got: request.identities,
    expected: identity,
    fix: 'set serviceAccount and trustDomain of the export to those of the pods',
    place: placeOf(workload, 'spec', 'template', 'spec'),
  }));
}
