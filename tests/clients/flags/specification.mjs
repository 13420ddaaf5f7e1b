// Every case of Unleash's client specification (npm @unleash/client-specification): by the command
// line, by the browsers' interface, and by Unleash's own client reading our definitions.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

const folder = join(dirname(createRequire(import.meta.url).resolve('@unleash/client-specification/package.json')), 'specifications');

export const specification = readdirSync(folder).filter((name) => /^\d/.test(name)).sort().map((name) => {
  const {state, tests = [], variantTests = []} = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const cases = [...tests.map((each) => ({...each, kind: 'flag'})), ...variantTests.map((each) => ({...each, kind: 'variant'}))];
  return {name, state, cases};
});
export const caseCount = specification.reduce((sum, {cases}) => sum + cases.length, 0);

const stable = (value) => JSON.stringify(value, (_, each) => (each && typeof each === 'object' && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each));

// What is wrong with an answer {enabled, variant}; nothing: it is as written.
export function objection({kind, expectedResult, description}, {enabled, variant}) {
  const {featureEnabled, ...told} = variant;
  const got = kind === 'flag' ? enabled : told;
  return stable(got) === stable(expectedResult) ? [] : [`${description}: ${stable(got)}, not ${stable(expectedResult)}`];
}

export function fileOf(document) {
  const file = join(mkdtempSync(join(tmpdir(), 'whatsflow-flags-')), 'definitions.json');
  writeFileSync(file, JSON.stringify(document));
  return file;
}

export function byCommandLine(server, {state, cases}) {
  const input = cases.map(({toggleName, context}) => JSON.stringify({flag: toggleName, context})).join('\n');
  const output = execFileSync(server.program, ['flags', 'evaluate', '--definitions', fileOf(state)], {input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore']});
  return output.trim().split('\n').map((line) => JSON.parse(line));
}
