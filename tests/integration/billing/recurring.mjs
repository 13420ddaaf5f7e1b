// PayHere takes the renewals by itself (its Recurring mode): every period has one invoice and one payment
// of PayHere's, whatever becomes of its notices, and our schedule charges nothing. On SQLite and on MariaDB,
// side by side. PayHere is the simulator; its side is counted, not ours.
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {startMariaDb} from '../../access/mariadb.mjs';
import {expect, runTests, test} from '../../browser/suite.mjs';
import {startServer} from '../../browser/server.mjs';
import {PayHere} from '../../simulators/payhere.mjs';

const execute = promisify(execFile);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const good = '4916217501611292';

// A program on one database, and a PayHere of its own.
class World {
  customers = 0;

  static async make(name, environment) {
    const world = Object.assign(new World(), {name, payhere: await new PayHere().listen(0)});
    const {payhere} = world;
    const calm = Object.fromEntries(['PAGES', 'API', 'WEBHOOKS', 'LOGIN'].map((limit) => [`WHATSFLOW__HTTP__RATE_LIMITS__${limit}`, '0']));
    world.server = await startServer({...calm, ...environment, WHATSFLOW__PLUGINS__BILLING__PROVIDER_RENEWALS: '["payhere"]',
      WHATSFLOW__PLUGINS__PAYHERE__MERCHANT_ID: payhere.merchantId, WHATSFLOW__PLUGINS__PAYHERE__MERCHANT_SECRET: payhere.merchantSecret,
      WHATSFLOW__PLUGINS__PAYHERE__APP_ID: payhere.appId, WHATSFLOW__PLUGINS__PAYHERE__APP_SECRET: payhere.appSecret,
      WHATSFLOW__PLUGINS__PAYHERE__API_BASE: payhere.url});
    return world;
  }
  async command(...words) {
    const {server} = this;
    return JSON.parse((await execute(server.program, [...words, '--config', server.config, '--data', server.data], {env: server.environment})).stdout);
  }
  async brought(how, what) {
    this.payhere.simulator.notices = how;
    await what();
    await this.payhere.simulator.release();
    this.payhere.simulator.notices = 'once';
  }
  // Every notice that came is read: it counts, or it does not.
  async settled() {
    for (let tries = 0; tries < 200; tries += 1) {
      const notices = await this.command('webhooks', 'list', '--provider', 'payhere', '--limit', '1000', '--json');
      if (notices.every((each) => each.status === 'done' || each.status === 'ignored')) return;
      await sleep(50);
    }
    throw new Error('a notice is not read');
  }
  renew(customer, works = true) { return this.payhere.act({kind: 'renew', subscription: customer.run, works}); }
  async stop() {
    await this.server.stop();
    await this.payhere.stop();
  }
}

class Customer {
  // Ordered and paid on PayHere's page, which begins the renewals.
  static async subscribed(world) {
    const customer = Object.assign(new Customer(), {world});
    world.customers += 1;
    const name = `recurring${world.customers}`;
    const command = (...words) => world.command(...words);
    customer.tenant = (await command('tenants', 'create', '--name', name, '--email', `owner@${name}.example`, '--country', 'LK', '--json')).id;
    customer.token = (await command('tokens', 'create', '--scope', 'billing:read', '--scope', 'billing:write', '--tenant', customer.tenant, '--json')).token;
    await customer.reach('2027-01-10T08:00:00Z');
    const {checkout} = await customer.ask('POST', '/v1/subscription', {plan: 'starter', interval: 'month', provider: 'payhere', trial: false}, 201);
    const {fields} = checkout;
    expect(fields.recurrence === '1 Month' && fields.duration === 'Forever', `no renewals are asked for: ${JSON.stringify(fields)}`);
    await customer.payOn(checkout);
    await customer.until(async () => (await customer.subscription()).status === 'active', 'the subscription is not active');
    return customer;
  }
  // Pays on PayHere's page; what it begins there is what is spoken of from now on.
  async payOn({url, fields}) {
    const {payhere} = this.world;
    this.orders = [...(this.orders ?? []), fields.order_id];
    await fetch(url, {method: 'POST', redirect: 'manual', body: new URLSearchParams({...fields, card_no: good})});
    const begun = payhere.subscriptions.find((each) => each.order_id === fields.order_id);
    if (begun) this.run = begun.id;
    return begun;
  }
  async ask(method, path, body, wanted = 200) {
    const answer = await fetch(`${this.world.server.url('api')}${path}`, {method, headers: {authorization: `Bearer ${this.token}`, ...(body && {'content-type': 'application/json'})}, body: body && JSON.stringify(body)});
    const said = await answer.json();
    expect(answer.status === wanted, `${method} ${path}: ${answer.status} ${JSON.stringify(said)}`);
    return said;
  }
  subscription() { return this.ask('GET', '/v1/subscription'); }
  async invoices() { return (await this.ask('GET', '/v1/invoices')).data; }
  reach(instant) { return this.world.command('billing', 'run', '--tenant', this.tenant, '--at', instant, '--json'); }
  async until(fine, why) {
    for (let tries = 0; tries < 200; tries += 1) {
      if (await fine()) return;
      await sleep(50);
    }
    throw new Error(`${why}: ${JSON.stringify(await this.invoices())}`);
  }
  taken() { return this.world.payhere.payments.filter((each) => this.orders.includes(each.order_id)); }
  async expectPaid(periods) {
    await this.until(async () => {
      const list = await this.invoices();
      return list.length === periods && list.every((each) => each.status === 'paid');
    }, `not ${periods} paid invoices`);
    const payments = (await Promise.all((await this.invoices()).map(({id}) => this.ask('GET', `/v1/invoices/${id}`)))).flatMap((each) => each.payments);
    const booked = payments.filter((each) => each.status === 'succeeded').map((each) => each.reference).sort();
    const taken = this.taken().map((each) => each.payment_id).sort();
    expect(JSON.stringify(booked) === JSON.stringify(taken), `booked ${booked}, and PayHere took ${taken}`);
    expect(payments.every((each) => each.status === 'succeeded'), `a payment more than PayHere made: ${JSON.stringify(payments)}`);
  }
}

const mariaDb = await startMariaDb({inMemory: true});
const worlds = await Promise.all([World.make('SQLite', {}), World.make('MariaDB', {WHATSFLOW__DATABASE__URL: mariaDb.url})]);
function onBoth(name, body) {
  test(name, async () => {
    const ended = await Promise.allSettled(worlds.map(body));
    const wrong = ended.flatMap(({reason}, at) => (reason ? [`${worlds[at].name}: ${reason.message}`] : []));
    expect(wrong.length === 0, wrong.join('; '));
  });
}

onBoth('each period is paid by its notice: doubled, late, reversed or lost', async (world) => {
  const customer = await Customer.subscribed(world);
  await customer.reach('2027-02-10T06:00:00Z');
  await world.brought('duplicate', () => world.renew(customer));
  await customer.expectPaid(2);
  // PayHere's calendar is before ours: the money waits for its invoice.
  await world.renew(customer);
  await customer.until(async () => (await customer.invoices()).length === 2, 'an invoice that is not due');
  await world.settled();
  await customer.reach('2027-03-10T06:00:00Z');
  const list = await customer.invoices();
  expect(list.length === 3 && list[0].status === 'paid' && list[0].amount_due === 0, JSON.stringify(list[0]));
  // Two periods are told of in the wrong order, with a refusal of the first of them in between.
  await customer.reach('2027-04-10T06:00:00Z');
  await world.brought('reversed', async () => {
    await world.renew(customer, false);
    await world.renew(customer);
  });
  await customer.until(async () => (await customer.invoices())[0].status === 'paid', 'the fourth period is not paid');
  await world.settled();
  expect((await customer.subscription()).status === 'active', 'a refusal that came late counted');
  // Forged: nothing happens. Lost: it is asked for.
  await customer.reach('2027-05-10T06:00:00Z');
  await world.brought('forged', () => world.renew(customer));
  await world.settled();
  expect((await customer.invoices())[0].status === 'open', 'a forged notice counted');
  await customer.reach('2027-05-11T12:00:00Z');
  const paid = await customer.invoices();
  expect(paid.length === 5 && paid[0].status === 'paid', `what PayHere took is not found: ${JSON.stringify(paid[0])}`);
  const charges = world.payhere.simulator.requests.filter((each) => each.path.endsWith('payment/charge'));
  expect(charges.length === 0, 'our schedule charged as well');
  expect(customer.taken().length === 5, `${customer.taken().length} payments for five periods`);
});

onBoth('a refusal leads to dunning, its own success out of it, and a stop to an invoice that is owed', async (world) => {
  const customer = await Customer.subscribed(world);
  await customer.reach('2027-02-10T06:00:00Z');
  await world.renew(customer, false);
  await customer.until(async () => (await customer.subscription()).status === 'past_due', 'a refusal has no effect');
  await world.renew(customer);
  await customer.until(async () => (await customer.subscription()).status === 'active', 'paid, and still past due');
  await world.payhere.act({kind: 'stop', subscription: customer.run});
  await world.settled();
  await customer.reach('2027-03-10T06:00:00Z');
  expect((await customer.invoices())[0].status === 'open' && (await customer.subscription()).status === 'past_due', 'nobody takes this period, and nobody says so');
  expect(customer.taken().length === 2, 'money without a period');
});

const failures = await runTests();
for (const world of worlds) await world.stop();
await mariaDb.stop();
process.exit(failures ? 1 : 0);
