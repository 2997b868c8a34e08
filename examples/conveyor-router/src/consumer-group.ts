import { recordGroupRebalance } from 'flowmeter/conveyor';

/** Divides numbered partitions among members: partition i goes to member i mod n, anew at each join and leave. */
export class ConsumerGroup {
  readonly #groupId: string;
  readonly #partitionCount: number;
  readonly #members: string[] = [];
  #assignment = new Map<string, number[]>();

  constructor(groupId: string, partitionCount: number) {
    this.#groupId = groupId;
    this.#partitionCount = partitionCount;
  }

  get size(): number {
    return this.#members.length;
  }

  /** Adds a member; throws when it is one already. */
  join(member: string): void {
    if (this.#members.includes(member)) throw new Error(`${member} is a member of ${this.#groupId} already`);
    this.#members.push(member);
    this.#rebalance();
  }

  /** Takes a member out; throws when it is none. */
  leave(member: string): void {
    const index = this.#members.indexOf(member);
    if (index < 0) throw new Error(`${member} is no member of ${this.#groupId}`);
    this.#members.splice(index, 1);
    this.#rebalance();
  }

  /** The partitions that are a member's at present, none when it is no member. */
  partitionsOf(member: string): readonly number[] {
    return this.#assignment.get(member) ?? [];
  }

  #rebalance(): void {
    this.#assignment = new Map(this.#members.map((member) => [member, []]));
    for (let partition = 0; partition < this.#partitionCount && this.size > 0; partition++) {
      const member = this.#members[partition % this.size] ?? '';
      this.#assignment.get(member)?.push(partition);
    }
    recordGroupRebalance(this.#groupId);
  }
}
