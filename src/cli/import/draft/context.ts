import type { Ledger } from './ledger';
import type { Owners } from './owners';
import type { Inputs } from '../input/inputs';

/** What all parts of a draft are made from. */
export interface DraftContext {
  readonly inputs: Inputs;
  readonly owners: Owners;
  readonly ledger: Ledger;
  /** Release that the program is for, such as `1.31`. */
  readonly release: string;
  readonly suffix: string;
}

/** Whether a program is for the release of the guide. */
export function isForGuide({ release }: Pick<DraftContext, 'release'>): boolean {
  return release === '1.5';
}
