import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scopeLabels } from '../../src/labels/scope-labels.ts';
import type { Naming } from '../../src/names/naming.ts';

const classic: Naming = { strategy: 'UnderscoreEscapingWithSuffixes', escaping: 'underscores' };

test('C19: the name, version and schema URL of a scope are labels', () => {
  const scope = { name: 'conveyor', version: '1.2.3', schemaUrl: 'https://example.com/1' };
  assert.deepEqual(scopeLabels(scope, classic), [
    ['otel_scope_name', 'conveyor'],
    ['otel_scope_version', '1.2.3'],
    ['otel_scope_schema_url', 'https://example.com/1'],
  ]);
});

test('C19: what a scope does not have is no label', () => {
  assert.deepEqual(scopeLabels({ name: 'conveyor', version: '' }, classic), [['otel_scope_name', 'conveyor']]);
});

test('C20: the attributes of a scope are labels with a prefix, and follow the rules of attributes', () => {
  const attributes = { 'team.name': 'x', tier: 1, team_name: 'y' };
  assert.deepEqual(scopeLabels({ name: 'conveyor', attributes }, classic), [
    ['otel_scope_name', 'conveyor'],
    ['otel_scope_team_name', 'x;y'],
    ['otel_scope_tier', '1'],
  ]);
});

test('C21: attributes that come to the names of the three are dropped', () => {
  const attributes = { name: 'a', version: 'b', 'schema.url': 'c', schema_url: 'd', names: 'e' };
  assert.deepEqual(scopeLabels({ name: 'conveyor', attributes }, classic), [
    ['otel_scope_name', 'conveyor'],
    ['otel_scope_names', 'e'],
  ]);
});

test('C21: only what comes to the same name is dropped', () => {
  const attributes = { 'schema.url': 'c', version: 'b' };
  assert.deepEqual(scopeLabels({ name: 's', attributes }, { strategy: 'NoTranslation', escaping: 'allow-utf-8' }), [
    ['otel_scope_name', 's'],
    ['otel_scope_schema.url', 'c'],
  ]);
});

test('E26: the labels of a scope are escaped like others', () => {
  assert.deepEqual(scopeLabels({ name: 's' }, { ...classic, escaping: 'dots' }), [['otel__scope__name', 's']]);
});
