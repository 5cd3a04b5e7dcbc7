import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { addDelivered, CA_FOLDER, DeliveredObject, WRITES_PLAIN_SECRETS } from './delivery';
import { MESH_TRUST, MeshTrust } from './mesh-trust';
import { checkedDeclarations } from '../checks/checks';
import { Declarations } from '../checks/declarations';
import { orUndefined, problemsOf } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { addCheck, addWarnings } from '../errors/reports';
import { dialectOf } from '../istio/dialects';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { dnsLabel, dnsName } from '../names';
import { checkedProps } from '../options/checked';
import { text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** CA of one cluster and how it reaches the cluster. */
export interface CacertsDeliveryProps {
  /** Release of the cluster's control plane. */
  readonly istio: IstioRelease;

  /** Source of the CA and way of its delivery. */
  readonly trust: MeshTrust;

  /** Name of the cluster. */
  readonly cluster: string;

  /**
   * Namespace of istiod.
   * @default "istio-system"
   */
  readonly namespace?: string;

  /**
   * Trust domain of the cluster. A CA from a pki/ folder whose name constraint keeps it out is an error, MESH052.
   * @default - name constraints are not checked
   */
  readonly trustDomain?: string;
}

export const CACERTS_DELIVERY_PROPS = schema<CacertsDeliveryProps>({
  istio: required(ISTIO_RELEASE),
  trust: required(MESH_TRUST),
  cluster: required(text),
  namespace: optional(text),
  trustDomain: optional(text),
});

/**
 * Object that delivers the CA of a cluster through Git: a SealedSecret, a Secret that sops encrypted, an ExternalSecret or a
 * Certificate. A CA that is missing or invalid is reported at synth, together with all other problems.
 *
 * `Mesh` adds it to each cluster that has `trust`. Use it directly only in a chart without a mesh.
 *
 * @example
 * new CacertsDelivery(chart, 'cacerts', { istio: IstioRelease.V1_31, trust: MeshTrust.sealedSecrets(), cluster: 'cluster1' });
 */
export class CacertsDelivery extends Construct {
  /** Object in the chart; undefined when the CA is missing, or reaches the cluster outside the chart. */
  public readonly object?: ApiObject;

  /**
   * Adds the object that delivers the CA of a cluster.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the cluster, its CA and the way of delivery
   * @throws MESH001 for an invalid cluster name, namespace or trust domain
   */
  public constructor(scope: Construct, id: string, props: CacertsDeliveryProps) {
    super(scope, id);
    const checked = checkedProps(CACERTS_DELIVERY_PROPS, this, props);
    const where = `cacerts of '${checked.cluster}'`;
    const target = {
      cluster: dnsLabel(checked.cluster, 'cluster name', where),
      namespace: dnsLabel(checked.namespace ?? 'istio-system', 'namespace', where),
      trustDomain: checked.trustDomain === undefined ? undefined : dnsName(checked.trustDomain, 'trust domain', where),
    };
    const delivery = checked.trust._delivery;
    if (delivery.directory !== undefined) {
      CA_FOLDER.set(this, delivery.directory);
    }
    const declarations = checkedDeclarations(this);
    const object = orUndefined(() => delivery.object(target));
    this.object = object && addDelivered(this, 'object', object);
    addCheck(this, () => [
      ...problemsOrThrown(() => delivery.problems(target)),
      ...unsupportedByIstio(checked, where),
      ...plainSecretWithoutFolder(this, checked, where),
      ...issuerProblems(declarations, object),
    ]);
    // A folder that cannot be read is a problem, and has no warnings.
    addWarnings(this, () => orUndefined(() => delivery.warnings?.(target)) ?? []);
  }
}

/** Returns problems, and those of an error of this library: a pki/ folder that cannot be read does not hide other problems. */
function problemsOrThrown(problems: () => Problem[]): Problem[] {
  try {
    return problems();
  } catch (error) {
    return problemsOf(error);
  }
}

/** Returns the problem of a secret in the clear in an app that has no folder for it: only a MeshApp has one. */
function plainSecretWithoutFolder(scope: Construct, { trust }: CacertsDeliveryProps, where: string): Problem[] {
  if (!trust._delivery.plain || WRITES_PLAIN_SECRETS.isOn(App.of(scope))) {
    return [];
  }
  return [{
    code: MeshErrorCode.DELIVERY,
    where,
    what: 'this app has no folder for a secret in the clear',
    expected: 'a MeshApp, which writes the secret to a folder that Git ignores',
    fix: 'use MeshApp, or another delivery',
  }];
}

/** Returns the problem of a control plane that does not read the secret. Istio reads the files of cert-manager since 1.16. */
function unsupportedByIstio({ istio, trust }: CacertsDeliveryProps, where: string): Problem[] {
  if (trust.deliveryName !== 'cert-manager' || dialectOf(istio).readsTlsSecrets) {
    return [];
  }
  return [{
    code: MeshErrorCode.DELIVERY,
    where,
    what: `Istio ${istio.version} does not read the secret that cert-manager writes`,
    got: 'tls.crt, tls.key and ca.crt',
    expected: 'ca-cert.pem, ca-key.pem, cert-chain.pem and root-cert.pem',
    fix: 'use MeshTrust.sealedSecrets()',
  }];
}

/** Reference of a cert-manager Certificate to its issuer. */
interface IssuerReference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** Problem of each unsuitable kind of issuer, by the field of the issuer's spec. */
const UNSUITABLE_ISSUERS: { readonly [field: string]: string } = {
  ca: 'an issuer whose key is in the cluster',
  selfSigned: 'an issuer whose key is in the cluster',
  acme: 'an issuer that signs no CAs',
};

/** Returns the problem of an issuer in the chart that would have the root's key in the cluster, or signs no CAs. */
function issuerProblems(declarations: Declarations, object: DeliveredObject | undefined): Problem[] {
  const reference = object && issuerOf(object);
  if (reference?.group !== 'cert-manager.io') {
    return [];
  }
  const issuers = declarations.manifests(reference.kind, reference.group).filter(({ metadata }) => metadata.name === reference.name);
  return issuers.flatMap(({ spec }): Problem[] => {
    const field = Object.keys(UNSUITABLE_ISSUERS).find(key => spec?.[key] !== undefined);
    return field === undefined ? [] : [{
      code: MeshErrorCode.DELIVERY,
      where: `${reference.kind} '${reference.name}' in ${Chart.of(declarations.chart).node.id}`,
      what: UNSUITABLE_ISSUERS[field],
      got: field,
      expected: 'an issuer that keeps the root outside, such as Vault or a private CA service',
      fix: 'use CertManagerIssuer.vault, venafi or external: the key of the root could sign for every cluster',
    }];
  });
}

function issuerOf({ kind, spec }: DeliveredObject): IssuerReference | undefined {
  return kind === 'Certificate' ? (spec as { readonly issuerRef: IssuerReference }).issuerRef : undefined;
}
