#include "finding.hpp"

#include <array>

namespace whatsflow::flags {

using nlohmann::json;

namespace {

using Verdict = Finding::Verdict;

constexpr std::array kVerdicts{Verdict::none, Verdict::fine, Verdict::too_few, Verdict::worse, Verdict::unmeasured};

json json_of(const Group& group) {
    return json::array({group.people, group.converted});
}

Group group_in(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array() || found->size() != 2) return {};
    return {(*found)[0].get<std::int64_t>(), (*found)[1].get<std::int64_t>()};
}

Verdict verdict_of(Judgement judgement) {
    switch (judgement) {
        case Judgement::fine: return Verdict::fine;
        case Judgement::too_few: return Verdict::too_few;
        case Judgement::worse: return Verdict::worse;
    }
    return Verdict::none;
}

}  // namespace

Finding finding_of(const Group& without, const Group& with, Harm harm) {
    Finding finding;
    finding.verdict = verdict_of(judged(without, with, harm));
    finding.with = with;
    finding.without = without;
    return finding;
}

const char* word_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::none: return "";
        case Verdict::fine: return "fine";
        case Verdict::too_few: return "too-few";
        case Verdict::worse: return "worse";
        case Verdict::unmeasured: return "unmeasured";
    }
    return "";
}

json json_of(const Finding& finding) {
    json object = json::object();
    if (finding.verdict != Verdict::none) object["verdict"] = word_of(finding.verdict);
    if (finding.verdict != Verdict::none && finding.verdict != Verdict::unmeasured) {
        object["with"] = json_of(finding.with);
        object["without"] = json_of(finding.without);
    }
    if (!finding.trouble.empty()) object["trouble"] = finding.trouble;
    return object;
}

std::string kept_text(const Finding& finding) {
    if (!finding.sentence.empty()) return finding.sentence;
    return finding.is_empty() ? std::string{} : json_of(finding).dump();
}

Finding finding_in(const std::string& kept) {
    Finding finding;
    const auto object = json::parse(kept, nullptr, false);
    if (!object.is_object()) {
        finding.sentence = kept;
        return finding;
    }
    const auto word = object.value("verdict", "");
    for (const auto each : kVerdicts)
        if (word == word_of(each)) finding.verdict = each;
    finding.with = group_in(object, "with");
    finding.without = group_in(object, "without");
    finding.trouble = object.value("trouble", "");
    return finding;
}

}  // namespace whatsflow::flags
