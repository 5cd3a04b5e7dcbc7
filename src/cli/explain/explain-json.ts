import { Outcome, outcomesOf, Step } from '../../written/way/step';
import type { Way } from '../../written/way/way';
import { findingJson, FindingJson, placeJson, PlaceJson } from '../finding-json';

/** Version of the format of `explain -o json`. */
const SCHEMA_VERSION = 1;

/** A way as `explain -o json` prints it: docs/reference/schemas/explain.schema.json. */
export interface ExplainJson {
  readonly schemaVersion: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly host: string;
  readonly port: number;
  /** The worst end of all ways. */
  readonly outcome: Outcome;
  readonly step: StepJson;
}

/** A step of a way. */
export interface StepJson {
  readonly station: string;
  readonly text: string;
  readonly details: readonly string[];
  readonly live?: readonly string[];
  readonly place?: PlaceJson;
  readonly findings: FindingJson[];
  readonly risks: readonly string[];
  readonly outOfSight: boolean;
  readonly next: StepJson[];
}

/** The way of a request as data. */
export function wayJson({ cluster, namespace, host, port, first }: Way): ExplainJson {
  return { schemaVersion: SCHEMA_VERSION, cluster, namespace, host, port, outcome: worstOutcome(first), step: stepJson(first) };
}

/** The worst end of the ways from a step. */
export function worstOutcome(first: Step): Outcome {
  const outcomes = outcomesOf(first);
  return (['stopped', 'out of sight'] as const).find(outcome => outcomes.includes(outcome)) ?? 'answered';
}

function stepJson({ station, text, details, live, place, findings, risks, isOutOfSight, next }: Step): StepJson {
  return {
    station,
    text,
    details,
    ...live && { live },
    ...place && { place: placeJson(place) },
    findings: findings.map(findingJson),
    risks,
    outOfSight: isOutOfSight,
    next: next.map(stepJson),
  };
}
