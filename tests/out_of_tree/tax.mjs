// A tax plugin built elsewhere decides what an invoice of the installed program carries; without it
// no invoice is made.
import {cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {execFileSync, spawn} from 'node:child_process';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {freePort} from '../browser/net.mjs';

const [program, plugins, id, provider] = process.argv.slice(2);
const house = ['landing', 'accounts', 'app', 'admin', 'billing', 'testpay'];
const fail = (sentence) => { throw new Error(sentence); };

// A server whose billing asks the provider, with the plugin or without it.
async function withServer(enabled, work) {
  const folder = mkdtempSync(join(tmpdir(), 'whatsflow-tax-'));
  mkdirSync(join(folder, 'plugins'));
  if (enabled) cpSync(join(plugins, id), join(folder, 'plugins', id), {recursive: true});
  const ports = {};
  for (const site of ['landing', 'app', 'admin', 'api']) ports[site] = await freePort();
  const config = join(folder, 'whatsflow.toml');
  writeFileSync(config, [
    '[plugins]',
    ...(enabled ? [`directories = ["${join(folder, 'plugins')}"]`, `enabled = ${JSON.stringify([...house, id])}`] : []),
    '[plugins.billing]', `tax_provider = "${provider}"`, 'seller_country = "CA"',
    ...(enabled ? [`[plugins."${id}"]`, 'without_region = "federal"'] : []),
    ...Object.entries(ports).flatMap(([site, port]) => [`[sites.${site}]`, `port = ${port}`]),
    '[realtime]', `port = ${await freePort()}`,
  ].join('\n') + '\n');
  const flags = ['--config', config, '--data', join(folder, 'data')];
  const command = (...words) => JSON.parse(execFileSync(program, [...words, '--json', ...flags], {stdio: ['ignore', 'pipe', 'inherit']}));
  const child = spawn(program, ['serve', ...flags], {stdio: ['ignore', 'ignore', 'inherit']});
  const ended = new Promise((resolve) => child.on('exit', resolve));
  try {
    for (let tries = 0; ; tries += 1) {
      if (await fetch(`http://localhost:${ports.landing}/readyz`).then((answer) => answer.ok, () => false)) break;
      if (tries > 300 || child.exitCode !== null) fail('the server did not get ready');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const tenant = command('tenants', 'create', '--name', 'maple', '--email', 'owner@maple.example', '--country', 'CA').id;
    const {token} = command('tokens', 'create', '--scope', 'billing:read', '--scope', 'billing:write', '--tenant', tenant);
    const ask = async (method, path, body) => {
      const answer = await fetch(`http://localhost:${ports.api}${path}`, {method, body: body && JSON.stringify(body),
        headers: {authorization: `Bearer ${token}`, ...(body && {'content-type': 'application/json', 'idempotency-key': 'once'})}});
      return {status: answer.status, body: await answer.json()};
    };
    await work(ask);
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, {recursive: true, force: true});
  }
}

const order = {plan: 'starter', interval: 'month', provider: 'testpay', trial: false};
const invoicesOf = async (ask) => {
  const {status, body} = await ask('GET', '/v1/invoices');
  if (status !== 200) fail(`/v1/invoices answers ${status}: ${JSON.stringify(body)}`);
  return body.data;
};

await withServer(true, async (ask) => {
  const made = await ask('POST', '/v1/subscription', order);
  if (made.status !== 201) fail(`the order answers ${made.status}: ${JSON.stringify(made.body)}`);
  const invoices = await invoicesOf(ask);
  if (invoices.length !== 1) fail(`${invoices.length} invoices were made`);
  const {body: invoice} = await ask('GET', `/v1/invoices/${invoices[0].id}`);
  const said = JSON.stringify(invoice);
  // 5 % of federal tax, on top of the price: who lives in no known province.
  const {subtotal, tax, total} = invoice;
  if (!(subtotal > 0) || tax !== Math.round(subtotal * 0.05) || total !== subtotal + tax) fail(`the invoice does not carry its tax: ${said}`);
  console.log(`${id} taxes ${subtotal} with ${tax}`);
});

await withServer(false, async (ask) => {
  const refused = await ask('POST', '/v1/subscription', order);
  if (refused.status < 400) fail(`without ${id} the order answers ${refused.status}`);
  if (!JSON.stringify(refused.body).includes('tax')) fail(`the refusal does not say why: ${JSON.stringify(refused.body)}`);
  const invoices = await invoicesOf(ask);
  if (invoices.length !== 0) fail(`without ${id} an invoice was made: ${JSON.stringify(invoices)}`);
  console.log(`without ${id}: ${refused.status} ${refused.body.code ?? refused.body.type}`);
});
