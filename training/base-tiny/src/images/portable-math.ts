// Elementary functions that every machine computes alike.
export { portableExp, portableLog, portableSin } from '../../../../packages/core/src/random/portable-math.js';
