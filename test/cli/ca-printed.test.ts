import { sealingCertOf, workplace, Workplace } from '../pki/pki';

/** Runs a command, and replaces in what it prints what differs in each run. */
function runner({ ca, folder }: Workplace) {
  return async (...args: string[]) => {
    const { code, out } = await ca(...args);
    const shown = out.replaceAll(folder, 'FOLDER')
      .replace(/SHA256:[0-9a-f]{64}/g, 'SHA256:<fingerprint>')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replace(/-[0-9a-f]{16,}\b/g, '-<id>')
      // In the table, with the width of the column.
      .replace(/\b[0-9a-f]{4,16}\.\. */g, cell => '<hex>'.padEnd(cell.length));
    return `exit ${code}\n${shown.trimEnd()}\n`;
  };
}

test('istio-mesh ca prints what it made, what comes next, and what is wrong', async () => {
  const place = workplace();
  const run = runner(place);
  const other = sealingCertOf(place, 'cluster1');
  const commands: string[][] = [
    ['issue', 'cluster1'],
    ['status'],
    ['init'],
    ['issue', 'cluster1', '--sealing-cert', place.sealingCert],
    ['issue', 'Cluster_2'],
    ['status'],
    ['verify'],
    ['renew', 'cluster2'],
    ['renew', 'cluster1', '--days', '100'],
    ['reseal', 'cluster1', '--sealing-cert', other],
    ['rotate-root', 'switch'],
    ['rotate-root', 'introduce'],
    ['rotate-root', 'switch'],
    ['rotate-root', 'retire'],
    ['verify', '--help-me'],
  ];
  const transcript: string[] = [];
  for (const command of commands) {
    const shown = command.map(word => word.replace(place.folder, 'FOLDER')).join(' ');
    transcript.push(`$ istio-mesh ca ${shown}\n${await run(...command)}`);
  }
  expect(transcript.join('\n')).toMatchSnapshot();
});
