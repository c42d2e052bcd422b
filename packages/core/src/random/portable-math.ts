/**
 * Elementary functions from + − × ÷ alone, which IEEE 754 fixes to the last bit. `Math.sin`, `Math.log` and the like may
 * differ between machines; what must come out the same everywhere (random draws, synthetic images, rotations) uses these.
 * Each is within about 1e-15 of the true value, relative to it (sine and cosine: absolute).
 */

const LN2 = 0.6931471805599453;
/** ln 2 in two parts, as π/2 below. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** π/2 in two parts: the first has few enough bits that small multiples of it are exact. */
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;
const SQRT2 = 1.4142135623730951;

const bits = new DataView(new ArrayBuffer(8));

/**
 * Natural logarithm.
 * @param x - Any number above 0 (subnormal numbers excepted); others give `NaN`.
 */
export function portableLog(x: number): number {
  if (!(x > 0) || x === Infinity) return Number.NaN;
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0x000fffff) | 0x3ff00000);
  let mantissa = bits.getFloat64(0);
  if (mantissa > SQRT2) {
    mantissa *= 0.5;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const s2 = s * s;
  let sum = 0;
  for (let n = 23; n >= 3; n -= 2) sum = (sum + 1 / n) * s2;
  return exponent * LN2 + 2 * s * (1 + sum);
}

/** Exponential function; 0 below about −708, infinity above about 709. */
export function portableExp(x: number): number {
  if (!(x > -708)) return x <= -708 ? 0 : Number.NaN;
  if (x > 709) return Infinity;
  const exponent = Math.floor(x / LN2 + 0.5);
  const r = x - exponent * LN2_HIGH - exponent * LN2_LOW;
  let sum = 1;
  for (let n = 18; n >= 1; n -= 1) sum = 1 + (r / n) * sum;
  bits.setFloat64(0, 0);
  bits.setUint32(0, (exponent + 1023) << 20);
  return sum * bits.getFloat64(0);
}

/** Sine of an angle in radians, |angle| up to about 1e5. */
export function portableSin(angle: number): number {
  return sinOfQuadrant(angle, 0);
}

/** Cosine of an angle in radians, |angle| up to about 1e5. */
export function portableCos(angle: number): number {
  return sinOfQuadrant(angle, 1);
}

function sinOfQuadrant(angle: number, shift: number): number {
  const k = Math.floor(angle / (HALF_PI_HIGH + HALF_PI_LOW) + 0.5);
  const r = angle - k * HALF_PI_HIGH - k * HALF_PI_LOW;
  const quadrant = (((k + shift) % 4) + 4) % 4;
  const value = quadrant % 2 === 0 ? sinSeries(r) : cosSeries(r);
  return quadrant < 2 ? value : -value;
}

/** Taylor series on [−π/4, π/4]; the first term left out is below 1e-17. */
function sinSeries(r: number): number {
  const r2 = r * r;
  let sum = 1;
  for (let n = 16; n >= 2; n -= 2) sum = 1 - (r2 / (n * (n + 1))) * sum;
  return r * sum;
}

function cosSeries(r: number): number {
  const r2 = r * r;
  let sum = 1;
  for (let n = 17; n >= 1; n -= 2) sum = 1 - (r2 / (n * (n + 1))) * sum;
  return sum;
}
