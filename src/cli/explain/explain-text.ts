import { printable } from '../../errors/printable';
import { shown } from '../../errors/problem';
import type { Finding } from '../../written/finding';
import { placeText } from '../../written/source';
import { Outcome, outcomesOf, Step } from '../../written/way/step';
import type { Way } from '../../written/way/way';
import type { Colours } from '../terminal';

/** Width of the column with the number and the station of a step. */
const COLUMN = 18;

/** The way of a request as text for the terminal. */
export function wayText({ cluster, namespace, host, port, first }: Way, colours: Colours): string {
  const title = printable(`A request from namespace ${namespace} of ${cluster} to ${host}, port ${port}`);
  return [colours.bold(title), '', ...linesOf(first, 1, '', colours), '', summary(first, colours)].join('\n');
}

/** The ends of all ways in one sentence. */
function summary(first: Step, colours: Colours): string {
  const outcomes = outcomesOf(first);
  const isOne = outcomes.length === 1;
  const count = (wanted: Outcome) => outcomes.filter(outcome => outcome === wanted).length;
  if (count('stopped') > 0) {
    return colours.red(isOne
      ? 'The request stops at the step that is marked above.'
      : `Of ${outcomes.length} ways, ${count('stopped')} stop at a step that is marked above.`);
  }
  if (count('out of sight') > 0) {
    const what = isOne ? 'The way leaves' : `Of ${outcomes.length} ways, ${count('out of sight')} leave`;
    return colours.yellow(`${what} what these folders show. Name the folders of the other clusters too.`);
  }
  const sources = first.live === undefined ? 'these files' : 'these files and the proxies';
  return colours.green(`By ${sources}, ${isOne ? 'the request' : `each of the ${outcomes.length} ways`} is answered.`);
}

/**
 * The lines of a step and of those after it.
 * @param branch suffix of the number where the request can take several ways
 */
function linesOf(current: Step, number: number, branch: string, colours: Colours): string[] {
  const label = `${number}${branch} ${current.station}`.padEnd(COLUMN);
  const indent = ' '.repeat(COLUMN);
  const isEnd = current.next.length === 0;
  return [
    `${colours.bold(label)}${printable(current.text)}`,
    ...current.details.map(detail => `${indent}${printable(detail)}`),
    ...current.place ? [`${indent}${colours.cyan(printable(placeText(current.place)))}`] : [],
    ...(current.live ?? []).map(line => `${indent}${colours.green(printable(`live: ${line}`))}`),
    ...current.findings.map(finding => `${indent}${findingLine(finding, colours)}`),
    ...current.risks.map(risk => `${indent}${colours.dim(printable(`could stop it: ${risk}`))}`),
    ...isEnd && current.isOutOfSight ? [`${indent}${colours.yellow('? no file here says what comes next')}`] : [],
    ...current.next.flatMap((following, index) => linesOf(
      following,
      number + 1,
      current.next.length > 1 ? `${branch}.${index + 1}` : branch,
      colours,
    )),
  ];
}

function findingLine({ severity, code, what, got, expected, fix }: Finding, colours: Colours): string {
  const values = [...got === undefined ? [] : [`got ${shown(got)}`], ...expected === undefined ? [] : [`expected ${expected}`]].join(', ');
  const line = printable(`${code} ${what}${values === '' ? '' : `: ${values}`}; fix: ${fix}`);
  return severity === 'error' ? colours.red(`✗ ${line}`) : colours.yellow(`! ${line}`);
}
