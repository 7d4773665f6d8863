'use strict';

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const { readFile } = require('node:fs/promises');
const path = require('node:path');
const { before, it } = require('node:test');
const { promisify } = require('node:util');
const { SERVER_URL, client } = require('./lockstep');

// The tests are run in a directory of target.
const README = path.join(__dirname, '..', '..', 'README.md');

const service = client().sync.v1.services('default');

// What the example by curl has made when the one by twilio-node is tried.
before(async () => {
  await service.syncLists.create({ uniqueName: 'todo' });
  await service.syncMaps.create({ uniqueName: 'players' });
  await service.syncMaps('players').syncMapItems.create({ key: 'zoe', data: { level: 3 } });
  await service.syncStreams.create({ uniqueName: 'chat' });
});

it('the example in the README does what it says', async () => {
  const [, example] = /^```js\n(.*?)^```$/ms.exec(await readFile(README, 'utf8'));

  const { stdout } = await promisify(execFile)(process.execPath, [
    '-e',
    example.replace('http://localhost:8080', SERVER_URL),
  ]);

  const lines = stdout.trim().split('\n').sort();
  assert.equal(lines.length, 4, stdout);
  assert.equal(lines[0], '0');
  assert.match(lines[1], /^ET[0-9a-f]{32} 0$/);
  assert.match(lines[2], /^TZ[0-9a-f]{32}$/);
  assert.equal(lines[3], 'zoe 1');
  const { data } = await service.syncMaps('players').syncMapItems('zoe').fetch();
  assert.deepEqual(data, { level: 4 });
});
