// Flags and contexts made up by a seed: whoever answers, the answer is the same.
export function generator(seed) {
  let state = seed;
  const next = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = (list) => list[next(list.length)];
  const some = (list) => list.filter(() => next(3) === 0);

  const countries = ['LK', 'DE', 'US', 'FR', 'IN'];
  const constraint = () => {
    const common = {inverted: next(5) === 0, caseInsensitive: next(3) === 0};
    const made = {...common, ...pick([
      {contextName: 'country', operator: pick(['IN', 'NOT_IN']), values: some(countries)},
      {contextName: 'email', operator: pick(['STR_ENDS_WITH', 'STR_STARTS_WITH', 'STR_CONTAINS']), values: [pick(['@shop.example', 'u1', 'OTHER', '9'])]},
      {contextName: 'age', operator: pick(['NUM_EQ', 'NUM_GT', 'NUM_GTE', 'NUM_LT', 'NUM_LTE']), value: String(next(80))},
      {contextName: 'version', operator: pick(['SEMVER_EQ', 'SEMVER_GT', 'SEMVER_LT']), value: `${next(3)}.${next(4)}.0`},
      {contextName: 'currentTime', operator: pick(['DATE_AFTER', 'DATE_BEFORE']), value: `20${20 + next(9)}-0${1 + next(9)}-01T00:00:00Z`},
      {contextName: 'email', operator: 'REGEX', value: pick(['^u[0-9]+5@', '(?i)SHOP', 'a(?=b)', '[0-9]{2,3}'])},
      {contextName: 'remoteAddress', operator: 'IN_CIDR', values: [pick(['10.0.0.0/8', '10.0.1.0/24', '192.168.0.1', 'nonsense'])]},
    ])};
    // A pattern that is refused is false with us, inverted or not; Unleash's clients invert it.
    return made.value === 'a(?=b)' ? {...made, inverted: false} : made;
  };
  const constraints = () => Array.from({length: next(3)}, constraint);
  const stickiness = () => pick(['default', 'userId', 'sessionId', 'country']);
  const variants = (named) => Array.from({length: next(4)}, (_, i) => ({
    name: `v${i}`, weight: next(1000), weightType: 'variable', stickiness: named,
    ...(next(2) ? {payload: pick([{type: 'string', value: `text ${i}`}, {type: 'number', value: String(i * 1.5)}, {type: 'json', value: `{"i":${i}}`}])} : {}),
    ...(next(4) ? {} : {overrides: [{contextName: 'country', values: [pick(countries)]}]}),
  }));
  const strategy = (flag) => {
    const named = stickiness();
    return pick([
      () => ({name: 'default'}),
      () => ({name: 'flexibleRollout', parameters: {rollout: String(next(101)), stickiness: named, groupId: pick([flag, 'group'])}, variants: next(3) ? [] : variants('default')}),
      () => ({name: 'flexibleRollout', parameters: {rollout: '100', stickiness: 'default', groupId: flag}, segments: some([1, 2, 9])}),
      () => ({name: 'gradualRolloutUserId', parameters: {percentage: String(next(101)), groupId: flag}}),
      () => ({name: 'userWithId', parameters: {userIds: `u${next(50)}, u${next(50)},u${next(50)}`}}),
      () => ({name: 'remoteAddress', parameters: {IPs: pick(['10.0.0.0/16', '10.1.2.3', '192.168.0.0/24,10.0.0.1'])}}),
      () => ({name: 'somethingElse', parameters: {}}),
    ])();
  };
  const definitions = (count) => ({
    version: 2,
    segments: [1, 2].map((id) => ({id, name: `segment ${id}`, constraints: constraints()})),
    features: Array.from({length: count}, (_, i) => {
      const name = `flag-${i}`;
      return {
        name, type: 'release', enabled: next(8) !== 0, project: 'default', stale: false, impressionData: false,
        strategies: Array.from({length: next(4)}, () => ({...strategy(name), constraints: constraints()})),
        variants: next(3) ? [] : variants('default'),
        ...(next(6) || i === 0 ? {} : {dependencies: [{feature: `flag-${next(i)}`, enabled: next(4) !== 0}]}),
      };
    }),
  });
  const context = () => {
    const id = `u${next(5000)}`;
    const all = {
      userId: id, sessionId: `s${next(5000)}`, remoteAddress: pick(['10.0.1.7', '10.1.2.3', '192.168.0.1', '2001:db8::1']), currentTime: `202${next(9)}-0${1 + next(9)}-15T12:00:00Z`, appName: 'shop', environment: 'any',
      properties: {country: pick(countries), email: `${id}@${pick(['shop', 'other'])}.example`, age: String(next(90)), version: `${next(3)}.${next(4)}.${next(2)}`},
    };
    for (const name of Object.keys(all.properties)) if (next(8) === 0) delete all.properties[name];
    return all;
  };
  return {definitions, context, next};
}

// The same question as OpenFeature asks it.
export const openFeatureContext = ({properties, userId, ...rest}) => ({targetingKey: userId, ...rest, ...properties});

// The value that an answer of Unleash means to OpenFeature, as JSON; undefined: the default in the code.
export function meant(toggle, definition) {
  const valued = (list) => (list ?? []).some(({payload}) => payload);
  if (!toggle) {
    const lists = [definition.variants, ...(definition.strategies ?? []).map((each) => each.variants)];
    return lists.some(valued) ? undefined : 'false';
  }
  const {variant} = toggle;
  if (!variant.enabled || !variant.payload) return 'true';
  const {type, value} = variant.payload;
  return type === 'string' || type === 'csv' ? JSON.stringify(value) : JSON.stringify(JSON.parse(value));
}
