/** A label, its name escaped as the format has it, its value not yet. */
export type Label = readonly [name: string, value: string];
