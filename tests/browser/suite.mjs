// A list of tests; each prints one line when it ran.
const tests = [];
export const test = (name, body) => tests.push({name, body});

export function expect(condition, sentence) {
  if (!condition) throw new Error(sentence);
}

export async function runTests() {
  let failed = 0;
  const only = process.argv[2];
  for (const {name, body} of tests.filter((each) => !only || each.name.includes(only))) {
    try {
      await body();
      console.log(`ok ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}: ${String(error.message).split('\n').slice(0, 12).join(' | ')}`);
    }
  }
  return failed;
}
