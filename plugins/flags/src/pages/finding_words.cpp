#include "finding_words.hpp"

#include <whatsflow/sdk/pages.hpp>

namespace whatsflow::flags::pages {
namespace {

/// `12.5`, of a hundred.
std::string percent_of(const Group& group) {
    const auto tenths = static_cast<std::int64_t>(group.rate() * 1000 + 0.5);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

}  // namespace

std::string in_words(const Finding& finding, const std::string& goal,
                     const std::function<std::string(const std::string& key)>& text) {
    auto said = finding.sentence;
    if (finding.verdict != Finding::Verdict::none)
        // The goal last: what staff typed is not filled in itself.
        said = sdk::fill_in(text("schedule.outcomes." + std::string(word_of(finding.verdict))),
                            {{"with", percent_of(finding.with)},
                             {"with_people", std::to_string(finding.with.people)},
                             {"without", percent_of(finding.without)},
                             {"without_people", std::to_string(finding.without.people)},
                             {"fewest", std::to_string(kFewestPeople)},
                             {"goal", goal}});
    if (finding.trouble.empty()) return said;
    const auto key = "schedule.troubles." + finding.trouble;
    auto why = text(key);
    if (why == "flags.pages." + key) why = sdk::fill_in(text("schedule.trouble"), {{"code", finding.trouble}});
    return said.empty() ? why : said + " " + why;
}

}  // namespace whatsflow::flags::pages
