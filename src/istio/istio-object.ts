import { ApiObject, ApiObjectMetadataDefinition, ApiObjectProps, JsonPatch, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { IstioKinds } from './wire';
import { CommonMetadata, commonMetadata, commonMetadataOf } from '../objects/common-metadata';
import { Mark } from '../objects/mark';
import { OwnObject } from '../objects/provenance';

/** API versions that a generation of Istio serves. */
export interface ApiVersions {
  readonly networking: string;
  readonly security: string;
  /** Labels and annotations of objects outside of a mesh. */
  readonly metadata: CommonMetadata;
}

/** Name and namespace of an object. */
export interface ObjectPlace {
  readonly name: string;
  readonly namespace: string;
}

/**
 * Adds an Istio object whose spec is computed when the app is synthesized, because exporters of a service may be declared after
 * its imports.
 */
export function istioObject<K extends keyof IstioKinds>(
  scope: Construct, id: string, versions: ApiVersions, kind: K, place: ObjectPlace, spec: () => IstioKinds[K],
): ApiObject {
  const apiVersion = kind === 'AuthorizationPolicy' || kind === 'PeerAuthentication' ? versions.security : versions.networking;
  return new IstioObject(scope, id, { apiVersion, kind, metadata: { ...place } }, spec, versions.metadata);
}

/** Marks metadata that holds more than a name and a namespace, and that cdk8s therefore renders. */
const NEEDS_CDK8S = new Mark<true>('NeedsCdk8s');

/** Methods of cdk8s that change the metadata of an object. A test compares the list with cdk8s. */
const METADATA_MUTATORS = ['add', 'addAnnotation', 'addFinalizers', 'addLabel', 'addOwnerReference'] as const;

/**
 * Prototype of metadata whose methods also mark it. It takes the place of the prototype of cdk8s, since methods of its own would take
 * memory for each object.
 */
const MARKING_METADATA: object = Object.create(
  ApiObjectMetadataDefinition.prototype,
  Object.fromEntries(METADATA_MUTATORS.map(name => {
    const original = ApiObjectMetadataDefinition.prototype[name];
    const value = function (this: ApiObjectMetadataDefinition, ...added: unknown[]): void {
      NEEDS_CDK8S.set(this, true);
      Reflect.apply(original, this, added);
    };
    return [name, { value }];
  })),
);

/**
 * Object that renders itself without the general rendering of cdk8s, which takes most of the time of a large synth: cdk8s walks
 * each spec several times to resolve tokens and to remove empty values. A spec of this library is plain data that needs
 * neither. cdk8s still renders an object that a program patches, and metadata that a program changes.
 */
class IstioObject extends OwnObject {
  private isPatched = false;

  public constructor(
    scope: Construct, id: string, props: ApiObjectProps, private readonly spec: () => unknown, private readonly outside: CommonMetadata,
  ) {
    super(scope, id, { ...props, spec: Lazy.any({ produce: spec }) }, undefined, outside);
    Object.setPrototypeOf(this.metadata, MARKING_METADATA);
    if (Object.keys(this.chart.labels).length > 0) {
      NEEDS_CDK8S.set(this.metadata, true);
    }
  }

  private get common(): CommonMetadata {
    return commonMetadataOf(this.kind, commonMetadata(this.chart, this.outside));
  }

  public addJsonPatch(...ops: JsonPatch[]): void {
    this.isPatched = true;
    super.addJsonPatch(...ops);
  }

  public toJson(): any {
    if (this.isPatched) {
      return super.toJson();
    }
    const { apiVersion, kind, metadata } = this;
    const { name, namespace } = metadata;
    return {
      apiVersion,
      kind,
      metadata: NEEDS_CDK8S.isOn(metadata) ? metadata.toJson() : { ...this.common, name, namespace },
      spec: this.spec(),
    };
  }
}
