/**
 * Which bucket of a base2 exponential histogram a value belongs to. At scale `s` the boundaries are the powers of
 * 2^(2^-s). Bucket `i` begins above the i-th of them and ends with the next:
 *
 *     scale  1   …  (1, √2]   (√2, 2]   (2, 2√2]   (2√2, 4]  …
 *                      0         1          2          3
 *     scale  0   …       (1, 2]                (2, 4]        …
 *                           0                     1
 *     scale -1   …                  (1, 4]                   …
 *                                      0
 *
 * One scale down, two buckets become one: `index >> 1`, of negative indexes too.
 *
 * Powers of two, and every value at scale 0 and below, are read from the bits and exact. The rest goes by a logarithm,
 * which may put a value that is as close to a boundary as numbers get on its other side.
 */

/** Where every histogram begins: the highest scale at which all indexes are 31-bit integers, and so unboxed. */
export const MAX_SCALE = 20;

/**
 * The index of the bucket that the value is in.
 *
 * @param value finite and above 0; one below the smallest normal number is taken for that
 * @param scale an integer from -10, where two buckets hold all numbers, to {@link MAX_SCALE}
 */
export function bucketIndex(value: number, scale: number): number {
  bits.setFloat64(0, value < MIN_NORMAL ? MIN_NORMAL : value);
  const high = bits.getInt32(0);
  const exponent = (high >> 20) - 1023;
  const isPowerOfTwo = (high & 0xfffff) === 0 && bits.getInt32(4) === 0;
  // Boundaries belong to the bucket below them.
  if (scale <= 0) return (isPowerOfTwo ? exponent - 1 : exponent) >> -scale;
  if (isPowerOfTwo) return (exponent << scale) - 1;
  // Most values lie between two steps that are in one bucket, and so in it: that saves them the logarithm.
  const step = (high >> (20 - STEP_BITS)) & (STEPS - 1);
  const index = (stepIndexes[step] as number) >> (MAX_SCALE - scale);
  const next = (stepIndexes[step + 1] as number) >> (MAX_SCALE - scale);
  return index === next ? (exponent << scale) + index : indexByLogarithm(value, scale);
}

function indexByLogarithm(value: number, scale: number): number {
  const index = Math.floor(Math.log(value) * (Math.LOG2E * (1 << scale)));
  // The largest numbers have the logarithm of 2^1024, with which another bucket would begin.
  return Math.min(index, (1024 << scale) - 1);
}

const MIN_NORMAL = 2 ** -1022;

const STEP_BITS = 10;
const STEPS = 1 << STEP_BITS;

/**
 * The indexes, at the highest scale, of equal steps from 1 to 2: a power of two further on they are the same, plus that
 * power's own. No step but the ends is near enough to a boundary (0.0008 of a bucket) for a logarithm to be in doubt;
 * what comes next to the ends is in doubt, and differing neighbours send it to the logarithm.
 */
const stepIndexes = Int32Array.from({ length: STEPS + 1 }, (_, step) =>
  step === 0 ? -1 : Math.floor(Math.log2(1 + step / STEPS) * (1 << MAX_SCALE)),
);

/** One for all calls: taking a number apart allocates nothing. */
const bits = new DataView(new ArrayBuffer(8));
