import { ApiObject, ApiObjectMetadataDefinition, JsonPatch, Lazy, OwnerReference } from 'cdk8s';
import { Construct } from 'constructs';
import type { IstioKinds } from './wire';
import { OwnObject } from '../objects/provenance';

/** The API versions that a generation of Istio serves. */
export interface ApiVersions {
  readonly networking: string;
  readonly security: string;
}

/** Where an object goes. */
export interface ObjectPlace {
  readonly name: string;
  readonly namespace: string;
}

/**
 * Adds an Istio object whose spec is computed when the app is synthesized: only then are all exporters of a service
 * known, whatever the order of declaration.
 */
export function istioObject<K extends keyof IstioKinds>(
  scope: Construct, id: string, versions: ApiVersions, kind: K, place: ObjectPlace, spec: () => IstioKinds[K],
): ApiObject {
  const apiVersion = kind === 'AuthorizationPolicy' || kind === 'PeerAuthentication' ? versions.security : versions.networking;
  return new IstioObject(scope, id, apiVersion, kind, place, spec);
}

/**
 * An object whose spec is plain data, without tokens to resolve or values to sanitize: cdk8s would walk each spec
 * several times, which is most of the time of a large synth.
 */
class IstioObject extends OwnObject {
  private patched = false;

  public constructor(
    scope: Construct,
    id: string,
    apiVersion: string,
    kind: string,
    place: ObjectPlace,
    private readonly spec: () => unknown,
  ) {
    super(scope, id, { apiVersion, kind, metadata: { name: place.name, namespace: place.namespace }, spec: Lazy.any({ produce: spec }) });
    (this as { -readonly [K in keyof ApiObject]: ApiObject[K] }).metadata = new PlainMetadata(place, this, this.chart.labels);
  }

  public addJsonPatch(...ops: JsonPatch[]): void {
    this.patched = true;
    super.addJsonPatch(...ops);
  }

  public toJson(): any {
    if (this.patched) {
      return super.toJson();
    }
    return { apiVersion: this.apiVersion, kind: this.kind, metadata: this.metadata.toJson(), spec: this.spec() };
  }
}

/**
 * Metadata that is a name and a namespace until somebody adds to it: the general rendering costs as much as all else
 * that is done for an object.
 */
class PlainMetadata extends ApiObjectMetadataDefinition {
  private isPlain: boolean;

  public constructor(place: ObjectPlace, apiObject: ApiObject, chartLabels: { [name: string]: string }) {
    super({ name: place.name, namespace: place.namespace, labels: chartLabels, apiObject });
    this.isPlain = Object.keys(chartLabels).length === 0;
  }

  public addLabel(key: string, value: string): void {
    this.isPlain = false;
    super.addLabel(key, value);
  }

  public addAnnotation(key: string, value: string): void {
    this.isPlain = false;
    super.addAnnotation(key, value);
  }

  public addFinalizers(...finalizers: string[]): void {
    this.isPlain = false;
    super.addFinalizers(...finalizers);
  }

  public addOwnerReference(owner: OwnerReference): void {
    this.isPlain = false;
    super.addOwnerReference(owner);
  }

  public add(key: string, value: any): void {
    this.isPlain = false;
    super.add(key, value);
  }

  public toJson(): any {
    return this.isPlain ? { name: this.name, namespace: this.namespace } : super.toJson();
  }
}
