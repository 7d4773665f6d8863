'use strict';

const assert = require('node:assert/strict');
const { before, it } = require('node:test');
const { connect, followed, next, rest, unused } = require('./lockstep');

const PATHS = { document: 'Documents', list: 'Lists', map: 'Maps' };

before(() => rest('POST', '', { AclEnabled: 'true' }));

function grant(kind, name, identity, rights) {
  const form = Object.fromEntries(['Read', 'Write', 'Manage'].map((right) => [right, rights.includes(right)]));
  return rest('POST', `/${PATHS[kind]}/${name}/Permissions/${identity}`, form);
}

for (const kind of Object.keys(PATHS)) {
  it(`a ${kind} of somebody else's can be opened with the right to read it`, async () => {
    const [name, identity] = [unused(kind), unused('identity')];
    await rest('POST', `/${PATHS[kind]}`, { UniqueName: name });
    const client = connect(identity);
    await assert.rejects(client[kind](name), { status: 403, code: 54007 });

    await grant(kind, name, identity, ['Read']);
    const object = await client[kind](name);
    await assert.rejects(object.setTtl(60), { status: 403, code: 54007 });
    await assert.rejects(object[kind === 'document' ? 'removeDocument' : `remove${kind[0].toUpperCase()}${kind.slice(1)}`](),
      { status: 403, code: 54007 });
    await grant(kind, name, identity, ['Read', 'Write']);
    await object.setTtl(60);
  });

  it(`an app is told when it may read a ${kind} no longer`, async () => {
    const [name, identity] = [unused(kind), unused('identity')];
    const client = connect(identity);
    const object = await client[kind](name);
    await followed(object);

    const failure = next(object, 'failure');
    await grant(kind, name, identity, ['Write']);
    const { status, code } = await failure;

    assert.deepEqual([status, code], [403, 54007]);
    assert.equal(client.connectionState, 'connected');
  });
}

it('an app is told when access control begins and leaves it without a right', async () => {
  await rest('POST', '', { AclEnabled: 'false' });
  const [hidden, shown, identity] = [unused('hidden'), unused('shown'), unused('identity')];
  await rest('POST', '/Maps', { UniqueName: hidden });
  const client = connect(identity);
  const map = await client.map(hidden);
  const own = await client.map(shown);
  await followed(map, own);

  const failure = next(map, 'failure');
  await rest('POST', '', { AclEnabled: 'true' });

  assert.equal((await failure).code, 54007);
  const added = next(own, 'itemAdded');
  await rest('POST', `/Maps/${shown}/Items`, { Key: 'k', Data: '{}' });
  await added;
});
