// What people and providers meet of billing, over HTTP and on MariaDB: the pages of an invoice, the
// numbers of revenue over a million invoices, notices of Stripe as fast as they come.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {command, everybody} from '../access/people.mjs';
import {startServer} from '../browser/server.mjs';
import {Stripe} from '../simulators/stripe.mjs';
import {latency, perSecond, row, wrk} from './instruments.mjs';
import {addMillionInvoices} from './million_invoices.mjs';

const calm = {WHATSFLOW__LOG__LEVEL: 'warn', WHATSFLOW__HTTP__THREADS: '2'};
for (const limit of ['PAGES', 'API', 'WEBHOOKS', 'LOGIN']) calm[`WHATSFLOW__HTTP__RATE_LIMITS__${limit}`] = '0';

async function within(what, hold, visitor, site, path) {
  const taken = await latency(async () => {
    const answer = await visitor.get(site, path);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
  }, 15);
  row(`billing, MariaDB: ${what}`, `${taken.toFixed(1)} ms`, `< ${hold} ms`, taken < hold);
}

// An owner who has subscribed and paid; the address of the invoice.
async function paidInvoice(server, owner) {
  const {token} = JSON.parse(command(server, 'tokens', 'create', '--scope', 'billing:read', '--scope', 'billing:write', '--tenant', owner.tenant, '--json'));
  const ask = async (method, path, body) => (await fetch(server.url('api') + path, {method, body: body && JSON.stringify(body),
    headers: {authorization: `Bearer ${token}`, ...(body && {'content-type': 'application/json'})}})).json();
  const made = await ask('POST', '/v1/subscription', {plan: 'starter', interval: 'month', provider: 'stripe', trial: false});
  if (!made.checkout) throw new Error(`no page to pay on: ${JSON.stringify(made)}`);
  await fetch(made.checkout.url, {method: 'POST', body: new URLSearchParams({card: 'pm_card_visa'}), redirect: 'manual'});
  for (let tries = 0; tries < 200; tries += 1) {
    const [invoice] = (await ask('GET', '/v1/invoices')).data;
    if (invoice?.status === 'paid') return `/billing/invoices/${invoice.id}`;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('the invoice was not paid');
}

// Each notice is another one, signed; wrk brings them in turn.
function noticesOverHttp(server, stripe, query) {
  const folder = mkdtempSync(join(tmpdir(), 'whatsflow-notices-'));
  try {
    const lines = [];
    for (let n = 0; n < 40_000; n += 1) {
      const body = JSON.stringify({id: `evt_load${n}`, object: 'event', created: Math.floor(Date.now() / 1000), livemode: false, api_version: '2026-10-28.endive',
        type: 'payment_intent.succeeded', data: {object: {id: `pi_load${n}`, object: 'payment_intent', amount: 2900, currency: 'usd', status: 'succeeded',
          metadata: {reference: `nobody${n}`}, description: 'x'.repeat(900)}}});
      lines.push(`${stripe.sign(body)['stripe-signature']}\t${body}`);
    }
    writeFileSync(join(folder, 'notices'), lines.join('\n'));
    writeFileSync(join(folder, 'bring.lua'), `
      local notices = {}
      for line in io.lines('${folder}/notices') do notices[#notices + 1] = line end
      local at = 0
      request = function()
        at = at % #notices + 1
        local signature, body = notices[at]:match('^([^\\t]+)\\t(.*)$')
        return wrk.format('POST', '/webhooks/stripe', {['Content-Type'] = 'application/json', ['Stripe-Signature'] = signature}, body)
      end`);
    const seconds = 6;
    const {p99} = wrk(`http://127.0.0.1:${server.ports.api}/webhooks/stripe`, {seconds, script: join(folder, 'bring.lua')});
    const stored = Number(query("SELECT COUNT(*) FROM billing_notices WHERE event_id LIKE '%load%'"));
    row('billing, MariaDB: notices of Stripe over HTTP, verified, stored, answered', perSecond(stored / seconds), '≥ 2,000/s', stored / seconds >= 2000);
    row('… 99th percentile at 32 connections', `${p99.toFixed(1)} ms`, '< 20 ms', p99 < 20);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

export async function moneyPages(mariadb) {
  const stripe = await new Stripe().listen(0);
  const server = await startServer({...calm, WHATSFLOW__DATABASE__URL: mariadb.url, WHATSFLOW__PLUGINS__STRIPE__SECRET_KEY: stripe.key,
    WHATSFLOW__PLUGINS__STRIPE__WEBHOOK_SECRETS: JSON.stringify(stripe.secrets), WHATSFLOW__PLUGINS__STRIPE__API_BASE: stripe.url}, {demo: true});
  stripe.simulator.notify = `${server.url('api')}/webhooks/stripe`;
  try {
    const {ours: [owner], staff: [staff]} = await everybody(server);
    const invoice = await paidInvoice(server, owner);
    await within('the page of an invoice', 10, owner.visitor, 'app', invoice);
    await within('the PDF of an invoice', 100, owner.visitor, 'app', `${invoice}.pdf`);
    noticesOverHttp(server, stripe, mariadb.query);
    addMillionInvoices(mariadb.query);
    // That took longer than idle connections are kept, and this program has yet to notice.
    await new Promise((done) => setTimeout(done, 1000));
    await within('the numbers of revenue over 1,000,000 invoices', 300, staff.visitor, 'admin', '/reports');
    await within('the payments over 1,000,000 invoices', 300, staff.visitor, 'admin', '/payments');
  } finally {
    await server.stop();
    await stripe.stop();
  }
}
