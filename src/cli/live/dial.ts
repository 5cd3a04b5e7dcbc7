import { X509Certificate } from 'crypto';
import { connect, DetailedPeerCertificate } from 'tls';

/** Milliseconds for a connection and its handshake. */
const TIMEOUT = 5000;

/** ALPN by which the workload behind a gateway knows a sidecar of the mesh. */
const MESH_ALPN = ['istio-peer-exchange', 'istio'];

/** A gateway, and the Service that is asked for behind it. */
export interface Dialled {
  readonly address: string;
  readonly port: number;
  readonly sni: string;
  /** Certificates as PEM that the chain must lead to. */
  readonly roots: string;
}

/** What a handshake showed. */
export interface Handshake {
  /** Certificates that the server sent, its own first. */
  readonly chain: X509Certificate[];
  /** Why the chain does not lead to the roots, as OpenSSL names it; undefined for a chain that does. */
  readonly refusal?: string;
}

/** Why no handshake took place. */
export interface NoHandshake {
  /** Code of the system or of TLS, such as ECONNREFUSED. */
  readonly code: string;
  /** Whether the address itself does not answer, whatever the SNI. */
  readonly isUnreachable: boolean;
}

/** Codes of an address at which nothing answers. */
const UNREACHABLE = ['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL'];

/**
 * Connects to a gateway as a sidecar does, with the SNI of a Service, and reads the certificates of the workload behind it. No certificate
 * is sent, so the workload ends the connection after the handshake, and no request reaches it.
 */
export function dial({ address, port, sni, roots }: Dialled): Promise<Handshake | NoHandshake> {
  return new Promise(resolve => {
    let isConnected = false;
    const socket = connect({
      host: address,
      port,
      servername: sni,
      ALPNProtocols: MESH_ALPN,
      ca: roots,
      // The chain is read also where it is wrong, and then told.
      rejectUnauthorized: false,
      // Servers of the mesh have an identity of SPIFFE and no hostname.
      checkServerIdentity: () => undefined,
    });
    const end = (result: Handshake | NoHandshake) => {
      socket.destroy();
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(() => {
      end({ code: isConnected ? 'no answer to the handshake' : 'ETIMEDOUT', isUnreachable: !isConnected });
    }, TIMEOUT);
    socket.on('connect', () => {
      isConnected = true;
    });
    socket.on('secureConnect', () => {
      const refusal = socket.authorizationError as NodeJS.ErrnoException | string | null | undefined;
      end({
        chain: chainOf(socket.getPeerCertificate(true)),
        ...refusal && { refusal: typeof refusal === 'string' ? refusal : refusal.code ?? refusal.message },
      });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.message;
      end({ code, isUnreachable: !isConnected && UNREACHABLE.includes(code) });
    });
    socket.on('close', () => end({ code: 'the connection was closed', isUnreachable: false }));
  });
}

function chainOf(first: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  for (let current = first; current?.raw && !seen.has(current.fingerprint256); current = current.issuerCertificate) {
    seen.add(current.fingerprint256);
    chain.push(new X509Certificate(current.raw));
  }
  return chain;
}
