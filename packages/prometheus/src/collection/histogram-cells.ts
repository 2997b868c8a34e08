/** Where in what the row of a histogram is copied to its buckets begin: after the sum, the smallest and the largest value. */
export const FIRST_BUCKET = 3;
