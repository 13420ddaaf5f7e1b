// Counts GoogleTest's JSON results in a folder: prints "PASSED FAILED" and writes the names
// of the failed cases to <folder>/failures.
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';

const [folder] = process.argv.slice(2);
let passed = 0;
const failures = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  for (const suite of JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')).testsuites) {
    for (const test of suite.testsuite) {
      if (test.failures?.length) failures.push(`${suite.name}.${test.name}`);
      else if (test.result === 'COMPLETED') passed += 1;
    }
  }
}
writeFileSync(`${folder}/failures`, failures.map((name) => name + '\n').join(''));
console.log(`${passed} ${failures.length}`);
