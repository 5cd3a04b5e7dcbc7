import { guideMesh } from '../../examples/guide/mesh';
import { replicated } from '../../examples/replicated/mesh';
import { threeClusters } from '../../examples/three-clusters/mesh';
import { WrittenFolder } from '../written/written-folder';

const NODE = /^ {4}n\d+(\{\{"[^"]*"\}\}|\["[^"]*"\]|\(\["[^"]*"\]\))$/;
const EDGE = /^ {2,4}n\d+ (-->|==>|-\.->)(\|"[^"]*"\|)? n\d+$/;
const FRAME = /^(flowchart LR| {2}subgraph n\d+\["[^"]*"\]| {2}end)$/;

/** Lines of a diagram that are no node, edge or frame of the form that the command prints. */
function strangeLines(diagram: string): string[] {
  return diagram.trimEnd().split('\n').filter(line => ![NODE, EDGE, FRAME].some(form => form.test(line)));
}

test.each<{ readonly name: string; readonly program: (app: any) => unknown; readonly edges: number }>([
  { name: 'guide', program: guideMesh, edges: 1 },
  { name: 'replicated', program: replicated, edges: 6 },
  { name: 'three-clusters', program: threeClusters, edges: 14 },
])('graph draws each import: $name', async ({ program, edges }) => {
  const { code, out } = await WrittenFolder.of(program).run('graph', 'dist');
  expect([code, strangeLines(out)]).toEqual([0, []]);
  expect(out.match(/> ?\|/g) ?? []).toHaveLength(edges);
  expect(out).toMatchSnapshot();
});

test('an import that stops has a dotted edge with the code', async () => {
  const folder = WrittenFolder.of(guideMesh);
  folder.remove('cluster2/Gateway.networking.istio.io_istio-system_mesh-httpbin-bar.yaml');
  expect((await folder.run('graph', 'dist')).out).toContain('-.->|"httpbin.bar.global:8000, 252.149.251.240, stops: MESH087"|');
});

test.each(['"] end', '`', '|', '<script>', '%%{init: {}}%%', '\u202e', ';', '#quot;'])('a host with %j is no syntax', async hostile => {
  const folder = WrittenFolder.of(guideMesh);
  const gateway = 'cluster2/Gateway.networking.istio.io_istio-system_mesh-httpbin-bar.yaml';
  folder.edit(gateway, '- httpbin.bar.svc.cluster.local', `- ${JSON.stringify(`${hostile}.bar.svc.cluster.local`)}`);
  const { out } = await folder.run('graph', 'dist');
  expect(strangeLines(out)).toEqual([]);
  expect(out).not.toContain(`(["${hostile}`);
});

test('graph fails with 2 for a folder that does not exist', async () => {
  const { code, err } = await WrittenFolder.of(guideMesh).run('graph', 'dist/missing');
  expect([code, err]).toEqual([2, expect.stringContaining('MESH085')]);
});
