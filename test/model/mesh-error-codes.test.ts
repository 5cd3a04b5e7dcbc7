import { MeshErrorCode, MeshErrorCodes } from '../../src';

test('the codes of a message are found in any language', () => {
  expect(MeshErrorCodes.textOf(MeshErrorCode.INVALID_NAME)).toBe('MESH001');
  const message = '2 problems:\n  MESH014 x\n  MESH001 y, see MESH014, MESH999 and XMESH002';
  expect(MeshErrorCodes.inMessage(message)).toEqual(['MESH014', 'MESH001']);
  expect(MeshErrorCodes.inMessage('fine')).toEqual([]);
});
