import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { addWhole, OwnObject } from '../../src/objects/provenance';

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'foo' } };
const paths = (chart: Chart) => chart.node.findAll().map(({ node }) => node.path);

describe('adding a construct whole', () => {
  test('leaves nothing of a construct whose constructor throws halfway', () => {
    const chart = new Chart(new App(), 'chart');
    const halfway = () => addWhole(chart, 'half', (scope, id) => {
      new OwnObject(new Construct(scope, id), 'object', CONFIG_MAP);
      throw new Error('refused');
    });
    expect(halfway).toThrow('refused');
    expect(paths(chart)).toEqual(['chart']);
  });

  test('leaves another construct that has the id already', () => {
    const chart = new Chart(new App(), 'chart');
    new Construct(chart, 'taken');
    expect(() => addWhole(chart, 'taken', (scope, id) => new Construct(scope, id))).toThrow(/already a Construct with name 'taken'/);
    expect(paths(chart)).toEqual(['chart', 'chart/taken']);
  });
});
