import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { placeName } from './place-name.js';

it.each([
  ['photos', 'photos'],
  ['../some/photos/', 'photos'],
  ['rows.csv', 'rows.csv'],
  ['photos/*/*.png', '*.png'],
  ['.', basename(process.cwd())],
  ['photos/..', basename(process.cwd())],
  ['/', '/'],
])('%s is called %s', (location, name) => {
  expect(placeName(location)).toBe(name);
});
