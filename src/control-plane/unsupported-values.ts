import type { ControlPlaneProps } from './control-plane-props';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import type { IstioRelease } from '../model/istio-release';

/** Namespace of the control plane where nobody names another. */
export const ISTIO_NAMESPACE = 'istio-system';

/** Throws for settings that the install values of the guide do not have. */
export function refuseUnsupportedValues(props: ControlPlaneProps, where: string): void {
  const { istio, istioNamespace, ingressGatewayService, ingressGatewayNamespace, egressGateway } = props;
  if (dialectOf(istio).installsGatewayServices) {
    return;
  }
  const unsupported: { [property: string]: string | undefined } = {
    'ingressGatewayService': ingressGatewayService?.type,
    'istioNamespace': istioNamespace === ISTIO_NAMESPACE ? undefined : istioNamespace,
    'ingressGatewayNamespace': ingressGatewayNamespace === ISTIO_NAMESPACE ? undefined : ingressGatewayNamespace,
    'ingressGatewayWorkload': named(props.ingressGatewayWorkload),
    'egressGateway.workload': egressGateway?._hasWorkload ? egressGateway.name : undefined,
    'installValues': named(props.installValues),
    'sailOperator': named(props.sailOperator),
    'adopt': props.adopt ? 'true' : undefined,
  };
  for (const [property, got] of Object.entries(unsupported)) {
    if (got !== undefined) {
      throw unsupportedValue(istio, where, property, got);
    }
  }
}

/** Throws for install values of an Istio that somebody else installs: nobody would read them. */
export function refuseValuesOfAdopted({ adopt, ...props }: ControlPlaneProps, where: string): void {
  const { installValues, sailOperator, ingressGatewayWorkload, ingressGatewayService, egressGateway } = props;
  const workload = egressGateway?._hasWorkload ? egressGateway : undefined;
  const values = { installValues, sailOperator, ingressGatewayWorkload, ingressGatewayService, 'egressGateway.workload': workload };
  const given = Object.entries(values).filter(([, value]) => value !== undefined).map(([name]) => name);
  if (adopt && given.length > 0) {
    throw new MeshError({
      code: MeshErrorCode.ADOPTED_ISTIO,
      where,
      what: `adopt means that somebody else installs Istio, so ${given.join(', ')} has no effect`,
      got: given,
      expected: 'no options of install values beside adopt',
      fix: `remove ${given.join(', ')}, or remove adopt and install Istio from the written values`,
    });
  }
}

/** The names of what an object of options sets, for a message. */
function named(options: object | undefined): string | undefined {
  return options && `{ ${Object.keys(options).join(', ')} }`;
}

function unsupportedValue(istio: IstioRelease, where: string, property: string, got: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `${property} is not part of the guide's install values for Istio ${istio.version}`,
    got,
    fix: `leave ${property} out and set up the gateway by hand, or use a supported release`,
  });
}

/** Returns `followsRoots`, or throws for a release that cannot do it. */
export function checkedFollowsRoots({ istio, followsRoots = false }: ControlPlaneProps, where: string): boolean {
  if (!followsRoots || dialectOf(istio).followsRoots) {
    return followsRoots;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `Istio ${istio.version} trusts only one root, so it cannot follow a change of roots`,
    fix: 'upgrade Istio before you replace the root, and leave rotatable out until then',
  });
}

/** Returns `readerRbac`, or throws for a release that has no such setting. */
export function checkedReaderRbac({ istio, readerRbac = true }: ControlPlaneProps, where: string): boolean {
  if (readerRbac || dialectOf(istio).hasReaderSwitch) {
    return readerRbac;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `Istio ${istio.version} always installs istio-reader`,
    got: 'readerRbac: false',
    fix: 'leave readerRbac out, or upgrade Istio to 1.30 or later',
  });
}
