import type { Change } from './changes';
import { orUndefined } from '../../errors/mesh-error';
import { PKI, rootsOf } from '../../pki/pki-folder';
import type { SourceFolder } from '../../written/source';

/** Steps of the replacement of a root that clusters took between two states of a pki/ folder, and CAs that were renewed. */
export function rootChanges(before: SourceFolder, after: SourceFolder): Change[] {
  return [...new Set([...clustersIn(before), ...clustersIn(after)])].sort().flatMap((cluster): Change[] => {
    const [old, fresh] = [caOf(before, cluster), caOf(after, cluster)];
    const change = (text: string): Change => ({ cluster, text, effect: 'changes', about: ['SealedSecret istio-system/cacerts'] });
    if (old === undefined || fresh === undefined) {
      return [change(fresh ? 'the cluster gets a CA' : 'the CA of the cluster is gone')];
    }
    const roots = old.trusted === fresh.trusted ? [] : [change(`trusted roots: ${fresh.trusted}; before: ${old.trusted}`)];
    const step = old.step === fresh.step ? [] : [change(`the replacement of the root is at the step ${fresh.step}, before ${old.step}`)];
    return [...step, ...roots, ...old.ca === fresh.ca ? [] : [change('the CA was renewed')]];
  });
}

function clustersIn({ files }: SourceFolder): string[] {
  return files.flatMap(({ name }) => {
    const [folder, cluster, file] = name.split('/');
    return folder === PKI.clusters && file === PKI.caCert ? [cluster] : [];
  });
}

/** The CA of a cluster in a pki/ folder; undefined where the folder has none that can be read. */
function caOf({ files }: SourceFolder, cluster: string) {
  const text = (file: string) => files.find(({ name }) => name === `${PKI.clusters}/${cluster}/${file}`)?.text ?? '';
  const ca = text(PKI.caCert);
  const roots = orUndefined(() => rootsOf({ certChain: text(PKI.certChain), rootCert: text(PKI.clusterRoot) }));
  return roots && { ca, step: roots.step, trusted: roots.trusted.map(({ fingerprint }) => fingerprint.slice(0, 16)).join(', ') };
}
