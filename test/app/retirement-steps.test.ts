import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import {
  ClusterDns, ExportServiceOptions, GatewayAddress, IstioRelease, Mesh, MeshApp, Problem, RetirementStep, ServicePort,
} from '../../src';
import { temporaryFolder } from '../temporary-folder';

const freshFolder = () => join(temporaryFolder('steps'), 'dist');

/** What a commit of the program declares. */
interface Commit {
  /** How far `receiver`, which exports `catalog` and imports `other`, has retired. */
  readonly step?: RetirementStep;
  /** Whether `caller` imports `catalog`; an import can retire. */
  readonly catalogImport?: 'retires' | 'none';
  /** Whether `second` exports `other`. */
  readonly otherExport?: 'none';
  readonly otherImport?: 'none';
}

function synth(outdir: string, { step, catalogImport, otherExport, otherImport }: Commit): Problem[] {
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const shop: ExportServiceOptions = { namespace: 'shop', ports: [ServicePort.http('http', 8000)] };
  const [caller, receiver, second] = ['caller', 'receiver', 'second'].map((name, i) => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(`203.0.113.2${i}`),
    globalDns: { clusterIp: '10.96.0.53' },
    dns: ClusterDns.sidecarCapture(),
    retire: name === 'receiver' ? step : undefined,
  }));
  const catalog = receiver.exportService('catalog', shop);
  if (catalogImport !== 'none') {
    caller.importService(catalog, { namespace: 'a', retire: catalogImport === 'retires' });
  }
  const other = otherExport === 'none' ? undefined : second.exportService('other', shop);
  if (other && otherImport !== 'none') {
    caller.importService(other, { namespace: 'a' });
    receiver.importService(other, { namespace: 'b' });
  }
  const log = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  try {
    app.synth();
    return app.warnings;
  } finally {
    log.mockRestore();
  }
}

const NO_CALLER = { catalogImport: 'none' } as const;
const { CONSUMERS, SERVICES, DNS, CONTROL_PLANE, CA } = RetirementStep;

describe('a retirement that skips a step is refused, and leaves the folder as it was:', () => {
  test.each([
    { name: 'CA from nothing', before: [undefined], now: CA, skipped: CONSUMERS },
    { name: 'SERVICES from nothing', before: [undefined], now: SERVICES, skipped: CONSUMERS },
    { name: 'CA after CONSUMERS', before: [undefined, CONSUMERS], now: CA, skipped: SERVICES },
    { name: 'DNS after CONSUMERS', before: [undefined, CONSUMERS], now: DNS, skipped: SERVICES },
    { name: 'CA after DNS', before: [undefined, CONSUMERS, SERVICES, DNS], now: CA, skipped: CONTROL_PLANE },
  ])('$name', ({ before, now, skipped }) => {
    const outdir = freshFolder();
    before.forEach(step => synth(outdir, { ...NO_CALLER, step }));
    const record = readFileSync(join(outdir, 'mesh-files.json'), 'utf8');
    expect(() => synth(outdir, { ...NO_CALLER, step: now })).toThrow(new RegExp(`MESH038.*expected ${skipped}`));
    expect(readFileSync(join(outdir, 'mesh-files.json'), 'utf8')).toBe(record);
  });
});

describe('a retirement is not refused', () => {
  test('in steps, each of them twice', () => {
    const outdir = freshFolder();
    const steps = [undefined, CONSUMERS, SERVICES, DNS, CONTROL_PLANE, CA];
    steps.flatMap(step => [step, step]).forEach(step => synth(outdir, { ...NO_CALLER, step }));
    expect(existsSync(join(outdir, 'install', 'receiver'))).toBe(false);
  });

  test.each([SERVICES, CA])('at %s into an empty folder, which shows nothing', step => {
    expect(() => synth(freshFolder(), { ...NO_CALLER, step })).not.toThrow();
  });
});

describe('an import and its export that leave the folder in one synth are a warning', () => {
  const retirements = (problems: Problem[]) => problems.filter(({ code }) => code === 'MESH038')
    .map(({ where, what }) => `${where}: ${what}`);

  test('that names the import and the exporting cluster', () => {
    const outdir = freshFolder();
    synth(outdir, {});
    expect(retirements(synth(outdir, { otherExport: 'none' }))).toEqual([
      expect.stringMatching(/import of other-shop into caller\/a: .* export in second/),
      expect.stringMatching(/import of other-shop into receiver\/b: .* export in second/),
    ]);
  });

  test.each([
    { name: 'the export alone, after its imports', commits: [{}, { otherImport: 'none' }, { otherExport: 'none' }] as Commit[] },
    { name: 'the imports alone', commits: [{}, { otherImport: 'none' }] as Commit[] },
    { name: 'an import of a cluster that closes its own exports', commits: [CONSUMERS, SERVICES].map(step => ({ ...NO_CALLER, step })) },
  ])('and $name are none', ({ commits }) => {
    const outdir = freshFolder();
    const warnings = commits.map(commit => retirements(synth(outdir, commit)));
    expect(warnings[warnings.length - 1]).toEqual([]);
  });

  test('where the import retires in the commit that closes the export', () => {
    const outdir = freshFolder();
    synth(outdir, { step: undefined });
    synth(outdir, { step: CONSUMERS, catalogImport: 'retires' });
    // The entry left the folder a commit before the Gateway.
    expect(retirements(synth(outdir, { step: SERVICES, ...NO_CALLER }))).toEqual([]);
  });
});
