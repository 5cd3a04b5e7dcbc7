import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import {
  ClusterDns, EgressGateway, ExportServiceOptions, GatewayAddress, ImportName, ImportPath, ImportServiceOptions, IstioRelease, Mesh,
  MeshApp, Problem, RetirementStep, ServicePort,
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
  /** Whether imports are under local names. */
  readonly isLocal?: boolean;
  /** Whether they leave through an egress gateway. */
  readonly viaEgress?: boolean;
  /** Name of the service `other`. */
  readonly otherName?: string;
}

function synth(
  outdir: string, { step, catalogImport, otherExport, otherImport, isLocal = false, viaEgress, otherName = 'other' }: Commit,
): Problem[] {
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
  const shop: ExportServiceOptions = { namespace: 'shop', ports: [ServicePort.http('http', 8000)] };
  const importInto = (namespace: string): ImportServiceOptions => ({
    ...isLocal ? { name: ImportName.local({ createService: true, selector: { app: 'any' } }) } : { namespace },
    ...viaEgress && { via: ImportPath.egressGateway() },
  });
  const [caller, receiver, second] = ['caller', 'receiver', 'second'].map((name, i) => mesh.addCluster(name, {
    ingressGateway: GatewayAddress.of(`203.0.113.2${i}`),
    globalDns: { clusterIp: '10.96.0.53' },
    egressGateway: EgressGateway.clusterIp('10.96.0.7'),
    dns: ClusterDns.sidecarCapture(),
    retire: name === 'receiver' ? step : undefined,
  }));
  const catalog = receiver.exportService('catalog', shop);
  if (catalogImport !== 'none') {
    caller.importService(catalog, { ...importInto('a'), retire: catalogImport === 'retires' });
  }
  const other = otherExport === 'none' ? undefined : second.exportService(otherName, shop);
  if (other && otherImport !== 'none') {
    caller.importService(other, importInto('a'));
    receiver.importService(other, importInto('b'));
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
  ].flatMap(row => [false, true].map(isLocal => (
    { ...row, isLocal, name: `${row.name}, with imports under ${isLocal ? 'local' : 'global'} names` }
  ))))('$name', ({ before, now, skipped, isLocal }) => {
    const outdir = freshFolder();
    before.forEach(step => synth(outdir, { ...NO_CALLER, isLocal, step }));
    const record = readFileSync(join(outdir, 'mesh-files.json'), 'utf8');
    expect(() => synth(outdir, { ...NO_CALLER, isLocal, step: now })).toThrow(new RegExp(`MESH038.*expected ${skipped}`));
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

  const LONG = 'o'.repeat(60);

  test.each([
    { name: 'a global name', commit: {}, imports: ['other-shop into caller/a', 'other-shop into receiver/b'] },
    { name: 'a long name', commit: { otherName: LONG }, imports: [/o+-[0-9a-f]{10} into caller\/a/, /o+-[0-9a-f]{10} into receiver\/b/] },
    {
      name: 'a local name',
      commit: { isLocal: true },
      imports: ['other.shop under its local name into caller', 'other.shop under its local name into receiver'],
    },
    {
      name: 'a local name through an egress gateway',
      commit: { isLocal: true, viaEgress: true },
      imports: ['other.shop under its local name into caller', 'other.shop under its local name into receiver'],
    },
    {
      name: 'a long local name',
      commit: { isLocal: true, otherName: LONG },
      imports: [`${LONG}.shop under its local name into caller`, `${LONG}.shop under its local name into receiver`],
    },
  ] as Array<{ name: string; commit: Commit; imports: Array<string | RegExp> }>)(
    'that names the import and the exporting cluster: $name',
    ({ commit, imports }) => {
      const outdir = freshFolder();
      synth(outdir, commit);
      const found = retirements(synth(outdir, { ...commit, otherExport: 'none' }));
      expect(found).toEqual(imports.map(text => expect.stringMatching(text)));
      expect(found).toEqual(imports.map(() => expect.stringMatching(/removed together with its export in second:/)));
    },
  );

  test.each([
    { name: 'the export alone, after its imports', commits: [{}, { otherImport: 'none' }, { otherExport: 'none' }] as Commit[] },
    { name: 'the imports alone', commits: [{}, { otherImport: 'none' }] as Commit[] },
    {
      name: 'the export alone, after imports under local names',
      commits: [{}, { otherImport: 'none' }, { otherExport: 'none' }].map(commit => ({ ...commit, isLocal: true })) as Commit[],
    },
    {
      name: 'the imports under local names alone',
      commits: [{}, { otherImport: 'none' }].map(commit => ({ ...commit, isLocal: true })) as Commit[],
    },
    {
      name: 'imports under local names of a cluster that closes its own exports',
      commits: [CONSUMERS, SERVICES].map(step => ({ ...NO_CALLER, step, isLocal: true })),
    },
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
