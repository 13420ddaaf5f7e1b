// Any bytes as the context of a question: no crash, the prepared text is what the answer says, and
// the words agree with it.
#include "explanation.hpp"
#include "open_feature.hpp"
#include "spelling.hpp"

namespace {

class FuzzedClock final : public whatsflow::sdk::Clock {
public:
    whatsflow::sdk::Instant now() const override { return {}; }
};

constexpr const char* kDefinitions = R"({"segments": [{"id": 1, "name": "s", "constraints": [
    {"contextName": "country", "operator": "STR_CONTAINS", "values": ["ü", "K"], "caseInsensitive": true}]}],
  "features": [
    {"name": "a", "enabled": true, "strategies": [
      {"name": "flexibleRollout", "parameters": {"rollout": "50", "stickiness": "sessionId"}, "segments": [1]},
      {"name": "remoteAddress", "parameters": {"IPs": "10.0.0.0/8, ::1"}},
      {"name": "userWithId", "parameters": {"userIds": "7, ü"}}],
     "variants": [{"name": "x", "weight": 3, "payload": {"type": "json", "value": "{\"a\":[1]}"},
                   "overrides": [{"contextName": "country", "values": ["LK"]}]}, {"name": "y", "weight": 5}]},
    {"name": "b\"", "enabled": true, "strategies": [{"name": "default", "constraints": [
      {"contextName": "version", "operator": "SEMVER_GTE", "value": "1.2.3-rc.1"},
      {"contextName": "age", "operator": "NUM_LT", "value": "1e3", "inverted": true},
      {"contextName": "currentTime", "operator": "DATE_AFTER", "value": "2024-02-29T23:59:60Z"},
      {"contextName": "mail", "operator": "REGEX", "value": "^(a+)+$"},
      {"contextName": "remoteAddress", "operator": "IN_CIDR", "values": ["2001:db8::/32"]}]}]},
    {"name": "c", "enabled": true, "dependencies": [{"feature": "a", "variants": ["x"]}]}]})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace whatsflow::flags;
    static const auto rules = *RuleSet::parse(kDefinitions);
    const auto given = parse_json({reinterpret_cast<const char*>(bytes), size});
    if (!given) return 0;
    const FuzzedClock clock;
    const auto context = context_of_open_feature(*given);
    if (fingerprint_of(context) != fingerprint_of(context)) __builtin_trap();
    for (const auto& feature : rules->features()) {
        const auto answer = evaluate(*rules, feature, context, {clock});
        const auto resolved = resolve(answer);
        std::string text;
        append_evaluation(text, answer);
        const auto told = nlohmann::json::parse(text);
        if (told["key"] != feature.name || told["variant"] != resolved.variant || told["reason"] != resolved.reason ||
            told.contains("value") != !resolved.value.is_null())
            __builtin_trap();
        if (rules->is_settled_by(context) && evaluate(*rules, feature, context, {clock}).variant != answer.variant)
            __builtin_trap();
        if (explain(*rules, feature.name, context, {clock}).sentence.empty()) __builtin_trap();
    }
    return 0;
}
