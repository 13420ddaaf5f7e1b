// The program is killed at every step of a charge, and while it takes notices: a customer is never
// charged twice, no payment is lost, and none is counted twice. On SQLite and on MariaDB, side by side. Stripe is the
// simulator; its side is counted, not ours. `node kill.mjs WORD` runs the tests whose name has WORD.
import {execFile, spawn} from 'node:child_process';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {startMariaDb} from '../../access/mariadb.mjs';
import {expect, runTests, test} from '../../browser/suite.mjs';
import {startServer} from '../../browser/server.mjs';
import {Stripe} from '../../simulators/stripe.mjs';

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const execute = promisify(execFile); // nothing here may stop the clock: others are being killed on time
const grace = {WHATSFLOW__PLUGINS__BILLING__INVOICE_GRACE_DAYS: '3'};
const order = {plan: 'starter', interval: 'month', provider: 'stripe', trial: false};

// A program on one database, and a Stripe of its own.
class World {
  customers = 0;

  static async make(name, environment, query) {
    const world = Object.assign(new World(), {name, query});
    world.stripe = await new Stripe().listen(0);
    const calm = Object.fromEntries(['PAGES', 'API', 'WEBHOOKS', 'LOGIN'].map((limit) => [`WHATSFLOW__HTTP__RATE_LIMITS__${limit}`, '0']));
    world.server = await startServer({...calm, ...environment, WHATSFLOW__PLUGINS__STRIPE__SECRET_KEY: world.stripe.key,
      WHATSFLOW__PLUGINS__STRIPE__WEBHOOK_SECRETS: JSON.stringify(world.stripe.secrets), WHATSFLOW__PLUGINS__STRIPE__API_BASE: world.stripe.url});
    world.stripe.simulator.notify = `${world.server.url('api')}/webhooks/stripe`;
    world.pid = world.server.pid;
    return world;
  }
  async stop() {
    process.kill(this.pid, 'SIGKILL');
    await this.server.stop();
    await this.stripe.stop();
  }

  async ask(sql) {
    const answer = await this.query(this.server)(sql);
    return (answer.stdout ?? answer).trim();
  }
  words(...words) {
    return [...words, '--config', this.server.config, '--data', this.server.data];
  }
  async command(...words) {
    return JSON.parse((await execute(this.server.program, this.words(...words), {env: this.server.environment})).stdout);
  }
  // One run of the command for one tenant; `killed9` settles true when it was killed.
  run(tenant, at, settings = {}) {
    const child = spawn(this.server.program, this.words('billing', 'run', '--tenant', tenant, '--at', at),
      {env: {...this.server.environment, ...settings}, stdio: ['ignore', 'ignore', 'pipe']});
    let said = '';
    child.stderr.on('data', (text) => { said += text; });
    child.killed9 = new Promise((done) => child.on('exit', (code, signal) => done(signal === 'SIGKILL')));
    child.done = new Promise((done, fail) => child.on('exit', (code, signal) => (code === 0 || signal === 'SIGKILL' ? done() : fail(new Error(said)))));
    child.done.catch(() => {});
    return child;
  }

  ready() {
    return fetch(`${this.server.url('landing')}/readyz`).then((answer) => answer.ok, () => undefined);
  }
  async killServer() {
    process.kill(this.pid, 'SIGKILL');
    while (await this.ready() !== undefined) await sleep(20);
  }
  async startAgain() {
    this.pid = spawn(this.server.program, this.words('serve'), {env: this.server.environment, stdio: 'ignore'}).pid;
    for (let tries = 0; tries < 300; tries += 1) {
      if (await this.ready()) return;
      await sleep(50);
    }
    throw new Error('the server did not start again');
  }

  // Calls `act` once when Stripe is asked for money, before and after it takes it.
  atNextCharge({before = () => {}, after = () => {}}) {
    const {stripe} = this;
    const usual = Object.getPrototypeOf(stripe).createPayment;
    return new Promise((reached) => {
      stripe.createPayment = async function once(form) {
        delete stripe.createPayment;
        await before();
        const payment = await usual.call(stripe, form);
        reached();
        await after();
        return payment;
      };
    });
  }

  // Those of all customers count on in one series: none is missing, none is twice.
  async expectNumbers() {
    const numbers = (await this.ask("SELECT number FROM billing_invoices WHERE number <> '' ORDER BY number")).split('\n');
    const wrong = numbers.findIndex((number, at) => Number(number.match(/\d+$/)) !== at + 1);
    expect(wrong < 0, `${numbers[wrong]} is invoice ${wrong + 1} of ${numbers.length}`);
    const next = await this.ask("SELECT next_number FROM billing_number_series WHERE name = 'invoice'");
    expect(next === String(numbers.length + 1), `${next} is the next number after ${numbers.length}`);
  }

  charges() {
    return [...this.stripe.objects.values()].filter((each) => each.object === 'charge');
  }
}

class Customer {
  static async make(world) {
    const customer = Object.assign(new Customer(), {world});
    world.customers += 1;
    const name = `killed${world.customers}`;
    customer.tenant = (await world.command('tenants', 'create', '--name', name, '--email', `owner@${name}.example`, '--country', 'US', '--json')).id;
    customer.token = (await world.command('tokens', 'create', '--scope', 'billing:read', '--scope', 'billing:write', '--tenant', customer.tenant, '--json')).token;
    await world.run(customer.tenant, '2027-01-10T08:00:00Z').done;
    return customer;
  }
  static async subscribed(world) {
    const customer = await Customer.make(world);
    await customer.order();
    await customer.pay();
    await customer.until((subscription) => subscription.status === 'active', 'the subscription is not active');
    return customer;
  }
  async ask(method, path, body, key) {
    const answer = await fetch(`${this.world.server.url('api')}${path}`, {method, headers: {authorization: `Bearer ${this.token}`, ...(body && {'content-type': 'application/json'}),
      ...(key && {'idempotency-key': key})}, body: body && JSON.stringify(body)});
    return {status: answer.status, body: await answer.json()};
  }
  async order(key = 'first') {
    const made = await this.ask('POST', '/v1/subscription', order, key);
    expect(made.status === 201, `order: ${made.status} ${JSON.stringify(made.body)}`);
    this.page = made.body.checkout.url;
    return made.body;
  }
  pay() {
    return fetch(this.page, {method: 'POST', body: new URLSearchParams({card: 'pm_card_visa'}), redirect: 'manual'});
  }
  renewal() {
    return this.world.run(this.tenant, '2027-02-10T06:00:00Z');
  }
  async until(fine, why) {
    for (let tries = 0; tries < 400; tries += 1) {
      const {status, body} = await this.ask('GET', '/v1/subscription');
      if (status === 200 && fine(body)) return;
      await sleep(50);
    }
    throw new Error(why);
  }
  // Time goes on: what was not answered is asked again, what was not tried is tried again, each at
  // its own hour of the account's clock. Then every payment is a charge of Stripe's and the other
  // way round.
  async expectPaidOnce(months, until = '2027-02-13T12:00:00Z') {
    await this.world.run(this.tenant, until).done;
    const list = (await this.ask('GET', '/v1/invoices')).body.data;
    const invoices = await Promise.all(list.map(async ({id}) => (await this.ask('GET', `/v1/invoices/${id}`)).body));
    const payments = invoices.flatMap((invoice) => invoice.payments).filter((payment) => payment.status === 'succeeded');
    expect(invoices.length === months, `${invoices.length} invoices for ${months} months`);
    expect(invoices.every((invoice) => invoice.status === 'paid'), `not all are paid: ${invoices.map((each) => each.status)}`);
    const all = this.world.charges();
    const charges = payments.map((payment) => all.filter((each) => each.payment_intent === payment.reference));
    expect(charges.every((found) => found.length === 1 && found[0].amount === 2900), `a payment that Stripe does not know: ${JSON.stringify(payments)}`);
    const customers = new Set(charges.map(([charge]) => charge.customer));
    const taken = all.filter((each) => customers.has(each.customer));
    expect(taken.length === months && payments.length === months, `Stripe took ${taken.length}, we booked ${payments.length}, for ${months} months`);
    await this.expectBooks(2900 * months);
  }
  // The money in the books is the money that was taken: a success that counts twice would be credit.
  async expectBooks(taken) {
    const of = `FROM billing_postings WHERE tenant_id = '${this.tenant}'`;
    const clearing = await this.world.ask(`SELECT COALESCE(SUM(amount), 0) ${of} AND account = 'clearing'`);
    const uneven = await this.world.ask(`SELECT COUNT(*) FROM (SELECT batch_id ${of} GROUP BY batch_id HAVING SUM(amount) <> 0) x`);
    const credit = await this.world.ask(`SELECT COALESCE(SUM(amount), 0) FROM billing_credit_entries WHERE tenant_id = '${this.tenant}'`);
    expect(clearing === String(taken) && credit === '0' && uneven === '0',
      `${clearing} in the books for ${taken} taken, ${credit} of credit, ${uneven} uneven batches`);
  }
  async expectWaiting() {
    const of = `WHERE tenant_id = '${this.tenant}'`;
    const [drafts, invoices, payments] = await Promise.all(['waiting_drafts', 'invoices', 'payments']
      .map((table) => this.world.ask(`SELECT COUNT(*) FROM billing_${table} ${of}`)));
    expect(drafts === '1' && invoices === '1' && payments === '1',
      `${drafts} drafts wait beside ${invoices} invoices and ${payments} payments`);
  }
  // Its draft waits from the 10th to the 13th; whoever was killed, the next run goes on.
  async waiting(kill = async () => {}) {
    await kill(this.world.run(this.tenant, '2027-02-10T06:00:00Z', grace));
    await this.world.run(this.tenant, '2027-02-12T12:00:00Z', grace).done;
    await this.expectWaiting();
  }
  async expectFinalOnce() {
    await this.expectPaidOnce(2, '2027-02-16T12:00:00Z');
    const of = `WHERE tenant_id = '${this.tenant}'`;
    const drafts = await this.world.ask(`SELECT COUNT(*) FROM billing_waiting_drafts ${of}`);
    expect(drafts === '0', `${drafts} drafts are left`);
    await this.world.expectNumbers();
  }
  async expectOnePaidInvoice() {
    const list = (await this.ask('GET', '/v1/invoices')).body.data;
    expect(list.length === 1 && list[0].amount_paid === 2900, JSON.stringify(list));
  }
}

const mariaDb = await startMariaDb();
const worlds = await Promise.all([
  World.make('SQLite', {}, (server) => (sql) => execute('sqlite3', ['-cmd', '.timeout 5000', join(server.data, 'whatsflow.db'), sql])),
  World.make('MariaDB', {WHATSFLOW__DATABASE__URL: mariaDb.url}, () => async (sql) => mariaDb.query(sql)),
]);
function onBoth(name, body) {
  test(name, async () => {
    const ended = await Promise.allSettled(worlds.map(body));
    const wrong = ended.flatMap(({reason}, at) => (reason ? [`${worlds[at].name}: ${reason.message}`] : []));
    expect(wrong.length === 0, wrong.join('; '));
  });
}

onBoth('killed when the provider is about to take the money', async (world) => {
  const customer = await Customer.subscribed(world);
  const child = customer.renewal();
  let reached = false;
  void world.atNextCharge({before: async () => {
    reached = true;
    child.kill('SIGKILL');
    await child.killed9;
    throw new Error('the caller is gone; nothing was taken');
  }});
  expect(await child.killed9 && reached, 'the step was not reached');
  await customer.expectPaidOnce(2);
});

onBoth('killed when the provider has taken the money and has not answered', async (world) => {
  const customer = await Customer.subscribed(world);
  const child = customer.renewal();
  await world.atNextCharge({after: async () => { child.kill('SIGKILL'); await child.killed9; }});
  expect(await child.killed9, 'the step was not reached');
  await customer.expectPaidOnce(2);
});

onBoth('killed while the answer of the provider is read and saved', async (world) => {
  for (const delay of [0, 4]) {
    const customer = await Customer.subscribed(world);
    world.stripe.simulator.notices = 'lost'; // the answer is all there is
    const child = customer.renewal();
    await world.atNextCharge({after: () => { setTimeout(() => child.kill('SIGKILL'), delay); }});
    await child.killed9;
    await customer.expectPaidOnce(2);
    world.stripe.simulator.notices = 'once';
  }
});

onBoth('killed at any moment of the run', async (world) => {
  const customer = await Customer.subscribed(world);
  const begun = performance.now();
  await customer.renewal().done;
  const whole = performance.now() - begun;
  await customer.expectPaidOnce(2);
  // The first half of a run is the start of the program: it has done nothing yet.
  for (const part of [0.6, 0.75, 0.85, 0.95]) {
    const next = await Customer.subscribed(world);
    const child = next.renewal();
    setTimeout(() => child.kill('SIGKILL'), whole * part);
    await child.killed9;
    await next.expectPaidOnce(2);
  }
});

onBoth('killed at any moment while an invoice is made to wait, and while it is made final', async (world) => {
  const first = await Customer.subscribed(world);
  const begun = performance.now();
  await first.waiting();
  const whole = (performance.now() - begun) / 2; // of one run
  await first.expectFinalOnce();
  for (const part of [0.6, 0.75, 0.85, 0.95]) {
    const killed = (child) => {
      setTimeout(() => child.kill('SIGKILL'), whole * part);
      return child.killed9;
    };
    const next = await Customer.subscribed(world);
    await next.waiting(killed);
    await killed(world.run(next.tenant, '2027-02-13T06:00:00Z', grace));
    await next.expectFinalOnce();
  }
});

onBoth('killed when the provider has taken the money of an invoice that had waited', async (world) => {
  const customer = await Customer.subscribed(world);
  await customer.waiting();
  const child = world.run(customer.tenant, '2027-02-13T06:00:00Z', grace);
  await world.atNextCharge({after: async () => { child.kill('SIGKILL'); await child.killed9; }});
  expect(await child.killed9, 'the step was not reached');
  await customer.expectFinalOnce();
});

onBoth('the server is killed when it has been paid and has not read the notice', async (world) => {
  const customer = await Customer.make(world);
  await customer.order();
  const {simulator} = world.stripe;
  const post = simulator.post.bind(simulator);
  const notices = [];
  simulator.post = async (body, address) => { notices.push([body, address]); };
  await customer.pay();
  simulator.post = post;
  expect(notices.length > 0, 'no notice');
  for (const [body, address] of notices) await post(body, address);
  await world.killServer();
  await world.startAgain();
  await customer.until((subscription) => subscription.status === 'active', 'what was answered 200 was lost');
  for (const [body, address] of notices.toReversed()) await post(body, address);
  await customer.expectOnePaidInvoice();
});

// No notice of the world is ticked off while it holds: as if the program ended right before it.
const untickable = {
  SQLite: "CREATE TRIGGER never_ticked BEFORE UPDATE ON billing_notices WHEN NEW.status = 'done' BEGIN SELECT RAISE(ABORT, 'not now'); END",
  MariaDB: "CREATE TRIGGER never_ticked BEFORE UPDATE ON billing_notices FOR EACH ROW SET NEW.status = IF(NEW.status = 'done', REPEAT('x', 500), NEW.status)",
};
onBoth('killed when a success is saved and its notice is not ticked off: read again, it counts once', async (world) => {
  const customer = await Customer.subscribed(world);
  const succeeded = `SELECT COUNT(*) FROM billing_payments WHERE tenant_id = '${customer.tenant}' AND status = 'succeeded'`;
  const unread = "SELECT COUNT(*) FROM billing_notices WHERE status IN ('received', 'waiting')";
  await world.ask(untickable[world.name]);
  world.stripe.simulator.notices = 'duplicate';
  const child = customer.renewal();
  await world.atNextCharge({after: async () => { child.kill('SIGKILL'); await child.killed9; }}); // only the notice knows
  for (let tries = 0; await world.ask(succeeded) !== '2'; tries += 1) {
    expect(tries < 400, 'the notice is not read');
    await sleep(25);
  }
  await world.killServer();
  world.stripe.simulator.notices = 'once';
  expect(Number(await world.ask(unread)) > 0, 'the notice was ticked off: the step was not reached');
  await world.ask('DROP TRIGGER never_ticked');
  await world.ask('UPDATE billing_notices SET next_try_at = 0');
  await world.startAgain();
  for (let tries = 0; await world.ask(unread) !== '0'; tries += 1) {
    expect(tries < 400, 'the notice is not read again');
    await sleep(25);
  }
  await customer.expectPaidOnce(2);
});

onBoth('the server is killed while it takes an order, and the same key goes on', async (world) => {
  const {stripe} = world;
  const customer = await Customer.make(world);
  const usual = Object.getPrototypeOf(stripe).openSession;
  stripe.openSession = function dies(form) {
    delete stripe.openSession;
    process.kill(world.pid, 'SIGKILL');
    return usual.call(stripe, form);
  };
  await customer.order('same').then(() => { throw new Error('answered by a dead server'); }, () => {});
  await world.startAgain();
  const early = await customer.ask('POST', '/v1/subscription', order, 'same');
  expect(early.status === 409, `the first request may still be answered, and yet: ${early.status}`);
  // A minute later nobody answers it any more: the minute is taken off what was noted at its beginning.
  await world.ask("UPDATE billing_seen_keys SET answer = JSON_SET(answer, '$.begun_at', JSON_EXTRACT(answer, '$.begun_at') - 61000000)"
    + ` WHERE tenant_id = '${customer.tenant}' AND answer IS NOT NULL`);
  const again = await customer.ask('POST', '/v1/subscription', order, 'same');
  expect(again.status === 201 && again.body.checkout, `${again.status} ${JSON.stringify(again.body)}`);
  customer.page = again.body.checkout.url;
  await customer.pay();
  await customer.until((subscription) => subscription.status === 'active', 'the order cannot be paid');
  await customer.expectOnePaidInvoice();
});

test('a notice of five megabytes is refused in words', async () => {
  const answer = await fetch(`${worlds[0].server.url('api')}/webhooks/stripe`, {method: 'POST', headers: {'content-type': 'application/json', 'stripe-signature': 't=1,v1=0'}, body: 'x'.repeat(5_000_000)});
  expect(answer.status === 413, `${answer.status}`);
  expect((await answer.text()).length > 20, 'no word why');
});

const failures = await runTests();
for (const world of worlds) await world.stop();
await mariaDb.stop();
process.exit(failures ? 1 : 0);
