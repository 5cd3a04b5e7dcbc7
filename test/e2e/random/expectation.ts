/** What must follow from a declaration, in the terms in which the judge answers. */
export interface ClusterExpectation {
  /** What the ingress gateway opens. */
  readonly ingress: ExpectedOpening[];
  /** What the egress gateway passes on; undefined where there is none. */
  readonly egress?: ExpectedOpening[];
  readonly calls: ExpectedCall[];
}

/** A name that a gateway lets in on 15443, and where that leads. */
export interface ExpectedOpening {
  readonly sni: string;
  readonly tiers: Endpoint[][];
}

/** An endpoint, with its weight among those of its tier; the endpoints of a tier answer when all before it have failed. */
export interface Endpoint {
  readonly address: string;
  readonly weight: number;
}

/** A call that a pod makes. */
export interface Call {
  readonly namespace: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: 'http' | 'http2' | 'tcp' | 'tls';
  readonly headers: { readonly [name: string]: string };
}

export interface ExpectedCall {
  readonly call: Call;
  /** What the sidecar resolves the host to; undefined where the name must not resolve. */
  readonly vips?: ExpectedVips;
  /** Where the call is sent, by subset; none when it must end nowhere. */
  readonly routes: ExpectedRoute[];
  /** Whether the endpoints of a tier answer by the weights that are expected, and not by any. */
  readonly areSharesPromised: boolean;
}

/** The VIPs of a host: these, or one of each of these ranges. */
export interface ExpectedVips {
  readonly addresses: string[];
  readonly ranges: string[];
}

export interface ExpectedRoute {
  readonly host: string;
  readonly subset: string;
  readonly weight: number;
  readonly tls: string;
  readonly sni: string;
  readonly identities: string[];
  readonly tiers: Endpoint[][];
}
