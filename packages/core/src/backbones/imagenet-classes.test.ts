import { describe, expect, it } from 'vitest';
import { WeightsError } from '../errors.js';
import { decodePredictions, distinctClassNames, numberedClasses, parseImagenetClasses } from './imagenet-classes.js';

const list = Object.fromEntries(numberedClasses.map((key) => [key, [`n${key}`, `label_${key}`]]));
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe('parseImagenetClasses', () => {
  it('gives 1,000 classes in the order of the outputs', () => {
    const classes = parseImagenetClasses(encode(list), 'x.json');
    expect(classes).toHaveLength(1000);
    expect(classes[10]).toEqual({ classId: 'n10', label: 'label_10' });
  });

  it.each([
    ['no JSON', new TextEncoder().encode('{'), 'it is no JSON'],
    ['no object', encode(null), 'class 0 is missing'],
    ['a class too few', encode({ ...list, 999: undefined }), 'class 999 is missing'],
    ['a class without a label', encode({ ...list, 3: ['n3'] }), 'class 3 is missing'],
  ])('refuses %s', (_, bytes, problem) => {
    expect(() => parseImagenetClasses(bytes, 'x.json')).toThrow(WeightsError);
    expect(() => parseImagenetClasses(bytes, 'x.json')).toThrow(
      `x.json is no list of ImageNet's classes: ${problem}; remove it, it will be fetched again`,
    );
  });
});

describe('decodePredictions', () => {
  const classes = ['ant', 'bee', 'crane', 'crane'].map((label, index) => ({ classId: `n${index}`, label }));

  it('names the best classes, best first; of equal scores the later one, as Keras does', () => {
    expect(decodePredictions([[0.1, 0.4, 0.4, 0.1]], classes, { top: 3 })).toEqual([
      [
        { classId: 'n2', label: 'crane', score: 0.4 },
        { classId: 'n1', label: 'bee', score: 0.4 },
        { classId: 'n3', label: 'crane', score: 0.1 },
      ],
    ]);
  });

  it('refuses rows of another length, and a senseless top', () => {
    expect(() => decodePredictions([[1, 2]], classes)).toThrow('row 0 has 2 scores for 4 classes; pass one for each');
    expect(() => decodePredictions([], classes, { top: 0 })).toThrow('top is 0; give a whole number from 1');
  });

  it('tells classes of one label apart by their numbers', () => {
    expect(distinctClassNames(classes)).toEqual(['ant', 'bee', 'crane (n2)', 'crane (n3)']);
  });
});
