import { IConstruct } from 'constructs';
import { MeshErrorCode } from './mesh-error-code';
import { Problem, problemText } from './problem';
import { Mark } from '../objects/mark';

type Check = () => Problem[];

const WARNINGS = new Mark<Check[]>('Warnings');

/** Problems by their text, while `problemsIn` runs: a validation of cdk8s returns nothing but text. */
let collected: Map<string, Problem> | undefined;

/**
 * Adds a check to a construct. Whatever synthesizes the construct runs the check: cdk8s calls it as a validation, and gets
 * each problem as text.
 */
export function addCheck(construct: IConstruct, check: Check): void {
  construct.node.addValidation({
    validate: () => check().map(problem => {
      const text = problemText(problem);
      collected?.set(text, { path: construct.node.path, ...problem });
      return text;
    }),
  });
}

/** Adds a check whose problems are warnings: they never stop a synth. */
export function addWarnings(construct: IConstruct, check: Check): void {
  WARNINGS.set(construct, [...WARNINGS.of(construct) ?? [], check]);
}

/** Runs every validation of the constructs, those of other libraries too, and returns each problem once, by its text. */
export function problemsIn(constructs: IConstruct[]): Problem[] {
  const known = new Map<string, Problem>();
  collected = known;
  try {
    const found = new Map(
      constructs.flatMap(
        construct => construct.node.validate().map((text): [string, Problem] => [text, known.get(text) ?? foreign(construct, text)]),
      ),
    );
    return [...found].sort(([a], [b]) => a < b ? -1 : 1).map(([, problem]) => problem);
  } finally {
    collected = undefined;
  }
}

/** The warnings of the constructs, by their text. */
export function warningsIn(constructs: IConstruct[]): Problem[] {
  const found = new Map(constructs.flatMap(construct => (WARNINGS.of(construct) ?? []).flatMap(check => check())
    .map((problem): [string, Problem] => [problemText(problem), { path: construct.node.path, ...problem }])));
  return [...found].sort(([a], [b]) => a < b ? -1 : 1).map(([, problem]) => problem);
}

/** What a validation of another library reports. */
function foreign(construct: IConstruct, text: string): Problem {
  const { path } = construct.node;
  return { code: MeshErrorCode.FOREIGN_VALIDATION, where: path, what: text, fix: 'see the library that the construct comes from', path };
}
