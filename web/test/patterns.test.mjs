// Browsers compile an input's pattern with the v flag, which is stricter than RE2: a pattern that doesn't compile is ignored
// there without a word.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const catalog = new URL('../../catalog/', import.meta.url);

test("every field's pattern is one for browsers too", () => {
  let patterns = 0;
  for (const folder of readdirSync(catalog, { withFileTypes: true }).filter((f) => f.isDirectory() && f.name !== 'testdata')) {
    const descriptor = JSON.parse(readFileSync(new URL(`${folder.name}/component.json`, catalog), 'utf8'));
    const forms = [descriptor.credentials?.fields ?? {}, ...(descriptor.methods ?? []).map((method) => method.fields)];
    for (const [key, field] of forms.flatMap((fields) => Object.entries(fields))) {
      if (field.pattern) {
        patterns++;
        assert.doesNotThrow(() => new RegExp(`^(?:${field.pattern})$`, 'v'), `${folder.name}, ${key}`);
      }
    }
  }
  assert.ok(patterns > 10, `only ${patterns} patterns were found`);
});
