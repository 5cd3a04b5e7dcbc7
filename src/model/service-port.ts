import { portNumber } from './port-number';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { inCall } from '../errors/problem';
import { dnsLabel } from '../names';
import { instance } from '../options/kinds';

const ADD_PORTS = "add ports: [ServicePort.http('http', 8000)]";

const HTTP_PROTOCOLS = ['http', 'http2', 'grpc', 'grpc-web'];
/** Ports of the sidecar for captured traffic out and in, for its readiness and for its metrics. */
const SIDECAR_PORTS = [15001, 15006, 15021, 15090];
const TLS_PROTOCOLS = ['tls', 'https'];
const PROTOCOLS = ['http', 'http2', 'grpc', 'grpc-web', 'tcp', 'tls', 'https', 'mongo', 'redis', 'mysql'];

/**
 * Port of an exported service: the port of its Kubernetes Service, and the protocol.
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 *
 * @example
 * cluster2.exportService('httpbin', { namespace: 'bar', ports: [ServicePort.http('http', 8000)] });
 */
export class ServicePort {
  /**
   * Returns a port for HTTP/1.1.
   * @param name name of the port, an RFC 1123 label
   * @param port port number of the Service, 1-65535
   * @returns the port
   * @throws MESH001 for an invalid name, MESH003 for an invalid port number and for a port that sidecars keep for themselves
   */
  public static http(name: string, port: number): ServicePort {
    return ServicePort.of('http', name, port);
  }

  /**
   * Returns a port for HTTP/2 without TLS.
   * @param name name of the port, an RFC 1123 label
   * @param port port number of the Service, 1-65535
   * @returns the port
   * @throws MESH001 for an invalid name, MESH003 for an invalid port number and for a port that sidecars keep for themselves
   */
  public static http2(name: string, port: number): ServicePort {
    return ServicePort.of('http2', name, port);
  }

  /**
   * Returns a port for gRPC.
   * @param name name of the port, an RFC 1123 label
   * @param port port number of the Service, 1-65535
   * @returns the port
   * @throws MESH001 for an invalid name, MESH003 for an invalid port number and for a port that sidecars keep for themselves
   */
  public static grpc(name: string, port: number): ServicePort {
    return ServicePort.of('grpc', name, port);
  }

  /**
   * Returns a port for any protocol over TCP.
   * @param name name of the port, an RFC 1123 label
   * @param port port number of the Service, 1-65535
   * @returns the port
   * @throws MESH001 for an invalid name, MESH003 for an invalid port number
   */
  public static tcp(name: string, port: number): ServicePort {
    return ServicePort.of('tcp', name, port);
  }

  /**
   * Returns a port for TLS between the applications. Callers must send the imported host as SNI.
   * @param name name of the port, an RFC 1123 label
   * @param port port number of the Service, 1-65535
   * @returns the port
   * @throws MESH001 for an invalid name, MESH003 for an invalid port number
   */
  public static tls(name: string, port: number): ServicePort {
    return ServicePort.of('tls', name, port);
  }

  /**
   * Returns a port for HTTPS between the applications. Callers must send the imported host as SNI.
   * @param name name of the port, an RFC 1123 label
   * @param port port number of the Service, 1-65535
   * @returns the port
   * @throws MESH001 for an invalid name, MESH003 for an invalid port number
   */
  public static https(name: string, port: number): ServicePort {
    return ServicePort.of('https', name, port);
  }

  /**
   * Returns a port for MongoDB.
   * @param name name of the port, an RFC 1123 label
   * @param port port number of the Service, 1-65535
   * @returns the port
   * @throws MESH001 for an invalid name, MESH003 for an invalid port number
   */
  public static mongo(name: string, port: number): ServicePort {
    return ServicePort.of('mongo', name, port);
  }

  /**
   * Returns a port for Redis.
   * @param name name of the port, an RFC 1123 label
   * @param port port number of the Service, 1-65535
   * @returns the port
   * @throws MESH001 for an invalid name, MESH003 for an invalid port number
   */
  public static redis(name: string, port: number): ServicePort {
    return ServicePort.of('redis', name, port);
  }

  /**
   * Returns a port for MySQL.
   * @param name name of the port, an RFC 1123 label
   * @param port port number of the Service, 1-65535
   * @returns the port
   * @throws MESH001 for an invalid name, MESH003 for an invalid port number
   */
  public static mysql(name: string, port: number): ServicePort {
    return ServicePort.of('mysql', name, port);
  }

  /**
   * Returns a port for a protocol that comes from data.
   * @param protocol one of http, http2, grpc, grpc-web, tcp, tls, https, mongo, redis, mysql, in any case
   * @param name name of the port, an RFC 1123 label
   * @param port port number of the Service, 1-65535
   * @returns the port
   * @throws MESH001 for a name that is no label, MESH003 for another protocol (UDP cannot cross a gateway) or port number, and for HTTP on
   * a port that sidecars keep for themselves
   */
  public static of(protocol: string, name: string, port: number): ServicePort {
    const where = inCall('ServicePort', name);
    // Istio reads protocols in any case, and ServiceEntries usually have them in capitals.
    const known = typeof protocol === 'string' ? protocol.toLowerCase() : protocol;
    if (!PROTOCOLS.includes(known)) {
      throw new MeshError({
        code: MeshErrorCode.INVALID_PORT,
        where,
        what: 'a protocol that cannot cross a gateway',
        got: protocol,
        expected: `one of ${PROTOCOLS.join(', ')}`,
        fix: 'use tcp for other protocols over TCP; gateways do not forward UDP',
      });
    }
    refuseSidecarPort(known, port, where);
    return new ServicePort(known, dnsLabel(name, 'port name', where), portNumber(port, where));
  }

  /**
   * Returns the ports of a service, sorted by number.
   * @throws MESH004 for no ports, MESH006 for two ports with one number or name
   * @internal
   */
  public static _all(ports: ServicePort[], where: string): ServicePort[] {
    if (ports.length === 0) {
      throw new MeshError({ code: MeshErrorCode.EMPTY, where, what: 'a service without ports', fix: ADD_PORTS });
    }
    refuseDuplicates(ports.map(({ name }) => name), 'name', where);
    refuseDuplicates(ports.map(({ port }) => port), 'number', where);
    return [...ports].sort((a, b) => a.port - b.port);
  }

  private constructor(
    /** Protocol in lower case. */
    public readonly protocol: string,
    /** Name of the port. */
    public readonly name: string,
    /** Port number of the Service. The SNI contains it. */
    public readonly port: number,
  ) {}

  /** Whether the protocol is HTTP, HTTP/2, gRPC or gRPC-Web, so that single requests can be routed. */
  public get isHttp(): boolean {
    return HTTP_PROTOCOLS.includes(this.protocol);
  }

  /** Whether all requests of a caller can be on one connection: HTTP/2 and gRPC. */
  public get isHttp2(): boolean {
    return this.protocol === 'http2' || this.protocol === 'grpc';
  }

  /** Whether the applications use TLS themselves. */
  public get isTls(): boolean {
    return TLS_PROTOCOLS.includes(this.protocol);
  }
}

/** The kind of options that hold a port. */
export const SERVICE_PORT = instance(ServicePort, { write: "ServicePort.http('http', 8000)", code: MeshErrorCode.INVALID_PORT });

/**
 * Throws for HTTP on a port that sidecars listen on themselves. istiod makes no listener of callers for such a port: an HTTP listener is
 * for all addresses, and would take the port from the sidecar. Listeners of other protocols are for the VIP alone.
 */
function refuseSidecarPort(protocol: string, port: number, where: string): void {
  if (!HTTP_PROTOCOLS.includes(protocol) || !SIDECAR_PORTS.includes(port)) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.INVALID_PORT,
    where,
    what: `${protocol} on a port that every sidecar keeps for itself, so no sidecar calls it`,
    got: port,
    expected: `a port other than ${SIDECAR_PORTS.join(', ')}`,
    fix: 'give the Service another port, which may lead to the same target port, or declare the port as tcp',
  });
}

function refuseDuplicates(values: Array<string | number>, property: string, where: string): void {
  const duplicate = values.find((value, i) => values.indexOf(value) !== i);
  if (duplicate === undefined) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.DUPLICATE,
    where,
    what: `two ports with one ${property}`,
    got: duplicate,
    fix: 'remove or rename one of them',
  });
}
