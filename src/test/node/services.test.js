'use strict';

const assert = require('node:assert/strict');
const { describe, it } = require('node:test');
const { SERVER_URL, ACCOUNT_SID, client, ...expect } = require('./lockstep');

const { services } = client().sync.v1;
const EVERYTHING = {
  friendlyName: 'Grün & Blau + 100 %',
  webhookUrl: 'https://example.com/hook?a=1&b=2',
  webhooksFromRestEnabled: true,
  reachabilityWebhooksEnabled: true,
  aclEnabled: true,
  reachabilityDebouncingEnabled: true,
  reachabilityDebouncingWindow: 30000,
};

describe('the list of Services', () => {
  it('holds each once, however many there are', async () => {
    await expect.assertHoldsWhatIsCreated(
      services,
      async (number) => (await services.create({ friendlyName: `number ${number}` })).sid,
      (service) => service.sid,
    );
  });
});

describe('a Service', () => {
  it('is created with all parameters', async () => {
    const created = await services.create(EVERYTHING);

    const url = `${SERVER_URL}/v1/Services/${created.sid}`;
    assert.match(created.sid, /^IS[0-9a-f]{32}$/);
    expect.assertHas(created, EVERYTHING);
    expect.assertHas(created, {
      accountSid: ACCOUNT_SID,
      uniqueName: null,
      dateUpdated: created.dateCreated,
      url,
      links: {
        documents: `${url}/Documents`,
        lists: `${url}/Lists`,
        maps: `${url}/Maps`,
        streams: `${url}/Streams`,
      },
    });
    assert.ok(Math.abs(Date.now() - created.dateCreated) < 60_000);
  });

  it('is created without parameters', async () => {
    const { statusCode, body } = await services.createWithHttpInfo();

    assert.equal(statusCode, 201);
    expect.assertHas(body, {
      friendlyName: null,
      webhookUrl: null,
      webhooksFromRestEnabled: false,
      reachabilityWebhooksEnabled: false,
      aclEnabled: false,
      reachabilityDebouncingEnabled: false,
      reachabilityDebouncingWindow: 5000,
    });
  });

  it('is fetched as it was created', async () => {
    const created = await services.create(EVERYTHING);

    expect.assertSame(await services(created.sid).fetch(), created);
  });

  it('keeps what an update does not name', async () => {
    const { sid } = await services.create(EVERYTHING);

    const updated = await services(sid).update({ friendlyName: 'other', webhookUrl: '' });

    expect.assertHas(updated, { ...EVERYTHING, friendlyName: 'other', webhookUrl: null });
    expect.assertSame(await services(sid).fetch(), updated);
    expect.assertSame(await services(sid).update(), updated);
  });

  it('is there by default', async () => {
    const first = await services('default').fetch();

    assert.equal(first.uniqueName, 'default');
    expect.assertSame(await services('default').fetch(), first);
    expect.assertSame(await services(first.sid).fetch(), first);
  });

  it('is gone once it is deleted', async () => {
    const { sid } = await services.create();

    assert.equal(await services(sid).remove(), true);

    await expect.assertFails(services(sid).fetch(), 404, 20404);
    await expect.assertFails(services(sid).update({ friendlyName: 'x' }), 404, 20404);
    await expect.assertFails(services(sid).remove(), 404, 20404);
  });

  it('is refused with Twilio’s codes', async () => {
    await expect.assertFails(services('no-sid').fetch(), 404, 20404);
    await expect.assertFails(services.create({ friendlyName: '' }), 400, 54053);
    await expect.assertFails(services.create({ webhookUrl: 'ftp://example.com' }), 400, 54051);
    await expect.assertFails(services.create({ reachabilityDebouncingWindow: 999 }), 400, 20001);
    await expect.assertFails(services.list({ pageSize: 1001 }), 400, 54454);
    await expect.assertFails(client('wrong').sync.v1.services.list(), 401, 20003);
  });
});
