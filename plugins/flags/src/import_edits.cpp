#include "import_edits.hpp"

#include "core/reading.hpp"

#include <set>

namespace whatsflow::flags {

using nlohmann::json;

namespace {

/// The texts that are served, by name.
using Known = std::map<std::string, std::string>;

class Comparison {
public:
    Comparison(std::vector<Edit>& edits, std::string environment, const char* kind, Known known)
        : edits_(edits), environment_(std::move(environment)), kind_(kind), known_(std::move(known)) {}

    void put(const std::string& name, const json& definition) {
        named_.insert(name);
        const auto known = known_.find(name);
        if (known != known_.end() && known->second == definition.dump()) return;
        add(name, known == known_.end() ? std::string{} : mark_of(known->second), definition);
    }
    void remove_others() {
        for (const auto& [name, text] : known_)
            if (!named_.contains(name)) add(name, mark_of(text), std::nullopt);
    }

private:
    void add(const std::string& name, std::string seen, std::optional<json> definition) {
        Edit edit{environment_, kDefaultProject, kind_, name, std::move(definition), std::move(seen)};
        edit.told = {{"imported", true}};
        edits_.push_back(std::move(edit));
    }

    std::vector<Edit>& edits_;
    std::string environment_;
    std::string kind_;
    Known known_;
    std::set<std::string> named_;
};

}  // namespace

std::vector<Edit> edits_of_import(const json& document, const RuleSet& served, const std::string& environment,
                                  ImportMode mode) {
    std::vector<Edit> edits;
    Known segments, features;
    for (const auto& each : served.segments()) segments.emplace(each.at("id").dump(), each.dump());
    for (const auto& each : served.features()) features.emplace(each.name, each.text);
    Comparison of_segments(edits, environment, "segment", std::move(segments));
    for (const auto& each : list_in(document, "segments")) of_segments.put(each.at("id").dump(), each);
    Comparison of_features(edits, environment, "feature", std::move(features));
    for (const auto& each : list_in(document, "features")) of_features.put(text_in(each, "name"), each);
    if (mode == ImportMode::replace) {
        of_features.remove_others();
        of_segments.remove_others();
    }
    return edits;
}

}  // namespace whatsflow::flags
