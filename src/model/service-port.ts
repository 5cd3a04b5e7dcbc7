import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsLabel } from '../names';
import { portNumber } from './port-number';

const PROTOCOLS = ['http', 'http2', 'grpc', 'tcp', 'tls', 'https', 'mongo', 'redis', 'mysql'];
const HTTP_PROTOCOLS = ['http', 'http2', 'grpc'];
const TLS_PROTOCOLS = ['tls', 'https'];

/**
 * A port of an exported service: the port of its Kubernetes Service, and what it speaks.
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export class ServicePort {
  /** HTTP/1.1. */
  public static http(name: string, port: number): ServicePort {
    return ServicePort.of('http', name, port);
  }

  /** HTTP/2 without TLS. */
  public static http2(name: string, port: number): ServicePort {
    return ServicePort.of('http2', name, port);
  }

  /** gRPC. */
  public static grpc(name: string, port: number): ServicePort {
    return ServicePort.of('grpc', name, port);
  }

  /** Any TCP protocol. */
  public static tcp(name: string, port: number): ServicePort {
    return ServicePort.of('tcp', name, port);
  }

  /** TLS that the application speaks itself; it must send the imported host as SNI. */
  public static tls(name: string, port: number): ServicePort {
    return ServicePort.of('tls', name, port);
  }

  /** HTTPS that the application speaks itself; it must send the imported host as SNI. */
  public static https(name: string, port: number): ServicePort {
    return ServicePort.of('https', name, port);
  }

  /** MongoDB. */
  public static mongo(name: string, port: number): ServicePort {
    return ServicePort.of('mongo', name, port);
  }

  /** Redis. */
  public static redis(name: string, port: number): ServicePort {
    return ServicePort.of('redis', name, port);
  }

  /** MySQL. */
  public static mysql(name: string, port: number): ServicePort {
    return ServicePort.of('mysql', name, port);
  }

  /**
   * A port whose protocol comes from data.
   * @param protocol one of http, http2, grpc, tcp, tls, https, mongo, redis, mysql
   * @param name the name of the port, an RFC 1123 label
   * @param port the port number of the Service, 1-65535
   * @throws MESH003 for another protocol (UDP cannot cross a gateway) or port number
   * @throws MESH001 for a name that is no label
   */
  public static of(protocol: string, name: string, port: number): ServicePort {
    const where = `ServicePort '${name}'`;
    if (!PROTOCOLS.includes(protocol)) {
      throw new MeshError({
        code: MeshErrorCode.INVALID_PORT,
        where,
        what: 'a protocol that cannot cross a gateway',
        got: protocol,
        expected: PROTOCOLS.join(', '),
        fix: 'use tcp for protocols that Istio does not read; UDP has no way through a gateway',
      });
    }
    return new ServicePort(protocol, dnsLabel(name, 'port name', where), portNumber(port, where));
  }

  /**
   * Returns the ports by number, or throws when there are none, or two share a number or name.
   * @internal
   */
  public static _all(ports: ServicePort[], where: string): ServicePort[] {
    // Callers without types may leave them out, or list numbers.
    if (!ports?.length || ports.some(port => port?.protocol === undefined)) {
      throw new MeshError({
        code: ports?.length ? MeshErrorCode.INVALID_PORT : MeshErrorCode.EMPTY,
        where,
        what: ports?.length ? 'something that is no ServicePort' : 'a service without ports',
        got: ports,
        expected: 'at least one ServicePort',
        fix: "add ports: [ServicePort.http('http', 8000)]",
      });
    }
    for (const key of ['name', 'port'] as const) {
      const values = ports.map(p => p[key]);
      const twice = values.find((value, i) => values.indexOf(value) !== i);
      if (twice !== undefined) {
        throw new MeshError({
          code: MeshErrorCode.DUPLICATE,
          where,
          what: `two ports with one ${key === 'name' ? 'name' : 'number'}`,
          got: twice,
          expected: 'each name and number once',
          fix: 'remove or rename one of them',
        });
      }
    }
    return [...ports].sort((a, b) => a.port - b.port);
  }

  private constructor(
    /** The protocol, in lower case. */
    public readonly protocol: string,
    /** The name of the port. */
    public readonly name: string,
    /** The number of the Service's port, the one that the SNI names. */
    public readonly port: number,
  ) {}

  /** Whether requests can be routed one by one, by headers for instance. */
  public get isHttp(): boolean {
    return HTTP_PROTOCOLS.includes(this.protocol);
  }

  /** Whether the application speaks TLS itself. */
  public get isTls(): boolean {
    return TLS_PROTOCOLS.includes(this.protocol);
  }
}
