import { pair, Pair } from './check-case';
import { ExportServiceOptions, Problem } from '../../src';
import { problemsIn, warningsIn } from '../../src/errors/reports';

/** How a declaration changes a pair of clusters. */
export type Change = (pair: Pair) => unknown;

/** A kind of mistake: changes in which it is found, and changes that look alike and are right. */
export interface Kind {
  readonly name: string;
  readonly code: string;
  /** Whether the mistake is a warning, and a synth succeeds. */
  readonly isWarning?: boolean;
  /** Options of the export of httpbin. */
  readonly exported?: Partial<ExportServiceOptions>;
  /** What every member has, found or not. */
  readonly given?: Change;
  readonly found: { readonly [name: string]: Change };
  readonly passed: { readonly [name: string]: Change };
}

/** Codes of the warnings of an export that is imported and does not pin its identity; every pair has them. */
const USUAL = 'MESH040';

/** Makes a test of each member and each near miss of the kinds. */
export function testKinds(kinds: Kind[]): void {
  describe.each(kinds)('$code: $name', ({ code, isWarning = false, exported, given, found, passed }) => {
    const reported = (change: Change) => {
      const declared = pair(exported);
      given?.(declared);
      change(declared);
      return reportOf(declared);
    };

    test.each(Object.entries(found))('is reported for %s', (_name, change) => {
      const { errors, warnings } = reported(change);
      expect(isWarning ? errors : warnings).toEqual([]);
      expect([...new Set(isWarning ? warnings : errors)]).toEqual([code]);
    });

    test.each(Object.entries(passed))('is not reported for %s', (_name, change) => {
      expect(reported(change)).toEqual({ errors: [], warnings: [] });
    });
  });
}

/** Codes of the errors and warnings of a mesh. */
export function reportOf({ caller }: Pair): { errors: string[]; warnings: string[] } {
  const nodes = caller.node.root.node.findAll();
  const codes = (problems: Problem[]) => problems.map(({ code }): string => code);
  return { errors: codes(problemsIn(nodes)), warnings: codes(warningsIn(nodes)).filter(code => code !== USUAL) };
}

