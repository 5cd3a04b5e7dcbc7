import { withProgress } from '../../src/cli/progress';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

test('work that takes longer than a second reports what it is at, and again every five seconds', async () => {
  const printed = jest.spyOn(console, 'error').mockImplementation();
  let end: (value: string) => void = () => undefined;
  let part = 'one';
  const work = withProgress(() => part, () => new Promise<string>(resolve => {
    end = resolve;
  }));
  jest.advanceTimersByTime(999);
  expect(printed).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  part = 'two';
  jest.advanceTimersByTime(5000);
  end('done');
  expect(await work).toBe('done');
  jest.advanceTimersByTime(60_000);
  expect(printed.mock.calls).toEqual([['one'], ['two']]);
});

test('work that fails reports nothing afterwards', async () => {
  const printed = jest.spyOn(console, 'error').mockImplementation();
  await expect(withProgress(() => 'at', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  jest.advanceTimersByTime(60_000);
  expect(printed).not.toHaveBeenCalled();
});
