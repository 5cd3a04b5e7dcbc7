import { cpSync } from 'fs';
import { join } from 'path';
import { pkiIn } from '../../cluster/pki';
import { attempt, Ended } from '../../process';
import { must, Proof } from '../../proof';

const DAY = 24 * 3600;
/** A CA of a cluster is valid for so many days, and the root for ten years. */
const INTERMEDIATE_DAYS = 30;
const AFTER_INTERMEDIATE = 40;
const AFTER_ROOT = 3655;

/**
 * An intermediate CA and a root that have expired have a way out: the real command under a clock in the future, judged by OpenSSL at
 * that time.
 */
export const expiredProof: Proof = {
  name: 'ca-expired',
  parts: [],
  async show({ folder }) {
    const { ca, caAfter, folder: pki } = await pkiIn(folder);
    const now = Math.floor(Date.now() / 1000);
    const succeeds = async (days: number, ...args: string[]) => {
      const { code, stderr } = await caAfter(days, ...args);
      must(code === 0, `after ${days} days, "istio-mesh ca ${args.join(' ')}" ended with ${code}: ${stderr}`);
    };
    const refused = async (code: string, days: number, ...args: string[]) => {
      const ended: Ended = await caAfter(days, ...args);
      must(ended.code === 1 && ended.stderr.includes(code), `after ${days} days, "${args.join(' ')}": ${ended.code} ${ended.stderr}`);
    };
    const isValid = async (days: number, cluster: string, at = pki) => {
      const files = ['root-cert.pem', 'cert-chain.pem', 'ca-cert.pem'].map(file => join(at, 'clusters', cluster, file));
      const time = String(now + days * DAY);
      const [root, chain, certificate] = files;
      return (await attempt('openssl', ['verify', '-attime', time, '-CAfile', root, '-untrusted', chain, certificate])).code === 0;
    };
    await ca('init');
    await ca('issue', 'cluster1', '--days', String(INTERMEDIATE_DAYS), '--trust-domain', 'cluster.local');
    await ca('issue', 'cluster2', '--days', '3600');
    must(await isValid(0, 'cluster1') && !await isValid(AFTER_INTERMEDIATE, 'cluster1'), 'the control: OpenSSL sees no expiry');

    await refused('MESH029', AFTER_INTERMEDIATE, 'verify');
    await succeeds(AFTER_INTERMEDIATE, 'renew', 'cluster1', '--days', '3600');
    await succeeds(AFTER_INTERMEDIATE, 'verify');
    must(await isValid(AFTER_INTERMEDIATE, 'cluster1'), 'the renewed CA is not valid');

    const old = join(folder, 'old');
    cpSync(pki, old, { recursive: true });
    await refused('MESH034', AFTER_ROOT, 'renew', 'cluster1');
    await refused('MESH034', AFTER_ROOT, 'issue', 'cluster3');
    for (const step of ['introduce', 'switch', 'retire']) {
      await succeeds(AFTER_ROOT, 'rotate-root', step);
    }
    await succeeds(AFTER_ROOT, 'verify');
    await succeeds(AFTER_ROOT, 'issue', 'cluster3');
    for (const cluster of ['cluster1', 'cluster2']) {
      must(!await isValid(AFTER_ROOT, cluster, old), `the control: the old chain of ${cluster} is valid after the end of its root`);
      must(await isValid(AFTER_ROOT, cluster), `the new chain of ${cluster} is not valid after the end of the old root`);
    }
    return `under a clock ${AFTER_INTERMEDIATE} days ahead, an expired intermediate is renewed; ${AFTER_ROOT} days ahead, renew and issue `
      + 'are refused, and three steps replace the expired root; OpenSSL accepts the new chains at that time and refuses the old ones';
  },
};
