import type { GatewayDraft } from './draft';
import { GATEWAY_PORT } from '../../../model/port-number';
import { call, data, Expression, object } from '../program/expression';

/** Name of the variable of the mesh. */
export const MESH = 'mesh';

/** The address of a gateway as a program declares it. */
export function gatewayAddress({ address, port }: GatewayDraft): Expression {
  return call('GatewayAddress', 'of', data(address), ...port === GATEWAY_PORT ? [] : [object({ port: data(port) })]);
}

/** A text, or nothing. */
export function optionalText(value: string | undefined): Expression | undefined {
  return value === undefined ? undefined : data(value);
}
