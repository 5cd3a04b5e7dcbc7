import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { ControlPlaneModel } from '../model/control-plane-model';
import type { EgressGateway } from '../model/egress-gateway';

type Labels = { readonly [key: string]: string };

const INGRESS_NAME = 'istio-ingressgateway';

/** Labels that the chart and the injector give to the pods of every gateway. */
const LABELS_OF_GATEWAYS: Labels = {
  'sidecar.istio.io/inject': 'true',
  'service.istio.io/canonical-revision': 'latest',
  'app.kubernetes.io/managed-by': 'Helm',
  'app.kubernetes.io/part-of': 'istio',
};

/**
 * Throws when an egress gateway has the name of another part of Istio, whose install values and objects it would overwrite.
 * @throws MESH047 for such a name
 */
export function refuseTakenName({ name, namespace }: EgressGateway, settings: ControlPlaneModel, where: string): void {
  const { istioNamespace, revision } = settings;
  const taken = [INGRESS_NAME, 'base', 'istio-base', 'istiod', ...revision === undefined ? [] : [`istiod-${revision}`]];
  // The control planes of other revisions stand beside this one.
  if (taken.includes(name) || (namespace === istioNamespace && name.startsWith('istiod-'))) {
    throw takenName(name, taken, where);
  }
}

/** The error for an egress gateway with the name of another part. */
export function takenName(got: string, taken: string[], where: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.EGRESS_GATEWAY,
    where,
    what: 'an egress gateway with the name of another part, whose install values and objects it would overwrite',
    got,
    expected: `a name other than ${taken.join(', ')}`,
    fix: 'leave the name out to get istio-egressgateway, or choose another one, such as mesh-egressgateway',
  });
}

/**
 * Throws when the Gateway objects of the egress gateway select the pods of the ingress gateway, or the other way round: the ingress
 * gateway would relay SNIs of imports for whoever reaches it, and the egress gateway would open exports.
 * @throws MESH047 for such labels
 */
export function refuseSharedPods(egress: EgressGateway, settings: ControlPlaneModel, where: string): void {
  const { ingressGateway: ingress, istioNamespace, gatewaysOfAnyNamespace } = settings;
  if (!ingress || (egress.namespace !== istioNamespace && !gatewaysOfAnyNamespace)) {
    return;
  }
  const ingressPods = podLabels(INGRESS_NAME, ingress.selector, settings);
  const egressPods = podLabels(egress.name, egress.selector, settings);
  if (selects(egress.selector, ingressPods)) {
    throw sharedPods(where, egress.selector, 'the labels of an egress gateway that the pods of the ingress gateway have too', ingressPods);
  }
  if (selects(ingress.selector, egressPods)) {
    throw sharedPods(where, ingress.selector, 'the labels of an ingress gateway that the pods of the egress gateway have too', egressPods);
  }
}

/** Labels of the pods of a gateway as its chart makes them. */
function podLabels(name: string, selector: Labels, { revision }: ControlPlaneModel): Labels {
  return {
    ...LABELS_OF_GATEWAYS,
    ...revision === undefined ? {} : { 'istio.io/rev': revision },
    'app.kubernetes.io/name': name,
    'app': name,
    'istio': name.replace(/^istio-/, ''),
    ...selector,
  };
}

function selects(selector: Labels, pods: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => pods[key] === value);
}

function sharedPods(where: string, selector: Labels, what: string, pods: Labels): MeshError {
  return new MeshError({
    code: MeshErrorCode.EGRESS_GATEWAY,
    where,
    what,
    got: selector,
    expected: `a label that differs from ${['app', 'istio'].map(key => `${key}=${pods[key]}`).join(' and ')}`,
    fix: "name a label that one gateway alone has, such as selector: { istio: 'egressgateway' }",
  });
}
