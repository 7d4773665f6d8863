'use strict';

const assert = require('node:assert/strict');
const { beforeEach, describe, it } = require('node:test');
const { SERVER_URL, ACCOUNT_SID, client, ...expect } = require('./lockstep');

const { documents } = client().sync.v1.services('default');
const ALL = { read: true, write: true, manage: true };

let document;
let permissions;

beforeEach(async () => {
  document = await documents.create();
  permissions = documents(document.sid).documentPermissions;
});

describe('a permission', () => {
  it('is set for the first time and again', async () => {
    const first = await permissions('bob@example.com').updateWithHttpInfo({ read: true, write: false, manage: false });
    const second = await permissions('bob@example.com').updateWithHttpInfo({ read: false, write: true, manage: true });

    assert.deepEqual([first.statusCode, second.statusCode], [200, 200]);
    assert.deepEqual(first.body.toJSON(), {
      accountSid: ACCOUNT_SID,
      serviceSid: document.serviceSid,
      documentSid: document.sid,
      identity: 'bob@example.com',
      read: true,
      write: false,
      manage: false,
      url: `${SERVER_URL}/v1/Services/${document.serviceSid}/Documents/${document.sid}/Permissions/bob%40example.com`,
    });
    expect.assertHas(second.body, { read: false, write: true, manage: true, url: first.body.url });
    expect.assertSame(await permissions('bob@example.com').fetch(), second.body);
  });

  it('belongs to any identity', async () => {
    for (const identity of ['é ü', 'a+b', 'a:b;c=d&e']) {
      const permission = await permissions(identity).update(ALL);

      assert.equal(permission.identity, identity);
      expect.assertSame(await permissions(identity).fetch(), permission);
    }
  });

  it('is gone once it is deleted, or its Document', async () => {
    const eve = await permissions('eve').update(ALL);
    const mallory = await permissions('mallory').update(ALL);

    assert.equal(await eve.remove(), true);
    await expect.assertFails(eve.fetch(), 404, 20404);
    await expect.assertFails(eve.remove(), 404, 20404);

    await documents(document.sid).remove();
    await expect.assertFails(mallory.fetch(), 404, 20404);
    await expect.assertFails(mallory.update(ALL), 404, 20404);
  });

  it('is listed once, however many there are', async () => {
    await expect.assertHoldsWhatIsCreated(
      permissions,
      async (number) => (await permissions(`user-${String(number).padStart(3, '0')}`).update(ALL)).identity,
      (permission) => permission.identity,
    );
  });
});
