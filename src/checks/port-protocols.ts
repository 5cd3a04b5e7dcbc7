import { objectsIn } from './content';
import type { DeclaredExport, Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import type { ServicePort } from '../model/service-port';
import { ownValue } from '../options/own-value';

/** Ports whose protocol Istio does not detect: some protocols wait for the server to speak first. */
const NOT_DETECTED = [25, 53, 3306, 27017];
const PROTOCOLS = ['tcp', 'udp', 'grpc', 'grpc-web', 'http', 'http_proxy', 'http2', 'https', 'tls', 'mongo', 'redis', 'mysql'];
const HTTP = ['http', 'http_proxy', 'http2', 'grpc', 'grpc-web'];
/** Protocols to which the receiving sidecar would change the version of HTTP. */
const OTHER_VERSIONS: { readonly [protocol: string]: string[] } = { http: ['http2', 'grpc'], http2: ['http'] };
const APP_PROTOCOLS: { readonly [name: string]: string } = {
  'kubernetes.io/h2c': 'http2',
  'kubernetes.io/ws': 'http',
  'kubernetes.io/wss': 'https',
};

/**
 * A port of the exported Service whose name or appProtocol says another protocol than the export, so that the two sidecars treat its
 * bytes differently: TLS of the application that the receiver parses as HTTP, or gRPC that it passes on as HTTP/1.1.
 */
export function portProtocols(declared: Declarations): Problem[] {
  return problemsOf(declared, ({ isTls, protocol }, theirs) => isTls && HTTP.includes(theirs) || protocol === 'grpc' && theirs === 'http');
}

/** The same where the application decides whether it works. */
export function possiblePortProtocols(declared: Declarations): Problem[] {
  return problemsOf(declared, ({ isHttp, isTls, protocol }, theirs) => isHttp
    ? ['https', 'tls', ...OTHER_VERSIONS[protocol] ?? []].includes(theirs)
    : !isTls && HTTP.includes(theirs));
}

function problemsOf(declared: Declarations, isWrong: (port: ServicePort, theirs: string) => boolean): Problem[] {
  return declared.exports.flatMap(exported => {
    const own = exported.ports.length === 0 ? [] : objectsIn(declared.serviceOf(exported)?.spec.ports);
    return exported.ports.flatMap(port => own.filter(candidate => candidate.port === port.port).flatMap(candidate => {
      const theirs = protocolOf(candidate);
      return theirs !== undefined && isWrong(port, theirs) ? [problemOf(exported, port, candidate)] : [];
    }));
  });
}

/** The protocol that Istio reads from a port of a Service; undefined where Istio detects it. */
function protocolOf({ name, port, appProtocol }: any): string | undefined {
  const text = String(appProtocol ?? name ?? '');
  const named = ownValue(APP_PROTOCOLS, text) ?? (/^grpc-web/i.test(text) ? 'grpc-web' : text.split('-')[0].toLowerCase());
  return PROTOCOLS.includes(named) ? named : NOT_DETECTED.includes(port) ? 'tcp' : undefined;
}

function problemOf({ name, namespace, path }: DeclaredExport, port: ServicePort, { name: portName, appProtocol }: any): Problem {
  return {
    code: MeshErrorCode.PORT_PROTOCOL,
    where: `export of ${name}.${namespace}`,
    path,
    what: `port ${port.port} is exported as ${port.protocol}, and its Service says another protocol`,
    got: appProtocol === undefined ? `name: ${portName}` : `appProtocol: ${appProtocol}`,
    expected: `appProtocol: ${port.protocol}, or a port name that starts with ${port.protocol}`,
    fix: 'correct the Service, or the protocol of the exported port',
  };
}
