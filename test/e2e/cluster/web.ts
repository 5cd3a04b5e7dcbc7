import { createServer, RequestListener } from 'http';
import { AddressInfo } from 'net';
import { HOST_ADDRESS } from './machine';

/** What programs in any network of the rig can fetch from. */
export interface Web {
  /** Where it answers, without a slash at the end. */
  readonly url: string;
  readonly stop: () => void;
}

/** Answers requests on this machine's address in the network of the rig, so that it ends with the run and leaves nothing. */
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
