import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConsumerGroup } from '../src/consumer-group.ts';

describe('a consumer group', () => {
  it('gives partition i to member i mod n, anew at each join and leave', () => {
    const group = new ConsumerGroup('g', 5);
    const assignment = (): (readonly number[])[] => ['a', 'b', 'c'].map((member) => group.partitionsOf(member));
    deepStrictEqual(assignment(), [[], [], []]);
    group.join('a');
    deepStrictEqual(assignment(), [[0, 1, 2, 3, 4], [], []]);
    group.join('b');
    deepStrictEqual(assignment(), [[0, 2, 4], [1, 3], []]);
    group.join('c');
    deepStrictEqual(assignment(), [[0, 3], [1, 4], [2]]);
    group.leave('a');
    deepStrictEqual(assignment(), [[], [0, 2, 4], [1, 3]]);
  });

  it('leaves members without a partition when there are more of them', () => {
    const group = new ConsumerGroup('g', 1);
    group.join('a');
    group.join('b');
    deepStrictEqual([group.partitionsOf('a'), group.partitionsOf('b')], [[0], []]);
  });

  it('can be left by everyone, and joined again', () => {
    const group = new ConsumerGroup('g', 2);
    group.join('a');
    group.leave('a');
    strictEqual(group.size, 0);
    group.join('a');
    deepStrictEqual(group.partitionsOf('a'), [0, 1]);
  });

  it('knows its members', () => {
    const group = new ConsumerGroup('g', 2);
    group.join('a');
    throws(() => group.join('a'), /a is a member of g already/);
    throws(() => group.leave('b'), /b is no member of g/);
  });
});
