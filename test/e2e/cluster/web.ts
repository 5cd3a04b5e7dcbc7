import { createServer, RequestListener } from 'http';
import { AddressInfo } from 'net';
import { HOST_ADDRESS } from './machine';

/** A web server that programs in any network of the rig can reach. */
export interface Web {
  /** URL of the server, without a slash at the end. */
  readonly url: string;
  readonly stop: () => void;
}

/** Starts a web server in this process, on the address of this machine in the network of the rig. It ends with the process. */
export function serve(answer: RequestListener): Promise<Web> {
  return new Promise((resolve, reject) => {
    const server = createServer(answer);
    server.on('error', reject);
    server.listen(0, HOST_ADDRESS, () => {
      server.unref();
      const { port } = server.address() as AddressInfo;
      const stop = () => {
        server.close();
        server.closeAllConnections();
      };
      resolve({ url: `http://${HOST_ADDRESS}:${port}`, stop });
    });
  });
}
