'use strict';

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const { readFile } = require('node:fs/promises');
const path = require('node:path');
const { it } = require('node:test');
const { promisify } = require('node:util');
const { SERVER_URL, token, unused } = require('./lockstep');

// The tests are run in a directory of target.
const README = path.join(__dirname, '..', '..', 'README.md');

it('the example by the SDK in the README does what it says', async () => {
  const examples = [...(await readFile(README, 'utf8')).matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
  const [example] = examples.filter((code) => code.includes("require('twilio-sync')"));
  const here = example
    .replaceAll('http://localhost:8080', SERVER_URL)
    .replaceAll('ws://localhost:8080', SERVER_URL.replace('http', 'ws'))
    .replace("'game'", `'${unused()}'`);

  const { stdout } = await promisify(execFile)(process.execPath, ['-e', here], {
    cwd: __dirname,
    env: { ...process.env, TOKEN: token('reader') },
    timeout: 20_000,
  });

  assert.deepEqual(stdout.split('\n').slice(0, 2), ['{ level: 1 } true', '{ level: 2 } true']);
});
