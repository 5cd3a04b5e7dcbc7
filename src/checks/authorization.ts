import { objectAt } from './content';
import { DeclaredExport, Declarations, ForeignManifest } from './declarations';
import { importsByEgressGateway } from './egress-listeners';
import { allowsNobody, allowsNoPassthrough, allowsNoTcp, deniesPassthrough, deniesTcp, isAllow, refusesAll } from './policy-rules';
import { placeOf } from './rule-scope';
import { Labels, podLabelsOf, selectionOf } from './selection';
import { SelectorIndex } from './selector-index';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { GATEWAY_PORT } from '../model/port-number';

/**
 * An AuthorizationPolicy of the user's own that refuses every caller of an export, or every connection through an egress gateway. An
 * ingress gateway passes connections on without authorization, so policies of its own pods do not cut exports.
 */
export function authorization(declared: Declarations): Problem[] {
  return problemsOf(declared, { refuses: refusesAll, refusesTcp: deniesTcp, refusesPassthrough: deniesPassthrough, isCertain: true });
}

/** Policies that allow nothing that the mesh needs: another policy, which a synth need not see, may allow it. */
export function possibleAuthorization(declared: Declarations): Problem[] {
  return problemsOf(declared, {
    refuses: allowsNobody, refusesTcp: allowsNoTcp, refusesPassthrough: allowsNoPassthrough, isCertain: false,
  });
}

/** How a kind of policy refuses callers. */
interface Refusal {
  /** Whether a policy refuses every request. */
  readonly refuses: (policy: ForeignManifest) => boolean;
  /** Whether it refuses every connection of a protocol other than HTTP. */
  readonly refusesTcp: (policy: ForeignManifest) => boolean;
  /** Whether it refuses all TLS that a gateway passes on. */
  readonly refusesPassthrough: (policy: ForeignManifest) => boolean;
  /** Whether no other policy can allow what it refuses. */
  readonly isCertain: boolean;
}

function problemsOf(declared: Declarations, { refuses, refusesTcp, refusesPassthrough, isCertain }: Refusal): Problem[] {
  const isForPods = ({ spec }: ForeignManifest) => spec.targetRefs === undefined && spec.targetRef === undefined;
  const policies = declared.manifests('AuthorizationPolicy', 'security.istio.io').filter(isForPods);
  if (policies.length === 0) {
    return [];
  }
  const refusing = policies.filter(policy => refuses(policy) || refusesTcp(policy) || refusesPassthrough(policy));
  const index = new SelectorIndex(refusing, policy => ({ namespace: policy.metadata.namespace ?? '', selector: selectorOf(policy) }));
  const placesOf = (namespace: string) => [...new Set([namespace, declared.istio.rootNamespace])];
  const selecting = (namespace: string, labels: Labels) => placesOf(namespace).flatMap(place => index.selecting(place, labels));
  /** Whether a policy that selects the pods, or may select them, allows what another one refuses. */
  const isAllowed = (namespace: string, labels: Labels, allows: (policy: ForeignManifest) => boolean) => !isCertain && policies.some(
    policy => placesOf(namespace).includes(policy.metadata.namespace ?? '') && isAllow(policy) && !allowsNobody(policy) && allows(policy)
      && selectionOf(selectorOf(policy), labels) !== 'none',
  );
  return [
    ...declared.exports.flatMap(exported => {
      const { namespace, callers, ports } = exported;
      const labels = podLabelsOf(declared, exported) ?? {};
      const isTcp = ports.length > 0 && ports.every(({ isHttp }) => !isHttp);
      const cutting = selecting(namespace, labels).find(policy => refuses(policy) || isTcp && refusesTcp(policy));
      const isSpared = !isCertain && callers !== undefined || cutting === undefined
        || isAllowed(namespace, labels, policy => !(isTcp && allowsNoTcp(policy)));
      return isSpared ? [] : [exportProblem(exported, cutting)];
    }),
    ...importsByEgressGateway(declared).flatMap(([{ namespace, name, selector }]) => {
      const cutting = selecting(namespace, selector).find(policy => refuses(policy) || refusesPassthrough(policy));
      const isSpared = cutting === undefined || isAllowed(namespace, selector, policy => !allowsNoPassthrough(policy));
      return isSpared ? [] : [egressProblem(`${namespace}/${name}`, cutting)];
    }),
  ];
}

/** Labels of the pods that a policy is for; none for a policy for all pods of its namespace. */
function selectorOf({ spec }: ForeignManifest): Labels {
  return objectAt(objectAt(spec.selector).matchLabels);
}

function exportProblem({ name, namespace, path }: DeclaredExport, policy: ForeignManifest): Problem {
  return {
    code: MeshErrorCode.AUTHORIZATION,
    where: `export of ${name}.${namespace}`,
    path,
    what: `${placeOf('AuthorizationPolicy', policy)} refuses every caller of the service`,
    got: policy.spec,
    expected: 'a policy that allows the callers of other clusters',
    fix: isAllow(policy)
      ? 'add allow to the export, or limit the policy to other workloads by a selector'
      : 'limit the policy to other workloads by a selector, or to some callers: ports over TCP take no conditions on requests',
  };
}

function egressProblem(gateway: string, policy: ForeignManifest): Problem {
  return {
    code: MeshErrorCode.AUTHORIZATION,
    where: `egress gateway ${gateway}`,
    path: policy.path,
    what: `${placeOf('AuthorizationPolicy', policy)} refuses every import through the gateway, which sees no identity and no request`,
    got: policy.spec,
    expected: `rules by port ${GATEWAY_PORT}, connection.sni or ipBlocks alone`,
    fix: 'limit the policy to other workloads by a selector, or allow the SNIs of the imports',
  };
}
