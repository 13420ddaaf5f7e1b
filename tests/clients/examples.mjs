// What the panel shows to whoever made a token: the examples, to be run as they stand.
import {execFile} from 'node:child_process';
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';

const asText = (html) => html.replace(/&(lt|gt|quot|apos|amp|#(\d+)|#x([0-9a-f]+));/gi, (_, name, decimal, hex) =>
  ({lt: '<', gt: '>', quot: '"', apos: "'", amp: '&'})[name] ?? String.fromCodePoint(parseInt(decimal ?? hex, decimal ? 10 : 16)));

// Makes a token of the scope as staff; {token, examples: [{title, code}]}.
export async function madeInThePanel(visitor, scope) {
  const answer = await visitor.submit('admin', '/tokens', '/tokens', {label: `For ${scope}`, scope, environment: 'production', days: '0', origins: ''});
  if (answer.status !== 200) throw new Error(`no token of ${scope} was made: ${answer.status}`);
  const blocks = [...answer.text.matchAll(/<div class="code-head"><span>(.*?)<\/span>.*?<code data-copied>(.*?)<\/code>/gs)]
    .map(([, title, code]) => ({title: asText(title), code: asText(code)}));
  return {token: blocks[0].code, examples: blocks.slice(1)};
}

// What it printed. Programs are run in a folder that has the packages they import; one for a page goes on, as pages do,
// and is stopped.
export async function run({code}, folder) {
  const limits = {encoding: 'utf8', timeout: 30_000};
  if (code.startsWith('curl ')) return (await promisify(execFile)('bash', ['-c', `${code} --silent --show-error --fail`], limits)).stdout;
  const file = join(folder, `.example-${process.pid}.mjs`);
  writeFileSync(file, code);
  try {
    return (await promisify(execFile)(process.execPath, [file], {...limits, timeout: 10_000})).stdout;
  } catch (error) {
    if (error.killed && error.stdout) return error.stdout;
    throw error;
  } finally {
    rmSync(file);
  }
}
